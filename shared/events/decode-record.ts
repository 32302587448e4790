import { maxIngestInflatedBytes, maxTextEvents } from "#shared/contract/limits.ts";
import { type Event, bytesOf } from "./span.ts";
import { inflate } from "./inflate.ts";
import { readKplAggregate } from "./kpl.ts";
import { readEvent } from "./read-event.ts";
import { type HeaderReading, readRecordHeader } from "./record-header.ts";
import { splitEvents } from "./split.ts";

const newline = 0x0a;

/** An event with the customer that it belongs to. */
export interface OwnedEvent extends Event {
  readonly customerId: string;
}

/** Bytes of a record that could not be decoded, and why. They go to quarantine. */
export interface Undecodable {
  readonly bytes: Buffer;
  readonly problem: string;
  /** Whose they are by the record's header; absent where only the bytes themselves could tell. */
  readonly customerId?: string;
}

interface DecodedRecord {
  readonly events: readonly OwnedEvent[];
  readonly undecodable: readonly Undecodable[];
}

/**
 * Decodes the data of one Kinesis record: one JSON event, a JSON array of events or NDJSON; any of these in gzip or zstd;
 * Kinesis Producer Library aggregation around any of these. What cannot be decoded is returned beside what can.
 */
export const decodeRecord = (data: Buffer): DecodedRecord => {
  const events: OwnedEvent[] = [];
  const undecodable: Undecodable[] = [];
  const aggregate = readKplAggregate(data);
  if (aggregate.kind === "corrupt") {
    undecodable.push({ bytes: data, problem: "damaged Kinesis Producer Library aggregate" });
  } else {
    for (const payload of aggregate.kind === "none" ? [data] : aggregate.records) {
      decodePayload(payload, events, undecodable);
    }
  }
  return { events, undecodable };
};

const decodePayload = (payload: Buffer, events: OwnedEvent[], undecodable: Undecodable[]): void => {
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
  if (header.kind === "unknown") {
    undecodable.push({ bytes: payload, problem: "record header of an unknown version" });
    return;
  }
  const owner = header.kind === "header" ? header.customerId : undefined;
  if (header.kind === "header" && addRouted(header, events)) return;
  const pieces = splitEvents(header.kind === "header" ? header.rest : inflated.text);
  if (pieces === undefined) {
    undecodable.push({ bytes: payload, problem: `more than ${maxTextEvents} events`, ...ownedBy(owner) });
    return;
  }
  if (pieces.length === 0) undecodable.push({ bytes: payload, problem: "record without events" });
  for (const piece of pieces) {
    const reading = readEvent(piece);
    if (reading.kind !== "event") {
      const bytes = bytesOf(piece);
      const problem = reading.kind === "ping" ? "'msys' is empty" : reading.problem;
      undecodable.push({ bytes, problem, ...ownedBy(owner) });
      continue;
    }
    const { event } = reading;
    const customerId = owner ?? event.customerId;
    if (customerId === undefined) undecodable.push({ bytes: bytesOf(piece), problem: "no 'customer_id'" });
    else events.push({ ...event, customerId });
  }
};

const ownedBy = (customerId: string | undefined): Pick<Undecodable, "customerId"> =>
  customerId === undefined ? {} : { customerId };

/**
 * Adds the events of a record whose header has their routes: what the ingest API has checked is not parsed again. Does
 * nothing, and returns false, when there are no routes or they do not fit the lines.
 */
const addRouted = (
  { customerId, rest, routes }: Extract<HeaderReading, { kind: "header" }>,
  events: OwnedEvent[],
): boolean => {
  if (routes === undefined) return false;
  const before = events.length;
  let start = 0;
  for (const index of routes.ofLines) {
    const route = routes.distinct[index];
    const end = rest.indexOf(newline, start);
    if (route === undefined || end === -1) break;
    events.push({ text: rest, start, end, type: route.type, customerId, subaccountId: route.subaccountId });
    start = end + 1;
  }
  const isFitting = events.length - before === routes.ofLines.length && start === rest.length;
  if (!isFitting) events.length = before;
  return isFitting;
};

/** A record of the stream with pieces that could not be decoded. */
export interface QuarantinedRecord {
  readonly shard: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** When it arrived on the stream, ISO 8601. */
  readonly arrivedAt: string;
  readonly pieces: readonly Undecodable[];
}
