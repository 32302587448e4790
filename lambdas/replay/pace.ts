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
interface Slots {
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

/** Half of what a shard gives its readers in a second: the other half stays for `batch`. */
const maxBytesPerSecond = 1_000_000;
/** A shard answers five calls a second, and `batch` makes one. */
const minPauseMs = 500;
/**
 * An answer of 10 MB stops all reading of its shard for five seconds. This bound keeps the answer below it even when records
 * are twenty times larger than those before.
 */
const maxRecords = 400;
const targetBytes = 500_000;

/** The first read of a step, before the size of the records is known. */
export const firstReadRecords = 20;

/** How to read on after a page, so that a replay never takes the stream's throughput from live delivery. */
export const paceAfter = (page: {
  readonly records: number;
  readonly bytes: number;
}): { readonly records: number; readonly pauseMs: number } => {
  const average = page.bytes / Math.max(page.records, 1);
  return {
    records:
      page.records === 0 ? firstReadRecords : Math.min(Math.max(Math.floor(targetBytes / average), 1), maxRecords),
    pauseMs: Math.max(Math.ceil((page.bytes / maxBytesPerSecond) * 1_000), minPauseMs),
  };
};
