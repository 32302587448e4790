import { CliError, exitCodes } from "./errors.ts";
import { pauseBetween } from "./terminal.ts";

/** Pauses between attempts, where the API does not say how long to wait. */
const pausesMs = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Does what does no harm when it is done twice, and does it again while the API is away or busy. Throws when that goes on, and
 * at the signal.
 */
export const tryAgain = async <Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> => {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || (await pauseBetween(error.retryAfterMs ?? pauseMs, signal))) throw error;
    }
  }
  return await work();
};

/** Whether the API is away or busy: nobody knows whether it did what it was asked for. */
export const isPassing = (error: unknown): error is CliError =>
  error instanceof CliError &&
  (error.exitCode === exitCodes.unreachable || error.status === 429 || (error.status ?? 0) >= 500);
