/**
 * What a target sees that works on one POST at a time. One with half a second for each POST gets 2,400 events in batches of
 * 100, three times; one with four seconds gets a thousand events a second at the window of production. Most POSTs that were
 * under way at a time are counted, those that were given up, and events that came twice or not at all. All must come.
 */
import { setTimeout as delay } from "node:timers/promises";
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { createEventSource } from "../local/generator/event-source.ts";
import { ingestEvents, packEvents } from "../local/generator/ingest-events.ts";
import { startTidepost } from "../test/support/tidepost.ts";
import type { Benchmark, Report } from "./support/benchmark.ts";
import { count } from "./support/events.ts";
import { startWorkerTarget } from "./support/worker-target.ts";

interface Scenario {
  readonly name: string;
  readonly windowSeconds: number;
  readonly workMs: number;
  readonly batchSize: number;
  readonly requests: number;
  readonly eventsPerRequest: number;
  /** From the beginning of one request to that of the next. */
  readonly everyMs: number;
}

const scenarios: readonly Scenario[] = [
  {
    name: "0.5 s a POST, batches of 100",
    windowSeconds: 5,
    workMs: 500,
    batchSize: 100,
    requests: 3,
    eventsPerRequest: 2_400,
    everyMs: 20_000,
  },
  {
    name: "4 s a POST, batches of 10,000, 1,000 events/s",
    windowSeconds: batchWindowSeconds,
    workMs: 4_000,
    batchSize: 10_000,
    requests: 360,
    eventsPerRequest: 500,
    everyMs: 500,
  },
];

const measure = async (report: Report, scenario: Scenario): Promise<void> => {
  const { name, windowSeconds, workMs, batchSize, requests, eventsPerRequest, everyMs } = scenario;
  const target = startWorkerTarget();
  const tidepost = await startTidepost(["--window", String(windowSeconds), "--retry-scale", "1"]);
  try {
    const { url } = await target.ask({ kind: "listen", workMs });
    const body = { name: "Slow", target: url, events_mode: "all", batch_size: batchSize };
    const created = await tidepost.call("POST", "/webhooks", { body });
    if (created.status !== 200) throw new Error(`The webhook was not created: ${created.text}`);
    const source = createEventSource("campaign", 1);
    const startedAt = Date.now();
    for (let request = 0; request < requests; request += 1) {
      await delay(Math.max(0, startedAt + request * everyMs - Date.now()));
      const packed = await packEvents(source.take(eventsPerRequest, Date.now()).ndjson);
      const answer = await ingestEvents({ url: tidepost.apiUrl, key: tidepost.key }, packed);
      if (answer.kind !== "taken") throw new Error(`Events were not ingested: ${answer.text}`);
    }
    const sentAt = Date.now();
    report.progress(`${name}: all are sent`);
    const silenceMs = (windowSeconds + 45) * 1_000;
    const seen = await target.ask({ kind: "rest", silenceMs });
    const events = requests * eventsPerRequest;
    const size = `${count(events)} in ${seen.posts} POSTs, window ${windowSeconds} s`;
    const figure = (what: string, unit: string, value: number): void =>
      report.figure({ name: `${name}: ${what}`, size, unit, runs: [value] });
    figure("most at once", "POSTs", seen.mostAtOnce);
    figure("given up before the answer", "POSTs", seen.givenUp);
    figure("came again", "events", seen.repeated);
    figure("last answer after the last request", "s", (seen.lastAt - sentAt) / 1_000);
    if (seen.events - seen.repeated !== events) throw new Error(`${seen.events - seen.repeated} of ${events} arrived.`);
  } finally {
    await tidepost.stop();
    await target.stop();
  }
};

export const slowTargets: Benchmark = {
  method:
    "Targets that work on one POST at a time: 0.5 s each with batches of 100, and 4 s each at 1,000 events/s and a window of " +
    `${batchWindowSeconds} s. Takes about seven minutes.`,
  run: async (report) => {
    for (const scenario of scenarios) await measure(report, scenario);
  },
};
