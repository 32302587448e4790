import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  admit,
  type Breaker,
  type BreakerEvent,
  closedBreaker,
  isSlow,
  stepBreaker,
} from "#shared/delivery/breaker.ts";

const clock = { scale: 1 };
const failed: BreakerEvent = { kind: "failed", reason: "http_5xx" };
const succeeded: BreakerEvent = { kind: "succeeded" };
const probeStarted: BreakerEvent = { kind: "probe_started" };
const after = (breaker: Breaker, events: readonly BreakerEvent[], now = 0): Breaker =>
  events.reduce((current, event) => stepBreaker(current, event, { now, clock }), breaker);
const opened = after(closedBreaker, [failed, failed, failed, failed, failed]);

const at = (breaker: Breaker, now: number, options: { isParked?: boolean; random?: number } = {}) =>
  admit(breaker, { now, isParked: false, random: 0, clock, ...options });

describe("closed", () => {
  it("opens after five failures in a row, not in all", () => {
    expect(after(closedBreaker, [failed, failed, failed, failed]).kind).toBe("closed");
    expect(after(closedBreaker, [failed, failed, failed, failed, succeeded, failed]).kind).toBe("closed");
    expect(opened).toEqual({ kind: "open", openedAt: 0, reason: "http_5xx", failedProbes: 0, until: 30_000 });
  });

  it.each(["connect_timeout", "upload_timeout", "response_timeout"] as const)("opens after two times %s", (reason) => {
    const timedOut: BreakerEvent = { kind: "failed", reason };
    expect(after(closedBreaker, [timedOut]).kind).toBe("closed");
    expect(after(closedBreaker, [timedOut, succeeded, timedOut]).kind).toBe("closed");
    expect(
      [[timedOut], [timedOut, succeeded], [timedOut, failed], [failed]].map((events) =>
        isSlow(after(closedBreaker, events)),
      ),
    ).toEqual([true, false, false, false]);
    expect(isSlow(opened)).toBe(true);
    expect(after(closedBreaker, [timedOut, timedOut])).toMatchObject({ kind: "open", reason });
  });

  it("lets everything go", () => {
    expect(at(closedBreaker, 0)).toEqual({ kind: "go" });
    expect(at(closedBreaker, 0, { isParked: true })).toEqual({ kind: "go" });
  });
});

describe("open", () => {
  it("parks batches until the next probe is due", () => {
    expect(at(opened, 29_999)).toEqual({ kind: "park", until: 30_000 });
    expect(at(opened, 29_999, { random: 1 })).toEqual({ kind: "park", until: 40_000 });
    expect(at(opened, 30_000)).toEqual({ kind: "probe" });
  });

  it("lets one probe go at a time, and another one when it never ends", () => {
    const probing = after(opened, [probeStarted], 30_000);
    expect(at(probing, 30_001)).toEqual({ kind: "park", until: 40_001 });
    expect(at(probing, 70_000)).toEqual({ kind: "park", until: 75_000 });
    expect(at(probing, 75_000)).toEqual({ kind: "probe" });
  });

  const givenBack = (until: number, hasPosted = false): BreakerEvent => ({ kind: "probe_returned", until, hasPosted });

  it("lets the next one probe at once when the probe is given back, but not when that was another's", () => {
    const probing = after(opened, [probeStarted], 30_000);
    const returned = after(probing, [givenBack(75_000)], 30_500);
    expect(at(returned, 30_500)).toEqual({ kind: "probe" });
    expect(after(probing, [givenBack(74_999)], 30_500)).toEqual(probing);
    expect(after(opened, [givenBack(30_000)], 9)).toEqual(opened);
    const failedSince = after(probing, [failed, givenBack(75_000)], 31_000);
    expect(failedSince).toMatchObject({ kind: "open", failedProbes: 1, until: 91_000 });
  });

  it("lets the next one probe after a pause when the probe that is given back has made a POST", () => {
    const probing = after(opened, [probeStarted], 30_000);
    const returned = after(probing, [givenBack(75_000, true)], 30_500);
    expect(returned).toMatchObject({ kind: "open", failedProbes: 0, until: 60_500 });
    expect(at(returned, 60_499)).toEqual({ kind: "park", until: 60_500 });
    expect(at(returned, 60_500)).toEqual({ kind: "probe" });
  });

  it("waits longer after each failed probe, five minutes at most", () => {
    let breaker = opened;
    const waits = [1, 2, 3, 4, 5].map(() => {
      breaker = after(breaker, [probeStarted, failed], 0);
      return breaker.kind === "open" ? breaker.until : undefined;
    });
    expect(waits).toEqual([60_000, 120_000, 240_000, 300_000, 300_000]);
  });

  it("closes on a success, also a late one", () => {
    expect(after(opened, [probeStarted, succeeded], 9)).toEqual({ kind: "closed", failures: 0, closedAt: 9 });
    expect(after(opened, [succeeded], 9)).toEqual({ kind: "closed", failures: 0, closedAt: 9 });
  });

  it("is not moved by attempts that started before it opened", () => {
    expect(after(opened, [failed, failed], 20_000)).toEqual(opened);
  });
});

describe("just closed", () => {
  const recovered = after(opened, [probeStarted, succeeded], 100_000);

  it("lets new batches go at once", () => {
    expect(at(recovered, 100_001)).toEqual({ kind: "go" });
  });

  it("lets parked batches go over the next minute", () => {
    expect(at(recovered, 101_000, { isParked: true, random: 0.01 })).toEqual({ kind: "go" });
    expect(at(recovered, 101_000, { isParked: true, random: 0.9 }).kind).toBe("park");
    expect(at(recovered, 159_000, { isParked: true, random: 0.9 })).toEqual({ kind: "go" });
    expect(at(recovered, 160_000, { isParked: true, random: 1 })).toEqual({ kind: "go" });
  });
});

const events = fc.array(fc.tuple(fc.constantFrom(failed, succeeded, probeStarted), fc.nat(100_000)), { maxLength: 60 });

test.prop([events, fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 0, max: 1, noNaN: true })])(
  "whatever happens, a batch is never parked for longer than five minutes and a probe",
  (history, scale, random) => {
    let breaker = closedBreaker;
    let now = 0;
    for (const [event, pause] of history) {
      now += pause;
      breaker = stepBreaker(breaker, event, { now, clock: { scale } });
      const admission = admit(breaker, { now, isParked: true, random, clock: { scale } });
      if (admission.kind !== "park") continue;
      expect(admission.until).toBeGreaterThanOrEqual(now);
      // Sums of fractions of a millisecond are not exact.
      expect(admission.until - now).toBeLessThanOrEqual(Math.max((5 * 60_000 + 10_000) / scale, 55_000) + 1e-6);
    }
  },
);
