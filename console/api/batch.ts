import type { BatchState } from "#shared/contract/words.ts";

/** Whether more can happen to a batch. */
export const isWaiting = (state: BatchState): boolean =>
  state === "sending" || state === "retrying" || state === "parked";
