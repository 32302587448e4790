import { maxPollBytes, pollReadEveryMs } from "#shared/contract/limits.ts";
import { errors, type RequestError } from "#shared/errors.ts";
import { readRecord } from "#shared/events/decode-record.ts";
import { isFrame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { type RoutedEvent, bytesOf } from "#shared/events/span.ts";
import type { ReadRecord, StreamReader } from "#shared/stream.ts";
import type { Place, Position } from "./cursor.ts";

export interface PollDeps {
  readonly events: StreamReader;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Shards of the largest stream that is read. */
  readonly maxShards: number;
}

export interface PollRequest {
  readonly customerId: string;
  readonly place: Place;
  /** An event as it is answered; undefined when it is left out. */
  readonly give: (event: RoutedEvent) => RoutedEvent | undefined;
  /** Most events of the answer. */
  readonly limit: number;
  readonly waitMs: number;
}

export interface PollAnswer {
  /** Each event's own bytes, in the order of each shard. */
  readonly events: readonly Buffer[];
  /** Where the next poll goes on. */
  readonly place: Place;
  /** How far the answer is behind the newest record of the stream. */
  readonly behindMs: number;
  /** Events that are larger than an answer may be. */
  readonly omitted: number;
}

/** Arrival times are approximate, and a record is readable a moment after it has arrived. */
const slackMs = 5_000;
/** The first read of a shard, before the size of its records is known. */
const firstRecords = 20;
const maxRecords = 500;
/** Bytes of one read: with a read every two seconds all polls together take half of what a shard gives its readers. */
const targetBytes = 500_000;
/** How long a shard is left alone after it has refused a read. */
const throttledPauseMs = 2 * pollReadEveryMs;

interface ShardReading {
  position: Position;
  iterator: string | undefined;
  /** Records of the next read. */
  records: number;
  isCaughtUp: boolean;
  behindMs: number;
  /** Not to be read before, Unix milliseconds. */
  readAt: number;
}

/**
 * Reads the shards by turns until there are events and nothing more is waiting, the answer is full, or the wait is over. Only
 * events of the customer are kept, whoever's records it reads.
 */
export const poll = async (deps: PollDeps, request: PollRequest): Promise<PollAnswer> => {
  const { place, waitMs } = request;
  const startedAt = deps.now();
  const shards = new Map<string, ShardReading>();
  for (const shard of await deps.events.listShards()) {
    const position = place.shards.get(shard) ?? { kind: "time", at: place.since, given: 0 };
    const isAtEnd = position.kind === "end";
    const start = { iterator: undefined, records: firstRecords, isCaughtUp: isAtEnd, behindMs: 0, readAt: 0 };
    shards.set(shard, { position, ...start });
  }
  if (shards.size > deps.maxShards) throw tooManyShards(deps.maxShards);
  // Those that are furthest behind first: a busy shard that fills every answer must not hold up the others.
  const byTurns = [...shards].toSorted(([, a], [, b]) => arrivalOf(a.position) - arrivalOf(b.position));
  const answer = createAnswer(request);
  for (;;) {
    for (const [shard, reading] of byTurns) {
      if (answer.isFull()) break;
      if (reading.readAt <= deps.now()) await readShard(deps, { shard, reading, answer });
    }
    const now = deps.now();
    const isQuiet = byTurns.every(([, { isCaughtUp, readAt }]) => isCaughtUp || readAt > now);
    const isOver = now + pollReadEveryMs > startedAt + waitMs;
    if ((isQuiet && answer.events.length > 0) || isOver || answer.isFull()) break;
    await deps.pause(pollReadEveryMs);
  }
  return {
    events: answer.events,
    omitted: answer.omitted(),
    behindMs: Math.max(0, ...[...shards.values()].map(({ behindMs }) => behindMs)),
    place: {
      // Shards that were not listed have come into being later.
      since: Math.max(place.since, startedAt - slackMs),
      shards: new Map([...shards].map(([shard, { position }]) => [shard, position])),
    },
  };
};

const arrivalOf = (position: Position): number => (position.kind === "end" ? Infinity : position.at);

const tooManyShards = (maxShards: number): RequestError =>
  errors.conflict(
    "The stream is too large for polls",
    `It has more than ${maxShards} shards. Read it with AWS credentials: tidepost listen --stack NAME.`,
  );

type Answer = ReturnType<typeof createAnswer>;

const readShard = async (
  { events, now }: PollDeps,
  { shard, reading, answer }: { readonly shard: string; readonly reading: ShardReading; readonly answer: Answer },
): Promise<void> => {
  const { position } = reading;
  if (position.kind === "end") return;
  reading.iterator ??= await events.openShard(shard, position);
  const at = now();
  const page = await events.read(reading.iterator, reading.records);
  if (page.kind === "throttled") {
    reading.isCaughtUp = false;
    reading.readAt = at + throttledPauseMs;
    return;
  }
  for (const record of page.records) {
    reading.position = answer.take(record, reading.position);
    // What is left of the page is read again by the next poll.
    if (answer.isFull()) {
      reading.behindMs = Math.max(page.behindMs, at - record.arrivedAt);
      return;
    }
  }
  reading.behindMs = page.behindMs;
  reading.isCaughtUp = page.behindMs === 0 && page.records.length < reading.records;
  if (page.records.length === 0) reading.position = acrossGap(position, at - page.behindMs);
  else reading.records = recordsAfter(page.records);
  reading.iterator = page.iterator;
  if (page.iterator !== undefined) return;
  reading.position = { kind: "end" };
  reading.isCaughtUp = true;
};

/**
 * Moves over a time without records, which takes Kinesis many reads from the last record on. Records from just before are
 * still behind the place.
 */
const acrossGap = (position: Exclude<Position, { kind: "end" }>, readTo: number): Position =>
  readTo - position.at > 2 * slackMs ? { kind: "time", at: readTo - slackMs, given: position.given } : position;

const recordsAfter = (records: readonly ReadRecord[]): number => {
  const bytes = records.reduce((sum, { data }) => sum + data.length, 0);
  return Math.min(Math.max(Math.floor((targetBytes * records.length) / Math.max(bytes, 1)), 1), maxRecords);
};

/** A customer's events in a record; frames of others stay closed. What cannot be read is for `batch` to put aside. */
const eventsOf = (data: Buffer, customerId: string): readonly RoutedEvent[] => {
  const record = readRecord(data);
  if (record.kind === "newer") return [];
  return record.items
    .filter((item) => item.customerId === customerId)
    .flatMap((item): readonly RoutedEvent[] => {
      if (!isFrame(item)) return [item];
      const opened = openFrame(item);
      return opened.kind === "events" ? opened.events : [];
    });
};

/** Gathers the events of an answer, record by record. */
const createAnswer = ({ customerId, give, limit }: Omit<PollRequest, "place" | "waitMs">) => {
  const events: Buffer[] = [];
  let bytes = 0;
  let omitted = 0;
  let isFull = false;

  return {
    events,
    isFull: () => isFull || events.length === limit,
    omitted: () => omitted,

    /** Takes the events of the record behind a position; returns the position behind what has been taken. */
    take: ({ data, sequenceNumber, arrivedAt }: ReadRecord, before: Position): Position => {
      const own = eventsOf(data, customerId);
      const first = before.kind === "end" ? 0 : before.given;
      for (const [index, event] of own.entries()) {
        const given = index < first ? undefined : give(event);
        if (given === undefined) continue;
        const size = given.end - given.start;
        if (size > maxPollBytes) {
          omitted += 1;
          continue;
        }
        if (events.length === limit || bytes + size > maxPollBytes) {
          isFull = true;
          return before.kind === "end" ? before : { ...before, given: index };
        }
        bytes += size;
        // A copy: a part of the record would keep the whole record in memory.
        events.push(Buffer.from(bytesOf(given)));
      }
      return { kind: "after", sequenceNumber, at: arrivedAt, given: 0 };
    },
  };
};
