import { describe, expect, it } from "vitest";
import { bytes, counted, latency, shortCount } from "../../../console/format/numbers.ts";
import { ago, duration, exactTime } from "../../../console/format/time.ts";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

describe("duration", () => {
  it.each([
    [-5, "0 s"],
    [47 * secondMs, "47 s"],
    [3 * minuteMs + 59 * secondMs, "3 min 59 s"],
    [hourMs, "1 h 0 min"],
    [hourMs + 12 * minuteMs + 59 * secondMs, "1 h 12 min"],
    [26 * hourMs, "1 d 2 h"],
  ])("of %d ms reads %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

it.each([
  [-secondMs, "just now"],
  [4 * secondMs, "just now"],
  [12 * secondMs, "12 s ago"],
  [3 * minuteMs, "3 min ago"],
  [5 * hourMs, "5 h ago"],
  [49 * hourMs, "2 d ago"],
])("%d ms ago reads %s", (ms, text) => {
  expect(ago(ms)).toBe(text);
});

it("gives an exact time to the second", () => {
  expect(exactTime("2026-01-02T03:04:05.678Z", "utc")).toBe("2026-01-02 03:04:05 UTC");
});

it("writes numbers for people", () => {
  expect(counted(1, "batch", "batches")).toBe("1 batch");
  expect(counted(1_904_221, "event")).toBe("1,904,221 events");
  expect([shortCount(9_999), shortCount(1_904_221)]).toEqual(["9,999", "1.9M"]);
  expect([bytes(900), bytes(2_904_118), bytes(10_485_760)]).toEqual(["900 B", "2.8 MB", "10 MB"]);
  expect([latency(84.4), latency(4_800), latency(6_000)]).toEqual(["84 ms", "4.8 s", "6 s"]);
});
