import type * as z from "zod";
import { type WebhookMetrics, metricsQuery } from "#shared/contract/api/metrics.ts";
import { metricsDays, minuteMetricsHours } from "#shared/contract/limits.ts";
import {
  type Counts,
  type DetailedHour,
  type DeliveryMinute,
  type LatencyBound,
  type LatencyHistogram,
  hourMs,
  hoursBetween,
  latencyBoundsMs,
  latencyPercentile,
} from "#shared/delivery/hours.ts";
import { minuteMs, minutesBetween, minutesCountedFrom } from "#shared/delivery/minutes.ts";
import { type RequestError, validate, errors } from "#shared/errors.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { findWebhook } from "../webhooks/read.ts";

/** `GET /webhooks/{id}/metrics`: what happened to a webhook's batches, by hour or minute and in total. */
export const readMetrics = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/metrics">> => {
  const { customerId, webhookId } = await findWebhook(deps, request);
  const query = validate(metricsQuery, request.query);
  const { from, to } = metricsRange(query, deps.now());
  const hours = hoursBetween(from, to - 1);
  const counted = await deps.deliveryHours.findWhole({ customerId, webhookIds: [webhookId], hours });
  const byHour = metricsView({ hours, counted, to });
  if (query.precision === "hour") return { status: 200, body: { results: byHour } };
  const minutes = minutesBetween(
    minutesCountedFrom(from, counted),
    to - 1,
    counted.flatMap((hour) => hour.minutes),
  );
  return { status: 200, body: { results: byMinute(byHour, minutes) } };
};

/** The same for some minutes: what is counted by the minute of those, and the rest of their whole hours. */
const byMinute = (byHour: WebhookMetrics, minutes: readonly DeliveryMinute[]): WebhookMetrics => ({
  ...byHour,
  from: minutes[0]?.minute ?? byHour.to,
  step_ms: minuteMs,
  series: minutes.map((minute) => {
    const attempts = minute.delivered + minute.failedAttempts;
    return {
      at: minute.minute,
      ...countsView(minute),
      p50_ms: null,
      p95_ms: null,
      p99_ms: null,
      mean_ms: attempts === 0 ? null : Math.round(minute.durationMs / attempts),
    };
  }),
  totals: {
    ...byHour.totals,
    ...countsView({
      delivered: sumOf(minutes, ({ delivered }) => delivered),
      failed: sumOf(minutes, ({ failed }) => failed),
      failedAttempts: sumOf(minutes, ({ failedAttempts }) => failedAttempts),
      expired: sumOf(minutes, ({ expired }) => expired),
      events: sumOf(minutes, ({ events }) => events),
    }),
  },
});

/** Counters as the API shows them, also of hours without any. `to` is Unix milliseconds. */
export const metricsView = ({
  hours,
  counted,
  to,
}: {
  readonly hours: readonly string[];
  readonly counted: readonly DetailedHour[];
  readonly to: number;
}): WebhookMetrics => {
  const metrics = deliveryMetrics(hours, counted);
  return {
    from: hours[0] ?? new Date(to).toISOString(),
    to: new Date(to).toISOString(),
    step_ms: hourMs,
    series: metrics.series.map(({ hour, ...numbers }) => ({ at: hour, ...numbersView(numbers) })),
    totals: numbersView(metrics.totals),
    latency_histogram: metrics.latencies.map(({ upToMs, count }) => ({ le_ms: upToMs, count })),
    statuses: metrics.statuses,
    reasons: metrics.reasons,
    event_types: metrics.eventTypes,
  };
};

/** What a range is when none is given, and at most. */
const ranges = {
  hour: { defaultMs: 23 * hourMs, longestMs: metricsDays * 24 * hourMs, longest: `${metricsDays} days` },
  "1min": { defaultMs: 59 * minuteMs, longestMs: minuteMetricsHours * hourMs, longest: `${minuteMetricsHours} hours` },
} as const;

/** The time range that a query means, in Unix milliseconds. Throws 400 for an impossible one. */
const metricsRange = (
  query: z.output<typeof metricsQuery>,
  now: number,
): { readonly from: number; readonly to: number } => {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const { defaultMs, longestMs, longest } = ranges[query.precision];
  const from = query.from === undefined ? to - defaultMs : Date.parse(query.from);
  if (from >= to) throw badRange("'from' must be earlier than 'to'");
  if (to - from > longestMs) throw badRange(`'from' must be at most ${longest} before 'to'`);
  return { from, to };
};

const badRange = (message: string): RequestError =>
  errors.badParameter(message, `Counters are kept for ${metricsDays} days.`);

const countsView = (
  numbers: Pick<DeliveryMinute, "delivered" | "failed" | "failedAttempts" | "expired" | "events">,
): Pick<WebhookMetrics["totals"], "delivered" | "failed" | "failed_attempts" | "expired" | "events"> => ({
  delivered: numbers.delivered,
  failed: numbers.failed,
  failed_attempts: numbers.failedAttempts,
  expired: numbers.expired,
  events: numbers.events,
});

const numbersView = (numbers: DeliveryNumbers): WebhookMetrics["totals"] => ({
  ...countsView(numbers),
  p50_ms: numbers.p50Ms ?? null,
  p95_ms: numbers.p95Ms ?? null,
  p99_ms: numbers.p99Ms ?? null,
});

/** Numbers of some time, an hour or more. */
interface DeliveryNumbers {
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

/** What happened to a webhook's batches: by hour and in total. */
interface DeliveryMetrics {
  readonly series: readonly (DeliveryNumbers & { readonly hour: string })[];
  readonly totals: DeliveryNumbers;
  readonly latencies: readonly { readonly upToMs: LatencyBound; readonly count: number }[];
  readonly statuses: Counts;
  readonly reasons: Counts;
  readonly eventTypes: Counts;
}

/** Adds up a webhook's counters; `hours` are those to report, oldest first, also the ones without deliveries. */
const deliveryMetrics = (hours: readonly string[], counted: readonly DetailedHour[]): DeliveryMetrics => {
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

const numbersOf = (hours: readonly DetailedHour[]): DeliveryNumbers => {
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
