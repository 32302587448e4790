import { describe, expect, it } from "vitest";
import type { MetricsPoint } from "#shared/contract/api/metrics.ts";
import { chartPoints } from "../../../console/pages/webhook/charts/chart-points.ts";

const hour = (index: number, numbers: Partial<MetricsPoint> = {}): MetricsPoint => ({
  at: new Date(Date.UTC(2026, 0, 1, index)).toISOString(),
  delivered: 0,
  failed: 0,
  failed_attempts: 0,
  expired: 0,
  events: 0,
  p50_ms: null,
  p95_ms: null,
  p99_ms: null,
  ...numbers,
});
const hours = (count: number, numbers: (index: number) => Partial<MetricsPoint> = () => ({})): MetricsPoint[] =>
  Array.from({ length: count }, (_, index) => hour(index, numbers(index)));

describe("points of a chart", () => {
  it("are the hours of a day", () => {
    const series = hours(24, () => ({ delivered: 1 }));
    expect(chartPoints({ series }).map(({ at }) => at)).toEqual(series.map(({ at }) => at));
  });

  it("leave out what was before the first traffic", () => {
    const series = hours(24, (index) => (index >= 8 ? { delivered: 1 } : {}));
    expect(chartPoints({ series })[0]?.at).toBe(series[7]?.at);
  });

  it("are half a day at least", () => {
    expect(chartPoints({ series: hours(24, (index) => (index === 23 ? { delivered: 1 } : {})) })).toHaveLength(12);
  });

  it("join the hours of a month: counts are summed, of percentiles the highest stays", () => {
    const points = chartPoints({
      series: hours(720, (index) => ({ delivered: 2, events: 10, p95_ms: index % 15 === 0 ? 400 : null })),
    });
    expect(points).toHaveLength(48);
    expect(points[0]).toMatchObject({ delivered: 30, events: 150, p95_ms: 400, p50_ms: null });
  });
});
