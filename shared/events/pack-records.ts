import { zstdCompressSync } from "node:zlib";
import { maxRecordBytes, maxRecordEvents } from "#shared/contract/limits.ts";
import { chunkBySize } from "#shared/delivery/batch.ts";
import { bytesOf, joinSpans } from "./span.ts";
import type { EventText } from "./split.ts";
import { type EventRoute, writeRecordHeader } from "./record-header.ts";
import { zstdOptionsFor } from "#shared/delivery/body.ts";

/** An event to be packed; with its route when it has been read. */
export interface PackableEvent extends EventText {
  readonly route?: EventRoute;
}

/** A record for the stream, and the lines of the request that it holds. */
export interface PackedRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly lines: readonly number[];
}

const newline = 0x0a;
const comma = 0x2c;

const compress = (text: Buffer): Buffer => zstdCompressSync(text, zstdOptionsFor(text));

/**
 * Packs one customer's events into zstd records of a few hundred events behind a header line that names the customer.
 * The partition key is the customer, so that its events stay together; it is salted when one request needs many records.
 */
export const packRecords = (customerId: string, events: readonly PackableEvent[]): readonly PackedRecord[] => {
  const groups = chunkBySize(events, {
    maxItems: maxRecordEvents,
    maxBytes: maxRecordBytes,
    bytesOf: ({ start, end }) => end - start,
  });
  return groups.map((group, index) => ({
    data: compress(recordText(customerId, group)),
    partitionKey: groups.length === 1 ? customerId : `${customerId}#${index}`,
    lines: group.map(({ line }) => line),
  }));
};

/** NDJSON, or a JSON array when an event spans several lines, so that every event keeps its own bytes. */
const recordText = (customerId: string, events: readonly PackableEvent[]): Buffer => {
  if (events.some((event) => bytesOf(event).includes(newline))) {
    const head = Buffer.concat([writeRecordHeader(customerId), Buffer.from("[")]);
    return joinSpans(events, { head, separator: comma, tail: Buffer.from("]") });
  }
  const routes = events.flatMap(({ route }) => route ?? []);
  const head = writeRecordHeader(customerId, routes.length === events.length ? routes : undefined);
  return joinSpans(events, { head, separator: newline, tail: Buffer.from([newline]) });
};
