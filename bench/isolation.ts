/**
 * What hanging targets cost the others. Forty webhooks take every event; events are sent at a steady rate. A run takes a new
 * local system, in which either all targets answer or those of half the webhooks hang from the first event on. The age of
 * the oldest event is taken as each POST of the other half arrives: from just before its ingest request, the window
 * included: over the whole run, and over its second half alone, when all breakers have opened. Runs of both kinds take
 * turns, so that what else the machine does meets both.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startTidepost } from "../test/support/tidepost.ts";
import { type Benchmark, quantile, summarise } from "./support/benchmark.ts";
import { startTargetsProcess, type TargetsTaken } from "./support/targets.ts";

const webhooks = 40;
const pairs = 4;
const warmUpMs = 5_000;
const feedMs = 40_000;
const requestEveryMs = 200;
const eventsPerRequest = 5;
/** In which POSTs to hanging targets are counted. */
const sliceMs = 10_000;

interface Run {
  readonly p50: number;
  readonly p99: number;
  /** Of the second half. */
  readonly lateP99: number;
  readonly posts: number;
  /** POSTs to hanging targets in each slice. */
  readonly hangingPosts: readonly number[];
}

const measure = async (hangs: boolean): Promise<Run> => {
  const targets = startTargetsProcess();
  const tidepost = await startTidepost(["--window", "1", "--retry-scale", "1"]);
  try {
    const { url } = await targets.ask({ kind: "listen" });
    for (let number = 0; number < webhooks; number += 1) {
      const target = `${url}/${number % 2 === 0 ? "healthy" : "hanging"}/${number}`;
      const body = { name: `Webhook ${number}`, target, events: ["delivery"] };
      const created = await tidepost.call("POST", "/webhooks", { body });
      if (created.status !== 200) throw new Error(`A webhook was not created: ${created.text}`);
    }
    const feed = async (ms: number): Promise<void> => {
      const requests: Promise<void>[] = [];
      for (const endAt = performance.now() + ms; performance.now() < endAt;) {
        const event = { msys: { message_event: { type: "delivery", sentAt: Date.now() } } };
        requests.push(tidepost.ingest(Array<string>(eventsPerRequest).fill(JSON.stringify(event))));
        await delay(requestEveryMs);
      }
      await Promise.all(requests);
    };
    await feed(warmUpMs);
    if (hangs) await targets.ask({ kind: "hang" });
    await targets.ask({ kind: "take" });
    const startedAt = Date.now();
    await feed(feedMs);
    return toRun(await targets.ask({ kind: "take" }), startedAt);
  } finally {
    await tidepost.kill();
    await targets.stop();
  }
};

const agesOf = (posts: TargetsTaken["healthy"]): readonly number[] => posts.map(({ ageMs }) => ageMs);

const toRun = ({ healthy, hangingAt }: TargetsTaken, startedAt: number): Run => ({
  p50: quantile(agesOf(healthy), 0.5),
  p99: quantile(agesOf(healthy), 0.99),
  lateP99: quantile(agesOf(healthy.filter(({ at }) => at >= startedAt + feedMs / 2)), 0.99),
  posts: healthy.length,
  hangingPosts: Array.from({ length: feedMs / sliceMs }, (_, slice) => {
    const from = startedAt + slice * sliceMs;
    return hangingAt.filter((at) => at >= from && at < from + sliceMs).length;
  }),
});

export const isolation: Benchmark = {
  name: "isolation",
  method:
    "Forty webhooks, of which none or half have targets that hang. Age of the oldest event as a POST to the other half " +
    "arrives; runs of both kinds take turns.",
  run: async (report) => {
    const calm: Run[] = [];
    const hanging: Run[] = [];
    for (let pair = 1; pair <= pairs; pair += 1) {
      // Each kind goes first as often as the other.
      for (const hangs of pair % 2 === 0 ? [true, false] : [false, true]) {
        report.progress(`pair ${pair} of ${pairs}: ${hangs ? "half of the targets hang" : "all targets answer"}`);
        (hangs ? hanging : calm).push(await measure(hangs));
      }
    }
    const posts = summarise([...calm, ...hanging].map((run) => run.posts)).median;
    const size = `${feedMs / 1_000} s of ${(eventsPerRequest * 1_000) / requestEveryMs} events/s, ${posts} POSTs a run`;
    const show = (name: string, runs: readonly Run[], of: (run: Run) => number, unit = "ms"): void =>
      report.figure({ name, size, unit, runs: runs.map(of) });
    show("oldest event to POST p50, no target hangs", calm, ({ p50 }) => p50);
    show("oldest event to POST p50, half of them hang", hanging, ({ p50 }) => p50);
    show("oldest event to POST p99, no target hangs", calm, ({ p99 }) => p99);
    show("oldest event to POST p99, half of them hang", hanging, ({ p99 }) => p99);
    show("oldest event to POST p99 of the second half, no target hangs", calm, ({ lateP99 }) => lateP99);
    show("oldest event to POST p99 of the second half, half of them hang", hanging, ({ lateP99 }) => lateP99);
    const change = (name: string, of: (run: Run) => number): void => {
      const runs = hanging.map((run, pair) => {
        const other = calm[pair];
        return other === undefined ? Number.NaN : (of(run) / of(other) - 1) * 100;
      });
      report.figure({ name, size, unit: "%", runs });
    };
    change("change of the p99 in a pair", ({ p99 }) => p99);
    change("change of the p99 of the second half in a pair", ({ lateP99 }) => lateP99);
    for (let slice = 0; slice < feedMs / sliceMs; slice += 1) {
      const name = `POSTs to hanging targets, second ${(slice * sliceMs) / 1_000} to ${((slice + 1) * sliceMs) / 1_000}`;
      show(name, hanging, ({ hangingPosts }) => hangingPosts[slice] ?? 0, "POSTs");
    }
  },
};
