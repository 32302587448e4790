import { type MixName, mixEvents } from "./mix.ts";
import { eventIdOf, scramble } from "./random.ts";

/** Events that are generated at a time. */
export const blockEvents = 2_000;

/** Events as lines of JSON whose ids and times can be written anew, at a twentieth of the price of generating them. */
interface EventBlock {
  readonly bytes: Buffer;
  readonly lines: readonly Line[];
}

interface Line {
  readonly start: number;
  /** Behind the line break. */
  readonly end: number;
  /** Where the event id, the seed in the message's id and the time are; undefined where an event has none. */
  readonly eventIdAt: number;
  readonly messageSeedAt: number | undefined;
  readonly timestampAt: number;
}

const marks = {
  eventId: Buffer.from('"event_id":"'),
  messageId: Buffer.from('"message_id":"0000'),
  timestamp: Buffer.from('"timestamp":"'),
};

/** The part of an event's id that all events of one seed share. */
export const idPrefix = (seed: number): string => eventIdOf(seed, 0).slice(0, idPrefixLength);
export const idPrefixLength = 11;

/** Generates a block. */
const createBlock = (mix: MixName, seed: number): EventBlock => {
  const events = mixEvents(mix, { seed, count: blockEvents, startedAt: Date.now(), customerId: "1" });
  const texts = events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
  const bytes = Buffer.concat(texts);
  let start = 0;
  const lines = texts.map((text) => {
    const after = (mark: Buffer): number | undefined => {
      const at = text.indexOf(mark);
      return at === -1 ? undefined : start + at + mark.length;
    };
    const eventIdAt = after(marks.eventId);
    const timestampAt = after(marks.timestamp);
    if (eventIdAt === undefined || timestampAt === undefined) throw new Error("A generated event has no id or time");
    const line = { start, end: start + text.length, eventIdAt, messageSeedAt: after(marks.messageId), timestampAt };
    start = line.end;
    return line;
  });
  return { bytes, lines };
};

/** Copies lines of a block, with the ids that they have with another seed, and a time. */
const stampLines = (
  { bytes, lines }: EventBlock,
  range: { readonly from: number; readonly to: number; readonly seed: number; readonly at: number },
): Buffer => {
  const { from, to, seed, at } = range;
  const start = lines[from]?.start ?? 0;
  const copy = Buffer.from(bytes.subarray(start, lines[to - 1]?.end ?? start));
  const prefix = idPrefix(seed);
  const messageSeed = scramble(seed).toString(16).padStart(8, "0");
  const timestamp = String(Math.floor(at / 1_000));
  for (let index = from; index < to; index += 1) {
    const line = lines[index];
    if (line === undefined) break;
    copy.write(prefix, line.eventIdAt - start, "latin1");
    copy.write(timestamp, line.timestampAt - start, "latin1");
    if (line.messageSeedAt !== undefined) copy.write(messageSeed, line.messageSeedAt - start, "latin1");
  }
  return copy;
};

/** Consecutive events of one block. */
export interface EventRange {
  readonly block: number;
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** Some events, ready to be ingested. */
export interface Parcel {
  readonly ranges: readonly EventRange[];
  /** One event a line. */
  readonly ndjson: Buffer;
}

/** An endless sequence of events, the same one for the same mix and seed but for their times. */
export interface EventSource {
  /** The next events, with this time as theirs. */
  readonly take: (count: number, at: number) => Parcel;
}

/** Blocks that are generated before the first one is used again, with other ids. */
const distinctBlocks = 8;
/** Keeps the seeds of a run's blocks apart from each other, and from those of runs with neighbouring seeds. */
const seedStep = 0x9e37_79b1;

/** Seed of a run's block. */
export const blockSeed = (seed: number, block: number): number => (seed + Math.imul(block, seedStep)) >>> 0;

/** Creates a source of events. The seed is a 32-bit integer. */
export const createEventSource = (mix: MixName, seed: number): EventSource => {
  const blocks: EventBlock[] = [];
  let next = 0;
  const blockOf = (block: number): EventBlock => {
    const kept = blocks[block % distinctBlocks];
    if (kept !== undefined) return kept;
    const created = createBlock(mix, blockSeed(seed, block));
    blocks.push(created);
    return created;
  };
  return {
    take: (count, at) => {
      const ranges: EventRange[] = [];
      for (let left = count; left > 0;) {
        const block = Math.floor(next / blockEvents);
        const from = next % blockEvents;
        const to = Math.min(blockEvents, from + left);
        ranges.push({ block, from, to });
        next += to - from;
        left -= to - from;
      }
      const parts = ranges.map(({ block, from, to }) =>
        stampLines(blockOf(block), { from, to, seed: blockSeed(seed, block), at }),
      );
      return { ranges, ndjson: Buffer.concat(parts) };
    },
  };
};
