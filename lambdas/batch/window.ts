import type { KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import { maxWindowInflatedBytes } from "#shared/contract/limits.ts";
import type { Window } from "#shared/delivery/batch.ts";
import { type QuarantinedRecord, type RecordItem, readRecord } from "#shared/events/decode-record.ts";
import { isFrame } from "#shared/events/frames.ts";

/** A record of a window: what could be read of it, and as `pieces` what could not. */
export interface WindowRecord extends QuarantinedRecord {
  readonly items: readonly RecordItem[];
}

export interface WindowReading {
  /** Up to the last record that was read; undefined when none was. */
  readonly window: Window | undefined;
  readonly records: readonly WindowRecord[];
  readonly events: number;
  /** The first record that was not read, and why. It is reported, so that Lambda passes it again with all behind it. */
  readonly stop?: { readonly sequenceNumber: string; readonly reason: "memory" | "newer_format" };
}

/**
 * What an event takes besides its bytes once its frame is open: its object, and its places in lists. With half of it, 800,000
 * equal events took 700 MB.
 */
const eventOverheadBytes = 256;

/**
 * Reads the records of an invocation, until they would take more memory than the function has: a few megabytes may inflate to
 * a thousand times as much. Frames stay closed but count as if they were opened, so that where a window ends does not depend
 * on who takes its events.
 */
export const readWindow = ({ Records: records }: KinesisStreamEvent): WindowReading => {
  const read: WindowRecord[] = [];
  let events = 0;
  let bytesLeft = maxWindowInflatedBytes;
  let stop: WindowReading["stop"];
  for (const record of records) {
    const { partitionKey, sequenceNumber } = record.kinesis;
    if (bytesLeft <= 0) {
      stop = { sequenceNumber, reason: "memory" };
      break;
    }
    const reading = readRecord(Buffer.from(record.kinesis.data, "base64"));
    if (reading.kind === "newer") {
      stop = { sequenceNumber, reason: "newer_format" };
      break;
    }
    const { items, undecodable: pieces, inflatedBytes } = reading;
    const count = items.reduce((sum, item) => sum + (isFrame(item) ? item.events : 1), 0);
    read.push({ shard: shardOf(record), sequenceNumber, partitionKey, arrivedAt: arrivalOf(record), items, pieces });
    events += count;
    bytesLeft -= inflatedBytes + count * eventOverheadBytes;
  }
  return { window: windowOf(records[0], read), records: read, events, ...(stop === undefined ? {} : { stop }) };
};

const windowOf = (record: KinesisStreamRecord | undefined, read: readonly WindowRecord[]): Window | undefined => {
  const first = read[0];
  const last = read.at(-1);
  if (record === undefined || first === undefined || last === undefined) return undefined;
  return {
    stream: record.eventSourceARN,
    shard: first.shard,
    firstSequenceNumber: first.sequenceNumber,
    lastSequenceNumber: last.sequenceNumber,
    arrivedAt: first.arrivedAt,
  };
};

/** The shard of a record, whose `eventID` is `<shard>:<sequence number>`. */
export const shardOf = (record: KinesisStreamRecord): string => record.eventID.split(":", 1)[0] ?? "";

/** When a record arrived, ISO 8601. Kinesis gives Unix seconds with a fraction. */
export const arrivalOf = (record: KinesisStreamRecord): string =>
  new Date(Math.round(record.kinesis.approximateArrivalTimestamp * 1_000)).toISOString();
