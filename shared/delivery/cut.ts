import type { Subscription } from "#shared/webhooks/webhook.ts";
import { type Frame, isFrame } from "#shared/events/frames.ts";
import type { Event, EventSpan } from "#shared/events/span.ts";

/** What a batch needs of an event. */
export type BatchEvent = EventSpan & Pick<Event, "type">;

/** Events of a batch: those of a frame, which has not been opened, or one. */
export type BatchItem = Frame | BatchEvent;

/** What one batch carries of a window's events for one webhook, which are counted from 0. */
export interface Part {
  /** In order. */
  readonly items: readonly BatchItem[];
  readonly events: number;
  /** Length of the body. */
  readonly bytes: number;
  /** Number of the first event. */
  readonly first: number;
  /** Number of the event behind the last. */
  readonly next: number;
}

type Sizes = Pick<Subscription, "batchSize" | "maxBatchBytes">;

/** The events of a frame; none when it is damaged. */
export type Open = (frame: Frame) => readonly BatchEvent[];

/** What the array around the events adds to a body. */
const bracketBytes = 1;
const commaBytes = 1;

const eventsIn = (item: BatchItem): number => (isFrame(item) ? item.events : 1);
const bytesIn = (item: BatchItem): number => (isFrame(item) ? item.bytes : item.end - item.start) + commaBytes;

/** How many events there are, and how long a body of them all would be. */
export const measure = (items: readonly BatchItem[]): { readonly events: number; readonly bytes: number } => ({
  events: items.reduce((sum, item) => sum + eventsIn(item), 0),
  bytes: items.reduce((sum, item) => sum + bytesIn(item), bracketBytes),
});

/** Whether events make one batch: then their frames need not be opened to cut them. */
export const isOneBatch = (items: readonly BatchItem[], { batchSize, maxBatchBytes }: Sizes): boolean => {
  const { events, bytes } = measure(items);
  return events === 1 || (events <= batchSize && bytes <= maxBatchBytes);
};

/** What stands from an event on. A frame in which the event stands is opened. */
export const itemsFrom = (items: readonly BatchItem[], from: number, open: Open): readonly BatchItem[] => {
  let at = 0;
  for (const [index, item] of items.entries()) {
    if (at >= from) return items.slice(index);
    const behind = at + eventsIn(item);
    if (behind > from && isFrame(item)) return [...open(item).slice(from - at), ...items.slice(index + 1)];
    at = behind;
  }
  return [];
};

/** What stands from an event on until before another. A frame of which that is a part is opened. */
export const itemsBetween = (
  items: readonly BatchItem[],
  { first, next }: Pick<Part, "first" | "next">,
  open: Open,
): readonly BatchItem[] => {
  const between: BatchItem[] = [];
  let at = 0;
  for (const item of items) {
    const behind = at + eventsIn(item);
    if (at >= first && behind <= next) between.push(item);
    else if (behind > first && at < next && isFrame(item)) {
      between.push(...open(item).slice(Math.max(first - at, 0), next - at));
    }
    at = behind;
  }
  return between;
};

/**
 * Cuts events into parts of at most `batchSize` events and `maxBatchBytes` bytes, one after the other as they are asked for. A
 * frame that does not fit into what is left of a part is opened: its events fill that, and begin the next one. From where a
 * part ends, the cuts are the same as if they had begun with the first event.
 *
 * @param from number of the event at which the first part begins
 */
export function* cutParts(input: {
  readonly items: readonly BatchItem[];
  readonly sizes: Sizes;
  readonly from: number;
  readonly open: Open;
}): Generator<Part, void, void> {
  const { batchSize, maxBatchBytes } = input.sizes;
  let part = emptyPart(input.from);
  const fits = (item: BatchItem): boolean =>
    part.events + eventsIn(item) <= batchSize && part.bytes + bytesIn(item) <= maxBatchBytes;
  const add = (item: BatchItem): void => {
    part.items.push(item);
    part.events += eventsIn(item);
    part.bytes += bytesIn(item);
    part.next += eventsIn(item);
  };
  for (const item of itemsFrom(input.items, input.from, input.open)) {
    if (part.events > 0 && !fits(item) && !(isFrame(item) && canGiveTo(part, item, input))) {
      yield part;
      part = emptyPart(part.next);
    }
    if (fits(item) || eventsIn(item) === 1 || !isFrame(item)) {
      add(item);
      continue;
    }
    const behind = part.next + item.events;
    for (const event of input.open(item)) {
      if (part.events > 0 && !fits(event)) {
        yield part;
        part = emptyPart(part.next);
      }
      add(event);
    }
    // The events of a damaged frame are passed over.
    part.next = behind;
  }
  if (part.events > 0) yield part;
}

interface OpenPart {
  readonly items: BatchItem[];
  events: number;
  bytes: number;
  readonly first: number;
  next: number;
}

const emptyPart = (first: number): OpenPart => ({ items: [], events: 0, bytes: bracketBytes, first, next: first });

/** Whether a part that has no room for a frame has it for the frame's first events. */
const canGiveTo = (
  part: OpenPart,
  frame: Frame,
  { sizes, open }: { readonly sizes: Sizes; readonly open: Open },
): boolean => {
  if (frame.events === 1 || part.events >= sizes.batchSize) return false;
  const [first] = open(frame);
  return first === undefined || part.bytes + bytesIn(first) <= sizes.maxBatchBytes;
};
