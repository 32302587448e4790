/**
 * What hanging targets cost the others. Forty webhooks take every event; events are sent at a steady rate. A run takes a new
 * local system, in which either all targets answer or those of half the webhooks hang from the first event on. The age of
 * the oldest event is taken as each POST of the other half arrives: from just before its ingest request, the window
 * included: over the whole run, and over its second half alone, when all breakers have opened. Runs of both kinds take
 * turns, so that what else the machine does meets both.
 */
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { type Benchmark, quantile, type Report, summarise } from "./support/benchmark.ts";
import { runPaced } from "./support/paced-run.ts";
import type { TargetsTaken } from "./support/targets.ts";

const webhooks = 40;
const eventsPerSecond = 25;
const pairs = 4;

interface Variant {
  readonly windowSeconds: number;
  readonly warmUpMs: number;
  readonly feedMs: number;
  /** In which POSTs to hanging targets are counted. */
  readonly sliceMs: number;
}

const shortWindow: Variant = { windowSeconds: 1, warmUpMs: 5_000, feedMs: 40_000, sliceMs: 10_000 };
/** The window of production. Its second half begins when the breakers have opened, as with the short window. */
const longWindow: Variant = {
  windowSeconds: batchWindowSeconds,
  warmUpMs: 35_000,
  feedMs: 150_000,
  sliceMs: batchWindowSeconds * 1_000,
};

interface Run {
  readonly p50: number;
  readonly p99: number;
  /** Of the second half. */
  readonly lateP99: number;
  readonly posts: number;
  /** POSTs to hanging targets in each slice. */
  readonly hangingPosts: readonly number[];
}

const measure = async (hangs: boolean, variant: Variant): Promise<Run> => {
  const { startedAt, ...taken } = await runPaced({
    ...variant,
    webhooks,
    eventsPerSecond,
    otherHalf: hangs ? "hangs" : "answers",
  });
  return toRun(taken, startedAt, variant);
};

const agesOf = (posts: TargetsTaken["healthy"]): readonly number[] => posts.map(({ ageMs }) => ageMs);

const toRun = (
  { healthy, hangingAt }: Pick<TargetsTaken, "healthy" | "hangingAt">,
  startedAt: number,
  { feedMs, sliceMs }: Variant,
): Run => ({
  p50: quantile(agesOf(healthy), 0.5),
  p99: quantile(agesOf(healthy), 0.99),
  lateP99: quantile(agesOf(healthy.filter(({ at }) => at >= startedAt + feedMs / 2)), 0.99),
  posts: healthy.length,
  hangingPosts: Array.from({ length: feedMs / sliceMs }, (_, slice) => {
    const from = startedAt + slice * sliceMs;
    return hangingAt.filter((at) => at >= from && at < from + sliceMs).length;
  }),
});

const compare = async (report: Report, variant: Variant): Promise<void> => {
  const { feedMs, sliceMs } = variant;
  const calm: Run[] = [];
  const hanging: Run[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    // Each kind goes first as often as the other.
    for (const hangs of pair % 2 === 0 ? [true, false] : [false, true]) {
      report.progress(`pair ${pair} of ${pairs}: ${hangs ? "half of the targets hang" : "all targets answer"}`);
      const run = await measure(hangs, variant);
      report.progress(`  p50 ${Math.round(run.p50)} ms, p99 ${Math.round(run.p99)} ms`);
      (hangs ? hanging : calm).push(run);
    }
  }
  const posts = summarise([...calm, ...hanging].map((run) => run.posts)).median;
  const size = `${feedMs / 1_000} s of ${eventsPerSecond} events/s, ${posts} POSTs a run`;
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
};

const benchmark = (variant: Variant): Benchmark => ({
  method:
    `Forty webhooks at a window of ${variant.windowSeconds} s, of which none or half have targets that hang. Age of the ` +
    "oldest event as a POST to the healthy ones arrives; runs of both kinds take turns. Takes about " +
    `${Math.ceil((2 * pairs * (variant.warmUpMs + variant.feedMs + 10_000)) / 60_000)} minutes.`,
  run: (report) => compare(report, variant),
});

export const isolation = benchmark(shortWindow);
export const isolationLong = benchmark(longWindow);
