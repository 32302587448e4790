/**
 * What a webhook of one-event batches costs another. Requests of 5,000 events come one after the other; one webhook takes them
 * in batches as large as they can be, and in every second run another takes them one by one. Each run takes a new local
 * system. The age of the oldest event is taken as each POST of the first webhook arrives: from just before its ingest request,
 * the window included.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startTidepost } from "../test/support/tidepost.ts";
import { type Benchmark, quantile, type Report } from "./support/benchmark.ts";
import { count } from "./support/events.ts";
import { startTargetsProcess } from "./support/targets.ts";

const windowSeconds = 1;
const eventsPerRequest = 5_000;
const requests = 6;
const requestEveryMs = 5_000;
const pairs = 3;
/** Longest wait for the first webhook's events. */
const timeoutMs = 120_000;
const lookEveryMs = 500;

interface Run {
  readonly p50: number;
  readonly slowest: number;
  /** POSTs to the webhook of one-event batches until the first webhook had all its events. */
  readonly singlePosts: number;
}

const measure = async (hasSingles: boolean): Promise<Run> => {
  const targets = startTargetsProcess();
  const tidepost = await startTidepost(["--window", String(windowSeconds), "--retry-scale", "1"]);
  try {
    const { url } = await targets.ask({ kind: "listen" });
    const create = async (name: string, path: string, batchSize: number): Promise<void> => {
      const body = { name, target: `${url}/${path}`, events: ["delivery"], batch_size: batchSize };
      const created = await tidepost.call("POST", "/webhooks", { body });
      if (created.status !== 200) throw new Error(`A webhook was not created: ${created.text}`);
    };
    const ingest = async (events: number): Promise<void> => {
      const event = JSON.stringify({ msys: { message_event: { type: "delivery", sentAt: Date.now() } } });
      await tidepost.ingest(Array<string>(events).fill(event));
    };
    await create("Whole", "healthy", 10_000);
    // Functions are warm when it counts.
    for (let request = 0; request < 3; request += 1) {
      await ingest(eventsPerRequest);
      await delay(2_000);
    }
    // The targets measure what comes to `healthy` alone, and answer all.
    if (hasSingles) await create("Singles", "hanging", 1);
    await targets.ask({ kind: "take" });

    const startedAt = Date.now();
    for (let request = 0; request < requests; request += 1) {
      await delay(Math.max(0, startedAt + request * requestEveryMs - Date.now()));
      await ingest(eventsPerRequest);
    }
    const ages: number[] = [];
    let events = 0;
    let singlePosts = 0;
    while (events < requests * eventsPerRequest) {
      if (Date.now() - startedAt > timeoutMs) throw new Error(`${count(events)} arrived in ${timeoutMs / 1_000} s.`);
      await delay(lookEveryMs);
      const taken = await targets.ask({ kind: "take" });
      ages.push(...taken.healthy.map(({ ageMs }) => ageMs));
      events += taken.healthy.reduce((sum, post) => sum + post.events, 0);
      singlePosts += taken.hangingAt.length;
    }
    return { p50: quantile(ages, 0.5), slowest: Math.max(...ages), singlePosts };
  } finally {
    await tidepost.kill();
    await targets.stop();
  }
};

const run = async (report: Report): Promise<void> => {
  const alone: Run[] = [];
  const beside: Run[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    // Each kind goes first as often as the other, but for one.
    for (const hasSingles of pair % 2 === 0 ? [true, false] : [false, true]) {
      report.progress(`pair ${pair} of ${pairs}: ${hasSingles ? "beside one-event batches" : "alone"}`);
      (hasSingles ? beside : alone).push(await measure(hasSingles));
    }
  }
  const size = `${requests} requests of ${count(eventsPerRequest)}, window ${windowSeconds} s`;
  const show = (name: string, runs: readonly Run[], of: (one: Run) => number, unit = "ms"): void =>
    report.figure({ name, size, unit, runs: runs.map(of) });
  show("oldest event to POST p50, alone", alone, ({ p50 }) => p50);
  show("oldest event to POST p50, beside one-event batches", beside, ({ p50 }) => p50);
  show("oldest event to POST, slowest, alone", alone, ({ slowest }) => slowest);
  show("oldest event to POST, slowest, beside one-event batches", beside, ({ slowest }) => slowest);
  show("one-event batches meanwhile", beside, ({ singlePosts }) => singlePosts, "POSTs");
};

export const singleEvents: Benchmark = {
  method:
    "A webhook alone, and beside one that takes the same events in batches of one. Age of the oldest event as a POST to the " +
    "first arrives; runs of both kinds take turns. Takes about five minutes.",
  run,
};
