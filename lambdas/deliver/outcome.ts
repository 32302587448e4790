import type { DeliveryFact } from "#shared/delivery/hours.ts";
import type { FailureReason } from "#shared/contract/words.ts";
import { reasonForStatus } from "#shared/delivery/outbound.ts";
import { type RetryClock, cutoffOf, retryDelayMs } from "#shared/delivery/retry-schedule.ts";
import type { DueBatch } from "./batch-body.ts";

/** How an attempt ended. */
export type Outcome =
  | { readonly kind: "delivered"; readonly status: number }
  /** The target asked to slow down: 429 or 503 with `Retry-After`. */
  | {
      readonly kind: "throttled";
      readonly status: number;
      readonly reason: FailureReason;
      readonly retryAfterMs: number;
    }
  | { readonly kind: "failed"; readonly status?: number; readonly reason: FailureReason; readonly errorCode?: string };

/** What happens to a batch after an attempt. Times are Unix milliseconds. */
type NextStep =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly at: number }
  /** No further attempt fits into the retry window: the batch waits for its cutoff and is deleted. */
  | { readonly kind: "expire"; readonly at: number };

/** The outcome of an answer: 2xx is delivered, everything else is a failure. */
export const outcomeOfAnswer = (answer: {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly now: number;
}): Outcome => {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  const reason = reasonForStatus(status);
  const retryAfterMs = parseRetryAfter(answer.retryAfter, answer.now);
  const isThrottled = (status === 429 || status === 503) && retryAfterMs !== undefined;
  return isThrottled ? { kind: "throttled", status, reason, retryAfterMs } : { kind: "failed", status, reason };
};

/** Decides what happens to a batch after an attempt. Pure: `now` and `jitter` (0 to 1) are arguments. */
export const nextStep = (input: {
  readonly outcome: Outcome;
  readonly attempt: number;
  readonly firstAttemptAt: number;
  readonly now: number;
  readonly jitter: number;
  readonly clock: RetryClock;
}): NextStep => {
  const { outcome, clock } = input;
  if (outcome.kind === "delivered") return { kind: "delivered" };
  const retryAfterMs = outcome.kind === "throttled" ? outcome.retryAfterMs : undefined;
  const at = input.now + retryDelayMs({ failedAttempts: input.attempt, retryAfterMs, jitter: input.jitter, clock });
  const cutoff = cutoffOf(input.firstAttemptAt, clock);
  return at < cutoff ? { kind: "retry", at } : { kind: "expire", at: cutoff };
};

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110, section 10.2.3). */
const parseRetryAfter = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(date - now, 0);
};

/** An attempt as the hourly counters of its webhook take it. */
export const countedAs = (outcome: Outcome, message: DueBatch, durationMs: number): DeliveryFact["what"] => {
  if (outcome.kind === "delivered") {
    const eventTypes = message.formation?.eventTypes ?? {};
    return { kind: "delivered", events: message.events, durationMs, status: outcome.status, eventTypes };
  }
  return { kind: "failed", attempt: message.attempt, reason: outcome.reason, durationMs, status: outcome.status };
};
