import { maxDelaySeconds, retryWindowMs } from "#shared/contract/limits.ts";

const firstDelaysSeconds = [30, 60, 120, 240, 480] as const;
/** Largest share of a delay that jitter adds. */
const jitterShare = 0.1;

/** When a failed batch is tried again, and until when. `scale` divides every time; it is 1 in production. */
export interface RetryClock {
  readonly scale: number;
}

/**
 * Delay before the next attempt: 30 s, then 1, 2, 4 and 8 minutes, then 15 minutes, the longest that SQS delays a message.
 * Jitter only adds. A target's `Retry-After` raises the delay, to 15 minutes at most.
 *
 * @param failedAttempts attempts that have failed so far, from 1
 * @param jitter from 0 (none) to 1 (all)
 */
export const retryDelayMs = (input: {
  readonly failedAttempts: number;
  readonly retryAfterMs?: number | undefined;
  readonly jitter: number;
  readonly clock: RetryClock;
}): number => {
  const baseMs = (firstDelaysSeconds[input.failedAttempts - 1] ?? maxDelaySeconds) * 1_000;
  const delayMs = Math.max(baseMs * (1 + jitterShare * input.jitter), input.retryAfterMs ?? 0);
  return Math.min(delayMs, maxDelaySeconds * 1_000) / input.clock.scale;
};

/** End of a batch's retry window, in Unix milliseconds: no attempt starts then or later. */
export const cutoffOf = (firstAttemptAt: number, clock: RetryClock): number =>
  firstAttemptAt + retryWindowMs / clock.scale;

/** When the batch was attempted first that has this cutoff; both in Unix milliseconds. */
export const firstAttemptOf = (cutoff: number, clock: RetryClock): number => cutoff - retryWindowMs / clock.scale;

/** Seconds, as SQS delays messages: never early, at most 900. */
export const delaySecondsUntil = (at: number, now: number): number =>
  Math.min(Math.max(Math.ceil((at - now) / 1_000), 0), maxDelaySeconds);
