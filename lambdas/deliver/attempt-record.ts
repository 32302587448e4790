import type { AttemptRecord } from "#shared/domain/batch-record.ts";
import type { AttemptResult } from "./attempt-delivery.ts";

/** What is recorded of an attempt. */
export const toAttemptRecord = (input: {
  readonly attempt: number;
  readonly startedAt: number;
  readonly result: AttemptResult;
}): AttemptRecord => {
  const { attempt, startedAt } = input;
  const { outcome, timings, excerpt } = input.result;
  return {
    attempt,
    at: new Date(startedAt).toISOString(),
    durationMs: Math.round(timings.totalMs),
    ...(timings.connectMs === undefined ? {} : { connectMs: Math.round(timings.connectMs) }),
    ...(timings.uploadMs === undefined ? {} : { uploadMs: Math.round(timings.uploadMs) }),
    ...(timings.firstByteMs === undefined ? {} : { firstByteMs: Math.round(timings.firstByteMs) }),
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
    ...(outcome.kind === "delivered" ? {} : { reason: outcome.reason }),
    ...(outcome.kind === "failed" && outcome.errorCode !== undefined ? { errorCode: outcome.errorCode } : {}),
    ...(excerpt === "" ? {} : { excerpt }),
  };
};
