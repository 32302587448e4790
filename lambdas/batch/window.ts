import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import type { Window } from "#shared/delivery/batch.ts";
import { type OwnedEvent, type QuarantinedRecord, decodeRecord } from "#shared/events/decode-record.ts";
import type { MiddlewareObj } from "@middy/core";
import type { Telemetry } from "#shared/runtime/telemetry.ts";

interface WindowReading {
  readonly window: Window;
  readonly events: readonly OwnedEvent[];
  readonly quarantined: readonly QuarantinedRecord[];
}

/** Decodes all records of an invocation; undefined when there are none. */
export const readWindow = ({ Records: records }: KinesisStreamEvent): WindowReading | undefined => {
  const first = records[0];
  const last = records.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const events: OwnedEvent[] = [];
  const quarantined: QuarantinedRecord[] = [];
  for (const record of records) {
    const decoded = decodeRecord(Buffer.from(record.kinesis.data, "base64"));
    for (const event of decoded.events) events.push(event);
    if (decoded.undecodable.length > 0) {
      quarantined.push({
        shard: shardOf(record),
        sequenceNumber: record.kinesis.sequenceNumber,
        partitionKey: record.kinesis.partitionKey,
        arrivedAt: arrivalOf(record),
        pieces: decoded.undecodable,
      });
    }
  }
  const window: Window = {
    stream: first.eventSourceARN,
    shard: shardOf(first),
    firstSequenceNumber: first.kinesis.sequenceNumber,
    lastSequenceNumber: last.kinesis.sequenceNumber,
    arrivedAt: arrivalOf(first),
  };
  return { window, events, quarantined };
};

/** `eventID` is `<shard>:<sequence number>`. */
const shardOf = (record: KinesisStreamRecord): string => record.eventID.split(":", 1)[0] ?? "";

/** Kinesis gives Unix seconds with a fraction. */
const arrivalOf = (record: KinesisStreamRecord): string =>
  new Date(Math.round(record.kinesis.approximateArrivalTimestamp * 1_000)).toISOString();

/**
 * Reports the first record of a window that could not be handed over, so that the whole window comes again unsplit and its
 * batches keep their ids. Had the function thrown, Lambda would halve the window.
 */
export const reportWindow = (telemetry: Telemetry): MiddlewareObj<KinesisStreamEvent, KinesisStreamBatchResponse> => ({
  onError: (request) => {
    const first = request.event.Records[0];
    if (first === undefined) return;
    const { sequenceNumber } = first.kinesis;
    telemetry.windowFailed({ shard: shardOf(first), firstSequenceNumber: sequenceNumber, error: request.error });
    request.response = { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  },
});
