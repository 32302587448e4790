/**
 * How long events wait: the age of the oldest event as a POST arrives, from just before its ingest request, at the window of
 * production and at one of a second. Ten webhooks take every event, all targets answer; events come at a steady rate. Every
 * run takes a new local system and leaves out its first window. A run takes as long as three windows and more: all of it
 * about ten minutes.
 */
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { type Benchmark, quantile } from "./support/benchmark.ts";
import { eventsPerSecond, runPaced } from "./support/paced-run.ts";

const webhooks = 10;
const runs = 3;
const windows = [
  { windowSeconds: 1, warmUpMs: 5_000, feedMs: 30_000 },
  { windowSeconds: batchWindowSeconds, warmUpMs: 35_000, feedMs: 125_000 },
];

export const latency: Benchmark = {
  name: "latency",
  method:
    `${webhooks} webhooks at the windows of 1 s and ${batchWindowSeconds} s. Age of the oldest event as each POST arrives, ` +
    "from just before its ingest request. Takes about ten minutes.",
  run: async (report) => {
    for (const { windowSeconds, warmUpMs, feedMs } of windows) {
      const ages: (readonly number[])[] = [];
      for (let run = 1; run <= runs; run += 1) {
        const seconds = Math.round((warmUpMs + feedMs) / 1_000);
        report.progress(`window of ${windowSeconds} s: run ${run} of ${runs}, ${seconds} s each`);
        const { healthy } = await runPaced({ windowSeconds, webhooks, warmUpMs, feedMs });
        if (healthy.length === 0) throw new Error("No POST arrived.");
        ages.push(healthy.map(({ ageMs }) => ageMs));
      }
      const size = `${feedMs / 1_000} s of ${eventsPerSecond} events/s, ${ages.map(({ length }) => length).join(", ")} POSTs`;
      for (const [name, share] of [
        ["p50", 0.5],
        ["p99", 0.99],
      ] as const) {
        const values = ages.map((run) => quantile(run, share));
        report.figure({
          name: `window of ${windowSeconds} s, oldest event to POST ${name}`,
          size,
          unit: "ms",
          runs: values,
        });
      }
    }
  },
};
