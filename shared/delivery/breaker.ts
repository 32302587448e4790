import { maxAttemptMs } from "#shared/contract/limits.ts";
import type { FailureReason } from "#shared/contract/words.ts";
import type { RetryClock } from "./retry-schedule.ts";

/**
 * Health gate of one webhook. Closed: batches go out. Open: the target has failed repeatedly, batches are parked. Half-open:
 * one batch probes the target. Times are Unix milliseconds.
 */
export type Breaker =
  | {
      readonly kind: "closed";
      readonly failures: number;
      readonly closedAt?: number;
      /** The last attempt timed out. */
      readonly timedOut?: true;
    }
  | {
      readonly kind: "open" | "half_open";
      readonly openedAt: number;
      readonly reason: FailureReason;
      /** Probes that have failed. */
      readonly failedProbes: number;
      /** Open: when the next probe is due. Half-open: when the probe under way has ended at the latest. */
      readonly until: number;
    };

/** What happened to a webhook. */
export type BreakerEvent =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly reason: FailureReason }
  | { readonly kind: "probe_started" }
  /** The probe that had the breaker until then has ended and told nothing of the target, though it may have POSTed to it. */
  | { readonly kind: "probe_returned"; readonly until: number; readonly hasPosted: boolean };

/** What a batch does now. */
export type Admission =
  | { readonly kind: "go" }
  /** It may go if it becomes the one probe. */
  | { readonly kind: "probe" }
  | { readonly kind: "park"; readonly until: number };

export const closedBreaker: Breaker = { kind: "closed", failures: 0 };

/** Failed attempts in a row that open a breaker. */
const openAfterFailures = 5;
/** The same when the last one timed out: it held an invocation for seconds, where other failures hold it for moments. */
const openAfterTimeouts = 2;
const timeouts: ReadonlySet<FailureReason> = new Set(["connect_timeout", "upload_timeout", "response_timeout"]);
const firstProbeMs = 30_000;
/** Shorter than the long delays of the retry schedule, so that a lone batch keeps its schedule. */
const longestProbeMs = 5 * 60_000;
/** Longer than any probe takes; a probe whose function died is replaced after it. Not scaled: functions run in real time. */
const probeLeaseMs = maxAttemptMs + 5_000;
/** Parked batches come back over this time, not all in the same second. */
const spreadOfParkedMs = 10_000;
/** After a breaker has closed, parked batches are let go over this time, a growing share of them at once. */
const slowStartMs = 60_000;

const probeDelayMs = (failedProbes: number, clock: RetryClock): number =>
  Math.min(firstProbeMs * 2 ** failedProbes, longestProbeMs) / clock.scale;

/** The breaker after an event. Pure; the caller stores it conditionally. */
export const stepBreaker = (
  breaker: Breaker,
  event: BreakerEvent,
  { now, clock }: { readonly now: number; readonly clock: RetryClock },
): Breaker => {
  switch (event.kind) {
    case "succeeded":
      if (breaker.kind === "closed") return breaker.failures === 0 ? breaker : withFailures(breaker, 0);
      return { kind: "closed", failures: 0, closedAt: now };
    case "probe_started":
      return breaker.kind === "closed" ? breaker : { ...breaker, kind: "half_open", until: now + probeLeaseMs };
    case "probe_returned":
      return breaker.kind === "half_open" && breaker.until === event.until
        ? { ...breaker, kind: "open", until: event.hasPosted ? now + probeDelayMs(0, clock) : now }
        : breaker;
    case "failed":
      return afterFailure(breaker, event.reason, { now, clock });
  }
};

type Closed = Extract<Breaker, { kind: "closed" }>;

const withFailures = ({ timedOut: _timedOut, ...breaker }: Closed, failures: number): Closed => ({
  ...breaker,
  failures,
});

/**
 * Whether a webhook's attempts may hold an invocation for seconds: its breaker is not closed, or its last attempt timed out.
 * Its batches keep out of the lane of first attempts then.
 */
export const isSlow = (breaker: Breaker | undefined): boolean =>
  breaker !== undefined && (breaker.kind !== "closed" || breaker.timedOut === true);

const afterFailure = (
  breaker: Breaker,
  reason: FailureReason,
  { now, clock }: { readonly now: number; readonly clock: RetryClock },
): Breaker => {
  switch (breaker.kind) {
    case "closed": {
      const failures = breaker.failures + 1;
      const timedOut = timeouts.has(reason);
      if (failures < (timedOut ? openAfterTimeouts : openAfterFailures)) {
        return timedOut ? { ...breaker, failures, timedOut } : withFailures(breaker, failures);
      }
      return { kind: "open", openedAt: now, reason, failedProbes: 0, until: now + probeDelayMs(0, clock) };
    }
    case "open":
      // An attempt that started before the breaker opened tells nothing new.
      return breaker;
    case "half_open": {
      const failedProbes = breaker.failedProbes + 1;
      return { ...breaker, kind: "open", reason, failedProbes, until: now + probeDelayMs(failedProbes, clock) };
    }
  }
};

/**
 * Whether a batch may go now. New batches go as soon as the breaker is closed; parked ones follow gradually, so that a target
 * that has just recovered is not overrun.
 *
 * @param random from 0 to 1
 */
export const admit = (
  breaker: Breaker,
  input: { readonly now: number; readonly isParked: boolean; readonly random: number; readonly clock: RetryClock },
): Admission => {
  const { now, isParked, random, clock } = input;
  if (breaker.kind !== "closed") {
    if (now >= breaker.until) return { kind: "probe" };
    const spreadMs = (random * spreadOfParkedMs) / clock.scale;
    // A probe mostly ends long before its lease does.
    const due = breaker.kind === "open" ? breaker.until : Math.min(breaker.until, now + spreadOfParkedMs / clock.scale);
    return { kind: "park", until: due + spreadMs };
  }
  if (!isParked || breaker.closedAt === undefined) return { kind: "go" };
  const rampMs = slowStartMs / clock.scale;
  const sinceMs = now - breaker.closedAt;
  if (sinceMs >= rampMs || random < sinceMs / rampMs) return { kind: "go" };
  return { kind: "park", until: now + random * (rampMs - sinceMs) };
};
