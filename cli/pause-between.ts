import { setTimeout as delay } from "node:timers/promises";

/** Waits, but no longer than until the signal; true when it was aborted. */
export const pauseBetween = async (ms: number, signal: AbortSignal | undefined): Promise<boolean> => {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
    return false;
  } catch (error) {
    if (signal?.aborted === true) return true;
    throw error;
  }
};
