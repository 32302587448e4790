/**
 * Time that is filled with batches in one step; the next step begins when as much is left. What has been sent ahead is still
 * delivered when a replay is cancelled.
 */
const stepMs = 10_000;

/** Batches that are sent in one step. */
export const batchesAtOnce = (rate: number): number => Math.max(Math.floor((rate * stepMs) / 1_000), 1);

/** When the next batches are to be sent, in Unix milliseconds. */
export const nextStepAt = (scheduledUntil: number): number => scheduledUntil - stepMs;

/** Times for batches that keep a replay's rate. */
export interface Slots {
  /** Unix milliseconds, one for each batch. */
  readonly at: readonly number[];
  /** Up to when the rate is used now, in Unix milliseconds. */
  readonly scheduledUntil: number;
}

/**
 * Gives each of some batches its time, behind those that have theirs already.
 *
 * @param rate batches in one second
 * @param scheduledUntil up to when the rate is used, in Unix milliseconds
 */
export const slotsFor = (input: {
  readonly count: number;
  readonly rate: number;
  readonly scheduledUntil: number;
  readonly now: number;
}): Slots => {
  const { count, rate } = input;
  const first = Math.max(input.scheduledUntil, input.now);
  const at = Array.from({ length: count }, (_, index) => first + (index * 1_000) / rate);
  return { at, scheduledUntil: first + (count * 1_000) / rate };
};
