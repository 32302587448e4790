import type { MetricsPoint, WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { dayMs } from "#shared/text/times.ts";

/** A stretch of time that ends now. */
export interface TimeRange {
  /** As it stands in the address: `7d`. */
  readonly id: string;
  readonly text: string;
  readonly hours: number;
  /** What the API is asked for. */
  readonly precision: "hour" | "1min";
  /** Hours or minutes that one point of a chart stands for. */
  readonly stepsOfPoint: number;
  /** What one point stands for, in words. */
  readonly step: string;
}

const day: TimeRange = {
  id: "24h",
  text: "24 hours",
  hours: 24,
  precision: "hour",
  stepsOfPoint: 1,
  step: "an hour",
};

/** The ranges to choose from; their points fit beside each other. */
export const timeRanges: readonly TimeRange[] = [
  { id: "1h", text: "1 hour", hours: 1, precision: "1min", stepsOfPoint: 1, step: "a minute" },
  { id: "6h", text: "6 hours", hours: 6, precision: "1min", stepsOfPoint: 5, step: "5 minutes" },
  day,
  { id: "7d", text: "7 days", hours: 168, precision: "hour", stepsOfPoint: 4, step: "4 hours" },
  { id: "30d", text: "30 days", hours: 720, precision: "hour", stepsOfPoint: 24, step: "24 hours" },
];

/** The range that an address's search names, by default a day. */
export const rangeIn = (search: string): TimeRange =>
  timeRanges.find(({ id }) => id === new URLSearchParams(search).get("range")) ?? day;

const stepMs = { "1min": 60_000, hour: 60 * 60_000 } as const;

/** When a range begins that ends at a time (Unix milliseconds): the step that has not ended yet is one of its own. */
export const startOf = ({ hours, precision }: Pick<TimeRange, "hours" | "precision">, now: number): string =>
  new Date(now - hours * stepMs.hour + stepMs[precision]).toISOString();

/** The range of figures: while another one is being loaded, those of the one before are still shown. */
export const rangeOf = ({ series, step_ms: ms }: Pick<WebhookMetrics, "series" | "step_ms">): TimeRange =>
  timeRanges.find(
    ({ hours, precision }) => stepMs[precision] === ms && hours * stepMs.hour >= (series.length - 1) * ms,
  ) ?? day;

/** Sums of the time that a point stands for. */
export interface ChartPoint extends Pick<
  MetricsPoint,
  "at" | "delivered" | "failed_attempts" | "expired" | "events" | "p50_ms" | "p95_ms" | "p99_ms"
> {
  /** Of minutes only. */
  readonly mean_ms: number | null;
}

const highest = (values: readonly (number | null)[]): number | null =>
  values.reduce((most, value) => (value === null || (most !== null && most >= value) ? most : value), null);

/** The mean over some steps, each of which counts as often as there were attempts. */
const meanOf = (steps: readonly MetricsPoint[]): number | null => {
  const measured = steps.map((step) => ({ ms: step.mean_ms ?? null, attempts: step.delivered + step.failed_attempts }));
  const attempts = measured.reduce((all, each) => all + (each.ms === null ? 0 : each.attempts), 0);
  return attempts === 0 ? null : measured.reduce((all, each) => all + (each.ms ?? 0) * each.attempts, 0) / attempts;
};

/**
 * All hours or minutes as points of a chart, also those without traffic, so that a day does not look like a month. Where a point
 * stands for several hours, the highest of a percentile stands for all of them.
 */
export const chartPoints = (
  { series }: Pick<WebhookMetrics, "series">,
  { stepsOfPoint }: Pick<TimeRange, "stepsOfPoint">,
): readonly ChartPoint[] => {
  // Counted from the end: the newest point is whole as far as time has come.
  const odd = series.length % stepsOfPoint;
  const starts = Array.from({ length: Math.ceil(series.length / stepsOfPoint) }, (_, index) =>
    Math.max(0, odd === 0 ? index * stepsOfPoint : (index - 1) * stepsOfPoint + odd),
  );
  return starts.map((start, index) => {
    const steps = series.slice(start, starts[index + 1] ?? series.length);
    const sum = (key: "delivered" | "failed_attempts" | "expired" | "events"): number =>
      steps.reduce((all, step) => all + step[key], 0);
    return {
      at: steps[0]?.at ?? "",
      delivered: sum("delivered"),
      failed_attempts: sum("failed_attempts"),
      expired: sum("expired"),
      events: sum("events"),
      p50_ms: highest(steps.map((step) => step.p50_ms)),
      p95_ms: highest(steps.map((step) => step.p95_ms)),
      p99_ms: highest(steps.map((step) => step.p99_ms)),
      mean_ms: meanOf(steps),
    };
  });
};

const pad = (value: number): string => String(value).padStart(2, "0");

/** Names the beginning of a point under a chart, with its day where the chart is longer than one. */
export const pointText = (
  at: string,
  { zone, range }: { readonly zone: string; readonly range: Pick<TimeRange, "hours"> },
): string => {
  const time = new Date(at);
  const isUtc = zone === "utc";
  const clock = isUtc
    ? `${pad(time.getUTCHours())}:${pad(time.getUTCMinutes())}`
    : `${pad(time.getHours())}:${pad(time.getMinutes())}`;
  if (range.hours * 60 * 60 * 1_000 <= dayMs) return clock;
  const date = time.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(isUtc ? { timeZone: "UTC" } : {}),
  });
  return `${date} ${clock}`;
};
