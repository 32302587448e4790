import { eventIdOf } from "./event-id.ts";
import { scramble } from "./random.ts";
import { type MixName, mixEvents } from "./mix.ts";

/** Events that are generated at a time. */
export const blockEvents = 2_000;

/** Events as lines of JSON whose ids and times can be written anew, at a twentieth of the price of generating them. */
export interface EventBlock {
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
export const createBlock = (mix: MixName, seed: number): EventBlock => {
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
export const stampLines = (
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
