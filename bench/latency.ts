/**
 * How long events wait: the age of the oldest event as a POST arrives, from just before its ingest request, at the window of
 * production and at one of a second. Ten webhooks take every event, all targets answer; events come at a steady rate, low or high.
 * Every run takes a new local system and leaves out its first window. A run takes as long as three windows and more: all of it
 * about twenty minutes.
 */
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { type Benchmark, quantile, type Report } from "./support/benchmark.ts";
import { type PacedRun, runPaced } from "./support/paced-run.ts";

const webhooks = 10;
const rates = [25, 5_000];
const runs = 3;
const windows = [
  { windowSeconds: 1, warmUpMs: 5_000, feedMs: 30_000 },
  { windowSeconds: batchWindowSeconds, warmUpMs: 35_000, feedMs: 125_000 },
];

type Variant = Pick<PacedRun, "windowSeconds" | "warmUpMs" | "feedMs" | "eventsPerSecond">;

const measure = async (report: Report, variant: Variant): Promise<void> => {
  const { windowSeconds, warmUpMs, feedMs, eventsPerSecond } = variant;
  const rate = eventsPerSecond.toLocaleString("en");
  const ages: (readonly number[])[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const seconds = Math.round((warmUpMs + feedMs) / 1_000);
    report.progress(`window of ${windowSeconds} s: run ${run} of ${runs}, ${seconds} s each`);
    const { healthy } = await runPaced({ ...variant, webhooks });
    if (healthy.length === 0) throw new Error("No POST arrived.");
    ages.push(healthy.map(({ ageMs }) => ageMs));
  }
  const size = `${feedMs / 1_000} s of ${rate} events/s, ${ages.map(({ length }) => length).join(", ")} POSTs`;
  const name = `window of ${windowSeconds} s, ${rate} events/s, oldest event to POST`;
  for (const [rank, share] of [
    ["p50", 0.5],
    ["p99", 0.99],
  ] as const) {
    report.figure({ name: `${name} ${rank}`, size, unit: "ms", runs: ages.map((run) => quantile(run, share)) });
  }
};

export const latency: Benchmark = {
  method:
    `${webhooks} webhooks at the windows of 1 s and ${batchWindowSeconds} s. Age of the oldest event as each POST arrives, ` +
    "from just before its ingest request. Takes about twenty minutes.",
  run: async (report) => {
    for (const eventsPerSecond of rates) {
      for (const window of windows) await measure(report, { ...window, eventsPerSecond });
    }
  },
};
