import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a time, or until the signal. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms <= 0 || signal.aborted) return;
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};
