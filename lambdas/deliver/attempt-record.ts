import type { AttemptRecord } from "#shared/domain/batch-record.ts";
import type { AttemptResult } from "./attempt-delivery.ts";

/** What is recorded of an attempt. */
export const toAttemptRecord = (input: {
  readonly attempt: number;
  readonly startedAt: number;
  readonly result: AttemptResult;
}): AttemptRecord => {
  const { attempt, startedAt } = input;
  const { outcome, timings, bytesSent, answer } = input.result;
  const { totalMs, ...phases } = timings;
  return {
    attempt,
    at: new Date(startedAt).toISOString(),
    durationMs: Math.round(totalMs),
    timings: phases,
    bytesSent,
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
    ...(outcome.kind === "delivered" ? {} : { reason: outcome.reason }),
    ...(outcome.kind === "failed" && outcome.errorCode !== undefined ? { errorCode: outcome.errorCode } : {}),
    ...(answer === undefined || Object.keys(answer.headers).length === 0 ? {} : { responseHeaders: answer.headers }),
    ...(answer === undefined || answer.excerpt === "" ? {} : { excerpt: answer.excerpt }),
    ...(answer?.isTruncated === true ? { isTruncated: true } : {}),
  };
};
