import type { FailureReason } from "#shared/contract/words.ts";
import { reasonForStatus } from "#shared/delivery/outbound.ts";
import { type RetryClock, cutoffOf, retryDelayMs } from "#shared/delivery/retry-schedule.ts";
import { batchBody, uuidFromText } from "#shared/delivery/batch.ts";
import { type EventTypeCounts, countEventTypes } from "#shared/delivery/message.ts";
import { type EventSpan, spanOf } from "#shared/events/span.ts";
import { splitJsonArray } from "#shared/events/split.ts";
import { readEvent } from "#shared/events/read-event.ts";

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

/** A batch at least this large may time out because of its size. */
const largeBytes = 64 * 1_024;
/** Time-outs of a large batch after which it is split. */
const timeoutsBeforeSplit = 2;

/**
 * Whether a batch is to be split in two: the target answered 413, or has run into its time limit repeatedly with a large
 * batch. A single event cannot be split.
 */
export const shouldSplit = (input: {
  readonly outcome: Outcome;
  readonly message: { readonly events: number; readonly bytes: number; readonly attempt: number };
}): boolean => {
  const { outcome, message } = input;
  if (outcome.kind === "delivered" || message.events < 2) return false;
  if (outcome.status === 413) return true;
  const isTimeout = outcome.reason === "response_timeout" || outcome.reason === "upload_timeout";
  return isTimeout && message.bytes >= largeBytes && message.attempt >= timeoutsBeforeSplit;
};

/** One half of a split batch. */
interface BatchPart {
  readonly batchId: string;
  readonly events: number;
  readonly eventTypes: EventTypeCounts;
  readonly body: Buffer;
}

/** Splits a batch's body in two. The ids follow from the batch's, so that doing it again gives the same parts. */
export const splitBody = (batchId: string, body: Buffer): readonly BatchPart[] => {
  const { elements } = splitJsonArray(spanOf(body));
  const middle = Math.ceil(elements.length / 2);
  return [elements.slice(0, middle), elements.slice(middle)].map((half, index) => ({
    batchId: uuidFromText(`${batchId}\n${index}`),
    events: half.length,
    eventTypes: countEventTypes(half.map((span) => ({ type: typeOf(span) }))),
    body: batchBody(half),
  }));
};

const typeOf = (span: EventSpan): string => {
  const reading = readEvent(span);
  return reading.kind === "event" ? reading.event.type : "";
};
