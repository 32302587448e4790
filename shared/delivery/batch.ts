import type { ClosedBy } from "#shared/contract/words.ts";
import { type Frame, countRoutes, isFrame } from "#shared/events/frames.ts";
import { type Event, type EventSpan, joinSpans } from "#shared/events/span.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import { createHash } from "node:crypto";

/** The records that one invocation reads from one shard. */
export interface Window {
  readonly stream: string;
  readonly shard: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** When the first record arrived on the stream, ISO 8601. */
  readonly arrivedAt: string;
  /** The replay that reads the records once more; its batches get new ids. */
  readonly replayId?: string;
}

/** What a batch needs of an event. */
export type BatchEvent = EventSpan & Pick<Event, "type">;

/** Events of a batch: those of a frame, which has not been opened, or one. */
export type BatchItem = Frame | BatchEvent;

/** What one POST carries to one webhook. */
export interface Batch {
  readonly batchId: string;
  readonly subscription: Subscription;
  readonly window: Window;
  /** In order. */
  readonly items: readonly BatchItem[];
  /** Number of events. */
  readonly events: number;
  readonly closedBy: Exclude<ClosedBy, "split">;
}

/** What the array around the events adds to a body. */
const bracketBytes = 1;
const commaBytes = 1;

const jsonArray = { head: Buffer.from("["), separator: 0x2c, tail: Buffer.from("]") };

/**
 * Cuts a window's events for one webhook into batches of at most its `batchSize` events and `maxBatchBytes` bytes. A frame that
 * does not fit into what is left of a batch is opened: its events fill that, and begin the next one.
 */
export const cutBatches = (input: {
  readonly subscription: Subscription;
  readonly window: Window;
  readonly items: readonly BatchItem[];
  /** The events of a frame. */
  readonly open: (frame: Frame) => readonly BatchEvent[];
}): readonly Batch[] => {
  const { subscription, window } = input;
  const parts = cutItems(input.items, subscription, input.open);
  return parts.map(({ items, events }, part) => ({
    batchId: batchIdOf(subscription, window, part),
    subscription,
    window,
    items,
    events,
    closedBy: closingReason({ isFull: events === subscription.batchSize, isLast: part === parts.length - 1 }),
  }));
};

interface Part {
  readonly items: BatchItem[];
  events: number;
  bytes: number;
}

const cutItems = (
  items: readonly BatchItem[],
  { batchSize, maxBatchBytes }: Pick<Subscription, "batchSize" | "maxBatchBytes">,
  open: (frame: Frame) => readonly BatchEvent[],
): readonly Part[] => {
  const parts: Part[] = [];
  let part: Part = { items: [], events: 0, bytes: bracketBytes };
  const add = (item: BatchItem): void => {
    const events = isFrame(item) ? item.events : 1;
    const bytes = (isFrame(item) ? item.bytes : item.end - item.start) + commaBytes;
    const isFitting = part.events + events <= batchSize && part.bytes + bytes <= maxBatchBytes;
    if (!isFitting && events > 1 && isFrame(item)) {
      for (const event of open(item)) add(event);
      return;
    }
    if (!isFitting && part.events > 0) {
      parts.push(part);
      part = { items: [], events: 0, bytes: bracketBytes };
    }
    part.items.push(item);
    part.events += events;
    part.bytes += bytes;
  };
  for (const item of items) add(item);
  if (part.events > 0) parts.push(part);
  return parts;
};

/** The types of a batch's events, and how many events each entry stands for. */
export const typesOf = (items: readonly BatchItem[]): readonly { readonly type: string; readonly count: number }[] =>
  items.flatMap((item) => {
    if (!isFrame(item)) return [{ type: item.type, count: 1 }];
    return countRoutes(item).map((count, at) => ({ type: item.routes[at]?.type ?? "", count }));
  });

const closingReason = ({
  isFull,
  isLast,
}: {
  readonly isFull: boolean;
  readonly isLast: boolean;
}): Batch["closedBy"] => {
  if (isFull) return "count";
  return isLast ? "window" : "bytes";
};

/** The JSON array that is POSTed, built from the events' own bytes. */
export const batchBody = (events: readonly EventSpan[]): Buffer => joinSpans(events, jsonArray);

/** The id follows from what determines the batch: running a window again gives the same ids. */
const batchIdOf = (subscription: Subscription, window: Window, part: number): string =>
  uuidFromText(
    [
      subscription.webhookId,
      String(subscription.revision),
      window.stream,
      window.shard,
      window.firstSequenceNumber,
      window.lastSequenceNumber,
      String(part),
      ...(window.replayId === undefined ? [] : [window.replayId]),
    ].join("\n"),
  );

/** Cuts a list, in order, into the fewest chunks that keep both limits. An item above `maxBytes` makes a chunk alone. */
export const chunkBySize = <Item>(
  items: readonly Item[],
  limits: { readonly maxItems: number; readonly maxBytes: number; readonly bytesOf: (item: Item) => number },
): readonly (readonly Item[])[] => {
  const chunks: Item[][] = [];
  let chunk: Item[] = [];
  let chunkBytes = 0;
  for (const item of items) {
    const bytes = limits.bytesOf(item);
    if (chunk.length > 0 && (chunk.length === limits.maxItems || chunkBytes + bytes > limits.maxBytes)) {
      chunks.push(chunk);
      chunk = [];
      chunkBytes = 0;
    }
    chunk.push(item);
    chunkBytes += bytes;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
};

/** A UUID (version 8, RFC 9562) made of the first bytes of a text's SHA-256: the same text gives the same id. */
export const uuidFromText = (text: string): string => {
  const digest = createHash("sha256").update(text).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
