import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";

/** An attempt that is on the queue is made within this time, or waits for something that can take much longer. */
const waitMs = 60_000;

interface Awaited {
  readonly attempt: number;
  /** Unix milliseconds. */
  readonly until: number;
}

/** By the id of the batch. */
const awaited = new Map<string, Awaited>();

/** Remembers that the API has answered with the number of an attempt that it has asked for. */
export const awaitAttempt = (batchId: string, attempt: number, now: number): void => {
  awaited.set(batchId, { attempt, until: now + waitMs });
};

/** Whether an attempt that was asked for may soon be in a batch's record. */
export const isAttemptAwaited = (
  { batch_id: id, attempts }: Pick<BatchWithAttempts, "batch_id" | "attempts">,
  now: number,
): boolean => {
  const { attempt, until } = awaited.get(id) ?? { attempt: 0, until: 0 };
  return now < until && attempts.every(({ n }) => n < attempt);
};
