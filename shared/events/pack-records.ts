import { maxRecordBytes, maxRecordEvents, minFrameEvents } from "#shared/contract/limits.ts";
import { chunkBySize } from "#shared/delivery/batch.ts";
import { packFrame, writeFrames } from "./frames.ts";
import type { Event } from "./span.ts";

/** An event to be packed, and its place in what it came in. */
export interface PackableEvent extends Pick<Event, "text" | "start" | "end" | "type" | "subaccountId" | "eventClass"> {
  readonly line: number;
}

/** A record for the stream, and the lines of the request that it holds. */
export interface PackedRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
  readonly lines: readonly number[];
}

/**
 * Packs one customer's events into records of a few hundred events. The partition key is the customer, so that its events stay
 * together; it is salted when one request needs many records.
 */
export const packRecords = (customerId: string, events: readonly PackableEvent[]): readonly PackedRecord[] => {
  const groups = chunkBySize(events, {
    maxItems: maxRecordEvents,
    maxBytes: maxRecordBytes,
    bytesOf: ({ start, end }) => end - start,
  });
  return groups.map((group, index) => ({
    data: writeFrames(customerId, framesOfClasses(group).map(packFrame)),
    partitionKey: groups.length === 1 ? customerId : `${customerId}#${index}`,
    lines: group.map(({ line }) => line),
  }));
};

/**
 * Groups events by class, as webhooks tell them apart. That is a matter of size alone: events of a class are alike, so that
 * a frame each costs next to nothing, and a webhook for clicks then takes whole frames. Classes with few events share one.
 */
const framesOfClasses = (events: readonly PackableEvent[]): readonly (readonly PackableEvent[])[] => {
  const classes = [...Map.groupBy(events, ({ eventClass }) => eventClass).values()];
  const large = classes.filter(({ length }) => length >= minFrameEvents);
  const small = classes.filter(({ length }) => length < minFrameEvents).flat();
  return small.length === 0 ? large : [...large, small];
};
