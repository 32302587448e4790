import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { nextStep, type Outcome, outcomeOfAnswer } from "../../../lambdas/deliver/outcome.ts";
import { cutoffOf, delaySecondsUntil, retryDelayMs } from "#shared/delivery/retry-schedule.ts";

const production = { scale: 1 };
const minute = 60_000;
const failure: Outcome = { kind: "failed", reason: "http_5xx", status: 500 };

/** Lives a batch's whole life against a target that always fails after 6 seconds; returns its attempts' start times. */
const life = (jitter: () => number, outcome: Outcome = failure, scale = 1): { starts: number[]; endedAt: number } => {
  const starts: number[] = [];
  let now = 0;
  for (let attempt = 1; ; attempt += 1) {
    if (now >= cutoffOf(0, { scale })) return { starts, endedAt: now };
    starts.push(now);
    now += 6_000 / scale;
    const step = nextStep({ outcome, attempt, firstAttemptAt: 0, now, jitter: jitter(), clock: { scale } });
    if (step.kind === "delivered") throw new Error("a failure was taken for a delivery");
    now = step.at;
  }
};

describe("schedule", () => {
  it("waits 30 s, 1, 2, 4, 8 and then 15 minutes", () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 30].map((failedAttempts) =>
      retryDelayMs({ failedAttempts, jitter: 0, clock: production }),
    );
    expect(delays).toEqual([30_000, minute, 2 * minute, 4 * minute, 8 * minute, 15 * minute, 15 * minute, 15 * minute]);
  });

  it("makes 20 attempts in four hours and ends at the cutoff", () => {
    const { starts, endedAt } = life(() => 0);
    expect(starts).toHaveLength(20);
    expect(starts.slice(0, 7).map((start) => start / 1_000)).toEqual([0, 36, 102, 228, 474, 960, 1866]);
    expect(endedAt).toBe(4 * 60 * minute);
  });
});

test.prop([
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 }),
  fc.integer({ min: 1, max: 1_000 }),
])("no jitter or scale starts an attempt at or after the cutoff, or shortens a delay", (jitters, scale) => {
  let turn = 0;
  const { starts, endedAt } = life(() => jitters[turn++ % 64] ?? 0, failure, scale);
  const cutoff = cutoffOf(0, { scale });
  expect(Math.max(...starts)).toBeLessThan(cutoff);
  expect(endedAt).toBe(cutoff);
  expect(((starts[1] ?? 0) * scale - 6_000) / 1_000).toBeGreaterThan(29.999);
});

test.prop([
  fc.integer({ min: 1, max: 100 }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.option(fc.nat(10_000_000), { nil: undefined }),
])("a delay always fits DelaySeconds and is never zero", (failedAttempts, jitter, retryAfterMs) => {
  const delayMs = retryDelayMs({ failedAttempts, jitter, retryAfterMs, clock: production });
  const seconds = delaySecondsUntil(1_000_000 + delayMs, 1_000_000);
  expect(seconds).toBeGreaterThanOrEqual(30);
  expect(seconds).toBeLessThanOrEqual(900);
  // A sum with the time since 1970 loses less than a microsecond of the delay.
  expect(seconds * 1_000).toBeGreaterThan(delayMs - 0.001);
});

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const stepFor = (retryAfter: string, status = 503) => {
    const outcome = outcomeOfAnswer({ status, retryAfter, now });
    const step = nextStep({ outcome, attempt: 1, firstAttemptAt: now, now, jitter: 0, clock: production });
    return step.kind === "delivered" ? undefined : (step.at - now) / 1_000;
  };

  it.each([
    ["seconds raise a delay", "120", 120],
    ["a date raises a delay", "Thu, 01 Jan 2026 00:02:00 GMT", 120],
    ["a small value does not shorten a delay", "1", 30],
    ["a past date does not shorten a delay", "Wed, 31 Dec 2025 00:00:00 GMT", 30],
    ["it is capped at 15 minutes", "86400", 900],
    ["nonsense is ignored", "soon", 30],
  ])("%s", (_, retryAfter, seconds) => {
    expect(stepFor(retryAfter)).toBe(seconds);
    expect(stepFor(retryAfter, 429)).toBe(seconds);
  });

  it("counts for 429 and 503 only", () => {
    expect(stepFor("120", 500)).toBe(30);
  });
});

describe("outcome of an answer", () => {
  it.each([
    [200, "delivered"],
    [204, "delivered"],
    [299, "delivered"],
    [302, "http_3xx"],
    [401, "auth_rejected"],
    [403, "auth_rejected"],
    [404, "http_4xx"],
    [410, "http_4xx"],
    [413, "http_413"],
    [429, "http_429"],
    [500, "http_5xx"],
    [600, "http_other"],
  ])("%i is %s", (status, expected) => {
    const outcome = outcomeOfAnswer({ status, retryAfter: undefined, now: 0 });
    expect(outcome.kind === "failed" ? outcome.reason : outcome.kind).toBe(expected);
  });
});
