import type { Counts, DeliveryHour } from "./delivery-hours.ts";
import { type LatencyBound, latencyBoundsMs, type LatencyHistogram, latencyPercentile } from "./latency-histogram.ts";

/** Numbers of some time, an hour or more. */
export interface DeliveryNumbers {
  readonly delivered: number;
  readonly failed: number;
  readonly failedAttempts: number;
  readonly expired: number;
  readonly events: number;
  /** Percentiles of the attempts' milliseconds; undefined without attempts. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** What happened to a webhook's batches: hour by hour and over all. */
export interface DeliveryMetrics {
  readonly series: readonly (DeliveryNumbers & { readonly hour: string })[];
  readonly totals: DeliveryNumbers;
  readonly latencies: readonly { readonly upToMs: LatencyBound; readonly count: number }[];
  readonly statuses: Counts;
  readonly reasons: Counts;
  readonly eventTypes: Counts;
}

/** Adds up a webhook's counters; `hours` are those to report, oldest first, also the ones without deliveries. */
export const deliveryMetrics = (hours: readonly string[], counted: readonly DeliveryHour[]): DeliveryMetrics => {
  const byHour = new Map(counted.map((entry) => [entry.hour, entry]));
  const latencies = counted.map((entry) => entry.latencies);
  return {
    series: hours.map((hour) => {
      const entry = byHour.get(hour);
      return { hour, ...numbersOf(entry === undefined ? [] : [entry]) };
    }),
    totals: numbersOf(counted),
    latencies: latencyBoundsMs.map((upToMs) => ({ upToMs, count: sumOf(latencies, (slots) => slots[upToMs] ?? 0) })),
    statuses: addCounts(counted.map(({ statuses }) => statuses)),
    reasons: addCounts(counted.map(({ reasons }) => reasons)),
    eventTypes: addCounts(counted.map(({ eventTypes }) => eventTypes)),
  };
};

const numbersOf = (hours: readonly DeliveryHour[]): DeliveryNumbers => {
  const latencies: readonly LatencyHistogram[] = hours.map((hour) => hour.latencies);
  return {
    delivered: sumOf(hours, ({ delivered }) => delivered),
    failed: sumOf(hours, ({ failed }) => failed),
    failedAttempts: sumOf(hours, ({ failedAttempts }) => failedAttempts),
    expired: sumOf(hours, ({ expired }) => expired),
    events: sumOf(hours, ({ events }) => events),
    p50Ms: latencyPercentile(latencies, 0.5),
    p95Ms: latencyPercentile(latencies, 0.95),
    p99Ms: latencyPercentile(latencies, 0.99),
  };
};

const sumOf = <Item>(items: readonly Item[], numberOf: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + numberOf(item), 0);

const addCounts = (all: readonly Counts[]): Counts => {
  const sums = new Map<string, number>();
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts))) {
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sums].toSorted(([, a], [, b]) => b - a));
};
