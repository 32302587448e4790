import { randomUUID } from "node:crypto";
import type { InvocationResult } from "../functions/environment.ts";
import { type WindowRecord, kinesisEvent } from "./record.ts";

/** Records that a mapping gave up, and why. */
export interface DiscardedRecords {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly records: readonly WindowRecord[];
  readonly invocations: number;
  /** The last invocation with these records, unless they were too old before the first. */
  readonly lastResult: InvocationResult | undefined;
}

interface OnFailureObjectOptions extends DiscardedRecords {
  readonly mappingId: string;
  readonly shardId: string;
  readonly streamArn: string;
  readonly functionArn: string;
  readonly now: Date;
}

/** The object that Lambda writes to an S3 on-failure destination. */
export const onFailureObject = (options: OnFailureObjectOptions): { readonly key: string; readonly body: string } => {
  const { records, lastResult, now } = options;
  const first = records[0];
  const last = records.at(-1);
  const timestamp = now.toISOString();
  const [date = "", time = ""] = timestamp.split("T");
  const isoTime = (arrivedAt = 0) => new Date(arrivedAt).toISOString();
  const fileName = `${date}T${time.slice(0, 8).replaceAll(":", ".")}-${randomUUID()}`;
  const body = JSON.stringify({
    requestContext: {
      requestId: lastResult?.requestId ?? randomUUID(),
      functionArn: options.functionArn,
      condition: options.condition,
      approximateInvokeCount: options.invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: lastResult?.kind === "failed" ? "Unhandled" : null,
    },
    version: "1.0",
    timestamp,
    KinesisBatchInfo: {
      shardId: options.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: isoTime(first?.arrivedAt),
      approximateArrivalOfLastRecord: isoTime(last?.arrivedAt),
      batchSize: records.length,
      streamArn: options.streamArn,
    },
    payload: kinesisEvent(records),
  });
  return { key: `aws/lambda/${options.mappingId}/${options.shardId}/${date.replaceAll("-", "/")}/${fileName}`, body };
};
