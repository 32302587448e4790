import type { MetricsPoint, WebhookMetrics } from "#shared/contract/api/metrics.ts";

/** Bars that fit beside each other. */
const maxBars = 48;
/** Fewer than this would look like a whole day of its own. */
const minBars = 12;

/** Sums of several hours. */
export interface ChartPoint extends Pick<
  MetricsPoint,
  "at" | "delivered" | "failed_attempts" | "expired" | "events" | "p50_ms" | "p95_ms" | "p99_ms"
> {}

const highest = (values: readonly (number | null)[]): number | null =>
  values.reduce((most, value) => (value === null || (most !== null && most >= value) ? most : value), null);

/**
 * The hours as points of a chart. Hours before the first traffic are left out, as far as enough remain; long times are
 * joined, where the highest of a percentile stands for all of them.
 */
export const chartPoints = ({ series }: Pick<WebhookMetrics, "series">): readonly ChartPoint[] => {
  const first = series.findIndex(({ delivered, failed_attempts: failed, expired }) => delivered + failed + expired > 0);
  const shown = series.slice(Math.max(0, Math.min(first === -1 ? 0 : first - 1, series.length - minBars)));
  const joined = Math.ceil(shown.length / maxBars);
  return Array.from({ length: Math.ceil(shown.length / joined) }, (_, index) => {
    const hours = shown.slice(index * joined, (index + 1) * joined);
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
