import type { KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import type { Window } from "#shared/domain/batch.ts";
import { decodeRecord, type OwnedEvent } from "#shared/domain/records/decode-record.ts";
import type { QuarantinedRecord } from "#shared/domain/records/quarantined-record.ts";

export interface WindowReading {
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
export const shardOf = (record: KinesisStreamRecord): string => record.eventID.split(":", 1)[0] ?? "";

/** Kinesis gives Unix seconds with a fraction. */
const arrivalOf = (record: KinesisStreamRecord): string =>
  new Date(Math.round(record.kinesis.approximateArrivalTimestamp * 1_000)).toISOString();
