import type { ClosedBy } from "#shared/contract/words.ts";
import { type Frame, countRoutes, isFrame } from "#shared/events/frames.ts";
import { type BatchEvent, type BatchItem, type Part, cutParts } from "./cut.ts";
import { type EventSpan, joinSpans } from "#shared/events/span.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { Rewrite } from "#shared/webhooks/content.ts";
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

/** What one POST carries to one webhook. */
export interface Batch {
  readonly batchId: string;
  readonly subscription: Subscription;
  readonly window: Window;
  /** In order. */
  readonly items: readonly BatchItem[];
  /** Writes each of its events anew, for its body; absent where they go out as they are. */
  readonly rewrite?: Rewrite;
  /** Number of events. */
  readonly events: number;
  /** Number of its first event among those of the window, and of the event behind its last. */
  readonly first: number;
  readonly next: number;
  readonly closedBy: Exclude<ClosedBy, "split">;
}

const jsonArray = { head: Buffer.from("["), separator: 0x2c, tail: Buffer.from("]") };

/** What a window holds for one webhook determines the ids of its batches. */
export type Origin = Pick<Window, "stream" | "shard" | "firstSequenceNumber" | "lastSequenceNumber" | "replayId"> &
  Pick<Subscription, "webhookId" | "revision">;

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
  const { subscription, window, items, open } = input;
  const parts = [...cutParts({ items, sizes: subscription, from: 0, open })];
  const end = parts.at(-1)?.next ?? 0;
  return parts.map((part) => ({
    batchId: batchIdOf({ ...window, ...subscription }, part),
    subscription,
    window,
    items: part.items,
    events: part.events,
    first: part.first,
    next: part.next,
    closedBy: closingReason(part, { batchSize: subscription.batchSize, end }),
  }));
};

/** The types of a batch's events, and how many events each entry stands for. */
export const typesOf = (items: readonly BatchItem[]): readonly { readonly type: string; readonly count: number }[] =>
  items.flatMap((item) => {
    if (!isFrame(item)) return [{ type: item.type, count: 1 }];
    return countRoutes(item).map((count, at) => ({ type: item.routes[at]?.type ?? "", count }));
  });

/** What closed a part of a window's events of which `end` is the number. */
export const closingReason = (
  { events, next }: Pick<Part, "events" | "next">,
  { batchSize, end }: { readonly batchSize: number; readonly end: number },
): Batch["closedBy"] => {
  // Whatever was left when the window ended has waited for that, also when it happens to fill its batch.
  if (next === end) return "window";
  return events === batchSize ? "count" : "bytes";
};

/** The JSON array that is POSTed, built from the events' own bytes. */
export const batchBody = (events: readonly EventSpan[]): Buffer => joinSpans(events, jsonArray);

/** The id follows from what determines the batch: running a window again, or cutting it again, gives the same ids. */
export const batchIdOf = (origin: Origin, { first, events }: Pick<Part, "first" | "events">): string =>
  uuidFromText([...textsOf(origin), String(first), String(events)].join("\n"));

/** The id of what is left of a window for one webhook from an event on. */
export const chainIdOf = (origin: Origin, from: number): string =>
  uuidFromText([...textsOf(origin), "from", String(from)].join("\n"));

const textsOf = ({ replayId, ...origin }: Origin): readonly string[] => [
  origin.webhookId,
  String(origin.revision),
  origin.stream,
  origin.shard,
  origin.firstSequenceNumber,
  origin.lastSequenceNumber,
  ...(replayId === undefined ? [] : [replayId]),
];

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
