import type { MiddlewareObj } from "@middy/core";
import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import { isDependencyFault } from "#shared/errors.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { QuarantineStore } from "#shared/stores.ts";
import type { StuckRecordStore } from "#shared/stream.ts";
import { arrivalOf, shardOf } from "./window.ts";

export interface PatienceDeps {
  readonly stuckRecords: StuckRecordStore;
  readonly quarantine: QuarantineStore;
  readonly telemetry: Telemetry;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** A record that comes alone and as late as this may be why windows with it failed: it is watched. */
const watchedAfterMs = 10 * 60 * 1_000;
/** Return of a watched record at which it is put aside. */
const lastReturn = 3;

/** Reading a window failed, and no store is why: Lambda is to halve the window until the record that causes it is alone. */
export class UnreadableWindowError extends Error {
  constructor(cause: unknown) {
    super("The window could not be read", { cause });
    this.name = "UnreadableWindowError";
  }
}

/**
 * Does the work of an invocation, but for a record that comes alone and late, and has made the function end without an answer
 * three times, or fail for a fault of our own: it would hold up its shard, and goes to quarantine unread. A return because a
 * store was not there does not count.
 */
export const patiently = async (
  deps: PatienceDeps,
  { Records }: KinesisStreamEvent,
  work: () => Promise<KinesisStreamBatchResponse>,
): Promise<KinesisStreamBatchResponse> => {
  const [record] = Records;
  const isWatched =
    record !== undefined && Records.length === 1 && deps.now() - Date.parse(arrivalOf(record)) >= watchedAfterMs;
  if (!isWatched) return await work();
  const { sequenceNumber } = record.kinesis;
  const place = { shard: shardOf(record), sequenceNumber };
  const { returns, excuse } = await deps.stuckRecords.begin(place);
  if (returns >= lastReturn) return await putAside(deps, record, returns);
  try {
    const answer = await work();
    // A record of a format that only newer code knows waits for that code, however long it takes.
    if (answer.batchItemFailures.length > 0) await excuse();
    return answer;
  } catch (error) {
    // When the note cannot be written either, the return counts.
    if (!(error instanceof UnreadableWindowError)) await excuse().catch(() => undefined);
    throw error;
  }
};

const putAside = async (
  deps: PatienceDeps,
  record: KinesisStreamRecord,
  returns: number,
): Promise<KinesisStreamBatchResponse> => {
  const { sequenceNumber, partitionKey, data } = record.kinesis;
  const shard = shardOf(record);
  const problem = `not read: the function failed at it ${returns} times`;
  const pieces = [{ bytes: Buffer.from(data, "base64"), problem }];
  await deps.quarantine.put({ shard, sequenceNumber, partitionKey, arrivedAt: arrivalOf(record), pieces });
  deps.telemetry.givenUp({ shard, sequenceNumber, problem });
  return { batchItemFailures: [] };
};

/** Reads and forms what a window holds. Throws an `UnreadableWindowError` for a fault of our own. */
export const orUnreadable = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw isDependencyFault(error) ? error : new UnreadableWindowError(error);
  }
};

/**
 * Reports the first record of a window that could not be handed over, so that the whole window comes again unsplit and its
 * batches keep their ids. Of one that could not be read nothing has been handed over: it fails, and Lambda halves it.
 */
export const reportWindow = (telemetry: Telemetry): MiddlewareObj<KinesisStreamEvent, KinesisStreamBatchResponse> => ({
  onError: (request) => {
    const first = request.event.Records[0];
    if (first === undefined) return;
    const { sequenceNumber } = first.kinesis;
    telemetry.windowFailed({ shard: shardOf(first), firstSequenceNumber: sequenceNumber, error: request.error });
    if (request.error instanceof UnreadableWindowError) return;
    request.response = { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  },
});
