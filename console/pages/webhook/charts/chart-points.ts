import type { MetricsPoint, WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { dayMs } from "#shared/text/times.ts";

/** A stretch of time that ends now. */
export interface TimeRange {
  /** As it stands in the address: `7d`. */
  readonly id: string;
  readonly text: string;
  readonly hours: number;
  /** Hours that one point of a chart stands for. */
  readonly hoursOfPoint: number;
  /** What one point stands for, in words. */
  readonly step: string;
}

const day: TimeRange = { id: "24h", text: "24 hours", hours: 24, hoursOfPoint: 1, step: "an hour" };

/** The ranges to choose from; their points fit beside each other. */
export const timeRanges: readonly TimeRange[] = [
  day,
  { id: "7d", text: "7 days", hours: 168, hoursOfPoint: 4, step: "4 hours" },
  { id: "30d", text: "30 days", hours: 720, hoursOfPoint: 24, step: "24 hours" },
];

/** The range that an address's search names, by default a day. */
export const rangeIn = (search: string): TimeRange =>
  timeRanges.find(({ id }) => id === new URLSearchParams(search).get("range")) ?? day;

/** The range of figures: while another one is being loaded, those of the one before are still shown. */
export const rangeOf = ({ series }: Pick<WebhookMetrics, "series">): TimeRange =>
  timeRanges.find(({ hours }) => hours >= series.length - 1) ?? day;

/** Sums of the time that a point stands for. */
export interface ChartPoint extends Pick<
  MetricsPoint,
  "at" | "delivered" | "failed_attempts" | "expired" | "events" | "p50_ms" | "p95_ms" | "p99_ms"
> {}

const highest = (values: readonly (number | null)[]): number | null =>
  values.reduce((most, value) => (value === null || (most !== null && most >= value) ? most : value), null);

/**
 * All hours as points of a chart, also those without traffic, so that a day does not look like a month. Where a point stands
 * for several hours, the highest of a percentile stands for all of them.
 */
export const chartPoints = (
  { series }: Pick<WebhookMetrics, "series">,
  { hoursOfPoint }: Pick<TimeRange, "hoursOfPoint">,
): readonly ChartPoint[] => {
  // Counted from the end: the newest point is whole as far as time has come.
  const odd = series.length % hoursOfPoint;
  const starts = Array.from({ length: Math.ceil(series.length / hoursOfPoint) }, (_, index) =>
    Math.max(0, odd === 0 ? index * hoursOfPoint : (index - 1) * hoursOfPoint + odd),
  );
  return starts.map((start, index) => {
    const hours = series.slice(start, starts[index + 1] ?? series.length);
    const sum = (key: "delivered" | "failed_attempts" | "expired" | "events"): number =>
      hours.reduce((all, hour) => all + hour[key], 0);
    return {
      at: hours[0]?.at ?? "",
      delivered: sum("delivered"),
      failed_attempts: sum("failed_attempts"),
      expired: sum("expired"),
      events: sum("events"),
      p50_ms: highest(hours.map((hour) => hour.p50_ms)),
      p95_ms: highest(hours.map((hour) => hour.p95_ms)),
      p99_ms: highest(hours.map((hour) => hour.p99_ms)),
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
