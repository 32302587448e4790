/**
 * Upper bounds of the slots that latencies are counted in, in milliseconds: about five to a decade, with the limit of 6 s
 * as one of them and one right after it for what the limit ended. What is slower than the last bound counts there.
 */
export const latencyBoundsMs = [
  10, 15, 25, 40, 60, 100, 150, 250, 400, 600, 1_000, 1_500, 2_500, 4_000, 6_000, 7_000, 10_000, 15_000, 25_000,
] as const;

export type LatencyBound = (typeof latencyBoundsMs)[number];

/** How many latencies fell into each slot, by its bound; a slot without any may be absent. */
export type LatencyHistogram = Readonly<Partial<Record<LatencyBound, number>>>;

const lastBound = latencyBoundsMs[latencyBoundsMs.length - 1] ?? 25_000;

/** Slot of a latency. */
export const latencyBoundOf = (durationMs: number): LatencyBound =>
  latencyBoundsMs.find((bound) => durationMs <= bound) ?? lastBound;

/** The bound that a share (0 to 1) of the latencies does not exceed; undefined when there are none. */
export const latencyPercentile = (histograms: readonly LatencyHistogram[], share: number): number | undefined => {
  const slots = latencyBoundsMs.map((bound) => ({
    bound,
    count: histograms.reduce((sum, histogram) => sum + (histogram[bound] ?? 0), 0),
  }));
  const total = slots.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { bound, count } of slots) {
    below += count;
    if (total > 0 && below >= share * total) return bound;
  }
  return undefined;
};
