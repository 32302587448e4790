import { describe, expect, it } from "vitest";
import type { MetricsPoint } from "#shared/contract/api/metrics.ts";
import { waitText } from "../../../console/components/test-outcome/wait-text.ts";
import {
  chartPoints,
  pointText,
  rangeIn,
  rangeOf,
  startOf,
  timeRanges,
  type TimeRange,
} from "../../../console/pages/webhook/charts/chart-points.ts";
import { headroomText } from "../../../console/pages/webhook/charts/headroom-text.ts";

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

const minutes = (count: number, numbers: (index: number) => Partial<MetricsPoint> = () => ({})): MetricsPoint[] =>
  hours(count, numbers).map((point, index) => ({
    mean_ms: null,
    ...point,
    at: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
  }));

const [lastHour, sixHours, day, week, month] = ["1h", "6h", "24h", "7d", "30d"].map((id) => rangeIn(`range=${id}`)) as [
  TimeRange,
  TimeRange,
  TimeRange,
  TimeRange,
  TimeRange,
];

describe("points of a chart", () => {
  it("are the hours of a day, also of one that has just begun to have traffic", () => {
    const series = hours(24, (index) => (index >= 23 ? { delivered: 1 } : {}));
    expect(chartPoints({ series }, day).map(({ at }) => at)).toEqual(series.map(({ at }) => at));
  });

  it("make a day, a week and a month look different while traffic is young", () => {
    const shares = [day, week, month].map((range) => {
      const young = hours(range.hours, (index) => (index === range.hours - 1 ? { delivered: 1 } : {}));
      const points = chartPoints({ series: young }, range);
      expect(points.at(-1)).toMatchObject({ delivered: 1 });
      return [points.length, Date.parse(points.at(-1)?.at ?? "") - Date.parse(points[0]?.at ?? "")];
    });
    expect(shares).toEqual([
      [24, 23 * 3_600_000],
      [42, 164 * 3_600_000],
      [30, 696 * 3_600_000],
    ]);
  });

  it("join the hours of a month: counts are summed, of percentiles the highest stays", () => {
    const points = chartPoints(
      { series: hours(720, (index) => ({ delivered: 2, events: 10, p95_ms: index % 24 === 0 ? 400 : null })) },
      month,
    );
    expect(points).toHaveLength(30);
    expect(points[0]).toMatchObject({ delivered: 48, events: 240, p95_ms: 400, p50_ms: null });
  });

  it("join minutes: a mean counts each attempt once, also beside minutes without any", () => {
    const series = minutes(10, (index) => {
      if (index === 5) return { delivered: 9, mean_ms: 10 };
      return index === 9 ? { failed_attempts: 1, mean_ms: 6_000 } : {};
    });
    expect(chartPoints({ series }, sixHours).map(({ mean_ms: ms }) => ms)).toEqual([null, 609]);
    expect(chartPoints({ series }, lastHour).map(({ mean_ms: ms }) => ms)[9]).toBe(6_000);
  });

  it("lose no hour when the hours are no multiple, and keep the newest point whole", () => {
    const points = chartPoints({ series: hours(10, () => ({ delivered: 1 })) }, week);
    expect(points.map(({ delivered }) => delivered)).toEqual([2, 4, 4]);
    expect(points.map(({ at }) => new Date(at).getUTCHours())).toEqual([0, 2, 6]);
  });

  it("all have a name of their own on the axis", () => {
    for (const range of [day, week, month]) {
      const names = chartPoints({ series: hours(range.hours) }, range).map(({ at }) =>
        pointText(at, { zone: "utc", range }),
      );
      expect(new Set(names).size).toBe(names.length);
    }
    for (const range of [lastHour, sixHours]) {
      const names = chartPoints({ series: minutes(range.hours * 60) }, range).map(({ at }) =>
        pointText(at, { zone: "utc", range }),
      );
      expect(names).toHaveLength(range === lastHour ? 60 : 72);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(pointText("2026-01-01T03:15:00Z", { zone: "utc", range: day })).toBe("03:15");
    expect(pointText("2026-01-01T03:00:00Z", { zone: "utc", range: week })).toBe("1 Jan 03:00");
  });
});

describe("the range of figures", () => {
  it("is that of the address, a day without one", () => {
    expect(["", "range=7d", "x=1&range=30d", "range=9y"].map((search) => rangeIn(search).hours)).toEqual([
      24, 168, 720, 24,
    ]);
  });

  it("stays that of the figures while those of another one are being loaded", () => {
    const hourly = [24, 25, 168, 720, 721].map((count) => rangeOf({ series: hours(count), step_ms: 3_600_000 }).id);
    expect(hourly).toEqual(["24h", "24h", "7d", "30d", "30d"]);
    const minutely = [60, 61, 360, 361].map((count) => rangeOf({ series: minutes(count), step_ms: 60_000 }).id);
    expect(minutely).toEqual(["1h", "1h", "6h", "6h"]);
  });

  it("begins with as many steps as it has, the present one among them", () => {
    const now = Date.parse("2026-01-31T12:34:56Z");
    expect(timeRanges.map((range) => startOf(range, now))).toEqual([
      "2026-01-31T11:35:56.000Z",
      "2026-01-31T06:35:56.000Z",
      "2026-01-30T13:34:56.000Z",
      "2026-01-24T13:34:56.000Z",
      "2026-01-01T13:34:56.000Z",
    ]);
  });
});

describe("the latencies of attempts", () => {
  const slots = (counts: Readonly<Record<number, number>>) =>
    [10, 2_500, 4_000, 6_000, 7_000].map((le_ms) => ({ le_ms, count: counts[le_ms] ?? 0 }));

  it("are told by their distance from the limit", () => {
    expect(headroomText(slots({}))).toBe("No attempt was made in this time.");
    expect(headroomText(slots({ 10: 40 }))).toBe("Every attempt took at most 10 ms of 6 s.");
    expect(headroomText(slots({ 10: 40, 4_000: 2 }))).toBe("2 attempts of 42 came near the limit: up to 4 s of 6 s.");
    expect(headroomText(slots({ 10: 40, 6_000: 1, 7_000: 1 }))).toBe("1 attempt of 42 took longer than 6 s.");
  });
});

describe("the time that a target was waited for", () => {
  it("is no answer's when there was none", () => {
    expect(waitText(6_100, { answered: false })).toBe("No answer within 6 s");
    expect(waitText(5_999, { answered: false })).toBe("No answer within 6 s");
    expect(waitText(2_000, { answered: false })).toBe("No answer after 2 s of 6 s");
    expect(waitText(undefined, { answered: false })).toBe("Limit of the answer: 6 s");
    expect(waitText(4_800, { answered: true })).toBe("Answered after 4.8 s of 6 s");
  });
});
