import { isUtf8 } from "node:buffer";
import { maxIngestInflatedBytes, maxTextEvents } from "#shared/contract/limits.ts";
import { type Frame, isFrame, readFrames, writeFrames } from "./frames.ts";
import { inflate } from "./inflate.ts";
import { readKplAggregate } from "./kpl.ts";
import { openFrame } from "./open-frame.ts";
import { readEvent } from "./read-event.ts";
import { type FramesHeader, type HeaderReading, readRecordHeader } from "./record-header.ts";
import { type RoutedEvent, bytesOf } from "./span.ts";
import { splitEvents } from "./split.ts";

const newline = 0x0a;

/** An event with the customer that it belongs to. */
export interface OwnedEvent extends RoutedEvent {
  readonly customerId: string;
}

/** A frame with the customer that its events belong to. */
export interface OwnedFrame extends Frame {
  readonly customerId: string;
}

/** Frames that `ingest` has written, events of anybody else. */
export type RecordItem = OwnedFrame | OwnedEvent;

/** Bytes of a record that could not be decoded, and why. They go to quarantine. */
export interface Undecodable {
  readonly bytes: Buffer;
  readonly problem: string;
  /** Whose they are by the record's header; absent where only the bytes themselves could tell. */
  readonly customerId?: string;
}

interface ReadRecord {
  readonly kind: "record";
  /** In the order of the record. */
  readonly items: readonly RecordItem[];
  readonly undecodable: readonly Undecodable[];
  /** What the record inflates to, its frames included, whether they are opened or not. */
  readonly inflatedBytes: number;
}

export type RecordReading =
  | ReadRecord
  /** Of a format that a later version of this code writes. It must be read by that, not put aside. */
  | { readonly kind: "newer" };

/** What reading a record gathers. */
interface Gathered {
  readonly items: RecordItem[];
  readonly undecodable: Undecodable[];
  inflatedBytes: number;
  isNewer: boolean;
}

/**
 * Reads the data of one Kinesis record: frames, as `ingest` writes them, which stay closed; one JSON event, a JSON array of
 * events or NDJSON; any of these in gzip or zstd; Kinesis Producer Library aggregation around any of these. What cannot be
 * decoded is returned beside what can.
 */
export const readRecord = (data: Buffer): RecordReading => {
  const gathered: Gathered = { items: [], undecodable: [], inflatedBytes: 0, isNewer: false };
  const aggregate = readKplAggregate(data);
  if (aggregate.kind === "corrupt") {
    gathered.undecodable.push({ bytes: data, problem: "damaged Kinesis Producer Library aggregate" });
  } else {
    for (const payload of aggregate.kind === "none" ? [data] : aggregate.records) readPayload(payload, gathered);
  }
  const { items, undecodable, inflatedBytes, isNewer } = gathered;
  return isNewer ? { kind: "newer" } : { kind: "record", items, undecodable, inflatedBytes };
};

/** The same with all frames opened. A record of a newer format is undecodable here. */
export const decodeRecord = (
  data: Buffer,
): { readonly events: readonly OwnedEvent[]; readonly undecodable: readonly Undecodable[] } => {
  const record = readRecord(data);
  if (record.kind === "newer") return { events: [], undecodable: [{ bytes: data, problem: newerFormat }] };
  const events: OwnedEvent[] = [];
  const undecodable = [...record.undecodable];
  for (const item of record.items) {
    if (!isFrame(item)) {
      events.push(item);
      continue;
    }
    const opened = openFrame(item);
    if (opened.kind === "damaged") undecodable.push(frameAside(item, opened.problem));
    else for (const event of opened.events) events.push({ ...event, customerId: item.customerId });
  }
  return { events, undecodable };
};

/** Why a record of a newer format is not read. */
export const newerFormat = "record of a format that this version does not know";

/** A frame that is put aside, as a record of its own, so that it can be put back on the stream as it is. */
export const frameAside = (frame: OwnedFrame, problem: string): Undecodable => ({
  bytes: writeFrames(frame.customerId, [frame]),
  problem,
});

const readPayload = (payload: Buffer, gathered: Gathered): void => {
  const { items, undecodable } = gathered;
  const inflated = inflate(payload, maxIngestInflatedBytes);
  if (inflated.kind !== "text") {
    const problem =
      inflated.kind === "corrupt"
        ? `not decompressible: ${inflated.problem}`
        : `more than ${maxIngestInflatedBytes} bytes after decompression`;
    undecodable.push({ bytes: payload, problem });
    return;
  }
  const header = readRecordHeader(inflated.text);
  gathered.inflatedBytes += inflated.text.length;
  switch (header.kind) {
    case "newer":
      gathered.isNewer = true;
      return;
    case "damaged":
      undecodable.push({ bytes: payload, problem: "damaged record header" });
      return;
    case "frames":
      addFrames(header, payload, gathered);
      return;
    case "lines":
      if (!addRouted(header, items)) readEvents(header.rest, { owner: header.customerId, payload, gathered });
      return;
    case "none":
      readEvents(inflated.text, { owner: undefined, payload, gathered });
  }
};

const addFrames = (header: FramesHeader, payload: Buffer, gathered: Gathered): void => {
  const { customerId } = header;
  const reading = readFrames(header);
  if (reading.kind === "damaged") {
    gathered.undecodable.push({ bytes: payload, problem: reading.problem });
    return;
  }
  if (reading.frames.length === 0) gathered.undecodable.push({ bytes: payload, problem: "record without events" });
  gathered.inflatedBytes += reading.inflatedBytes;
  for (const { events, bytes, data, routes, index } of reading.frames) {
    const frame = { customerId, events, bytes, data, routes, ...(index === undefined ? {} : { index }) };
    if (routes.length === 0) gathered.undecodable.push(frameAside(frame, "frame without routes"));
    else gathered.items.push(frame);
  }
};

/** Reads events that say themselves what they are. `owner` is the customer by the record's header, if it has one. */
const readEvents = (
  text: Buffer,
  {
    owner,
    payload,
    gathered,
  }: { readonly owner: string | undefined; readonly payload: Buffer; readonly gathered: Gathered },
): void => {
  const { items, undecodable } = gathered;
  const pieces = splitEvents(text);
  if (pieces === undefined) {
    undecodable.push({ bytes: payload, problem: `more than ${maxTextEvents} events`, ...ownedBy(owner) });
    return;
  }
  if (pieces.length === 0) undecodable.push({ bytes: payload, problem: "record without events" });
  const isText = isUtf8(text);
  for (const piece of pieces) {
    const reading = readEvent(piece, isText);
    if (reading.kind !== "event") {
      const bytes = bytesOf(piece);
      const problem = reading.kind === "ping" ? "'msys' is empty" : reading.problem;
      undecodable.push({ bytes, problem, ...ownedBy(owner) });
      continue;
    }
    const { start, end, type, subaccountId, about } = reading.event;
    const customerId = owner ?? reading.event.customerId;
    if (customerId === undefined) undecodable.push({ bytes: bytesOf(piece), problem: "no 'customer_id'" });
    else if (about === undefined) items.push({ text: reading.event.text, start, end, type, subaccountId, customerId });
    else items.push({ text: reading.event.text, start, end, type, subaccountId, about, customerId });
  }
};

const ownedBy = (customerId: string | undefined): Pick<Undecodable, "customerId"> =>
  customerId === undefined ? {} : { customerId };

/**
 * Adds the events of a record whose header has their routes: what the ingest API has checked is not parsed again. Does
 * nothing, and returns false, when there are no routes or they do not fit the lines.
 */
const addRouted = (
  { customerId, rest, routes }: Extract<HeaderReading, { kind: "lines" }>,
  items: RecordItem[],
): boolean => {
  if (routes === undefined) return false;
  const before = items.length;
  let start = 0;
  for (const index of routes.ofLines) {
    const route = routes.distinct[index];
    const end = rest.indexOf(newline, start);
    if (route === undefined || end === -1) break;
    items.push({ text: rest, start, end, type: route.type, subaccountId: route.subaccountId, customerId });
    start = end + 1;
  }
  const isFitting = items.length - before === routes.ofLines.length && start === rest.length;
  if (!isFitting) items.length = before;
  return isFitting;
};

/** A record of the stream with pieces that could not be decoded, or a window with a batch that could not be handed over. */
export interface QuarantinedRecord {
  readonly shard: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When it arrived on the stream, ISO 8601. */
  readonly arrivedAt: string;
  /** The batch that could not be handed over, and whose it is. */
  readonly batch?: { readonly batchId: string; readonly webhookId: string };
  readonly pieces: readonly Undecodable[];
}
