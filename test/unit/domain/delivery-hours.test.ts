import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  bucketsOf,
  hourOf,
  hoursUntil,
  latencyBoundOf,
  latencyBoundsMs,
  latencyPercentile,
} from "#shared/delivery/hours.ts";

const lastBound = 25_000;
const histogramOf = (durations: readonly number[]) => {
  const counts = Map.groupBy(durations, latencyBoundOf);
  return Object.fromEntries([...counts].map(([bound, found]) => [bound, found.length]));
};

describe("latencies", () => {
  it.each([
    [0, 10],
    [10, 10],
    [10.5, 15],
    [6_000, 6_000],
    [6_001, 7_000],
    [99_000, lastBound],
  ])("of %d ms count up to %d ms", (durationMs, bound) => {
    expect(latencyBoundOf(durationMs)).toBe(bound);
  });

  it("have bounds in rising order", () => {
    expect(latencyBoundsMs).toEqual([...latencyBoundsMs].toSorted((a, b) => a - b));
  });

  it("have no percentile when there are none", () => {
    expect(latencyPercentile([], 0.95)).toBeUndefined();
    expect(latencyPercentile([{}, { 10: 0 }], 0.95)).toBeUndefined();
  });

  test.prop([fc.array(fc.integer({ min: 0, max: lastBound }), { minLength: 1 }), fc.constantFrom(0.5, 0.95, 0.99, 1)])(
    "have as percentile the bound of the true one, also over several histograms",
    (durations, share) => {
      const middle = Math.floor(durations.length / 2);
      const histograms = [histogramOf(durations.slice(0, middle)), histogramOf(durations.slice(middle))];
      const exact = durations.toSorted((a, b) => a - b)[Math.ceil(share * durations.length) - 1] ?? 0;
      expect(latencyPercentile(histograms, share)).toBe(latencyBoundOf(exact));
    },
  );
});

describe("hours", () => {
  it("begin at the full hour in UTC", () => {
    expect(hourOf(Date.parse("2026-03-29T03:59:59.999+02:00"))).toBe("2026-03-29T01:00:00.000Z");
    expect(hourOf(Date.parse("2026-03-29T01:00:00.000Z"))).toBe("2026-03-29T01:00:00.000Z");
  });

  it("of a summary are the current one and the 23 before", () => {
    const hours = hoursUntil(Date.parse("2026-01-02T03:04:05Z"));
    expect(hours).toHaveLength(24);
    expect(new Set(hours).size).toBe(24);
    expect([hours[0], hours[23]]).toEqual(["2026-01-01T04:00:00.000Z", "2026-01-02T03:00:00.000Z"]);
  });

  it("without deliveries have empty buckets, and those outside have none", () => {
    const counts = { webhookId: "1", delivered: 2, failed: 1, failedAttempts: 3, expired: 0, events: 9 };
    const entry = (hour: string) => ({
      ...counts,
      hour,
      latencies: { 40: 5 },
    });
    expect(bucketsOf(["a", "b"], [entry("b"), entry("c")])).toEqual([
      { hour: "a", delivered: 0, failed: 0, failedAttempts: 0, expired: 0, events: 0, p95Ms: undefined },
      { hour: "b", delivered: 2, failed: 1, failedAttempts: 3, expired: 0, events: 9, p95Ms: 40 },
    ]);
  });
});
