import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionPool } from "./functions/function-pool.ts";

/** A running event source mapping. */
export interface Mapping {
  /** Takes nothing new and waits for the invocations under way. */
  readonly stop: () => Promise<void>;
}

/** Finds the function that a mapping names, by name or by ARN. */
export const mappingTarget = (functions: readonly FunctionPool[], functionName: string): FunctionPool => {
  const target = functions.find(({ definition }) => [definition.name, definition.arn].includes(functionName));
  if (target === undefined) throw new Error(`An event source mapping names an unknown function: ${functionName}`);
  return target;
};

/** Waits for a time, or until the signal. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms <= 0 || signal.aborted) return;
  await sleep(ms, undefined, { signal }).catch(() => undefined);
};
