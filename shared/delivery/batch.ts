import type { ClosedBy } from "#shared/contract/words.ts";
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
type BatchEvent = EventSpan & Pick<Event, "type">;

/** What one POST carries to one webhook. */
export interface Batch {
  readonly batchId: string;
  readonly subscription: Subscription;
  readonly window: Window;
  readonly events: readonly BatchEvent[];
  readonly closedBy: Exclude<ClosedBy, "split">;
}

/** What the array around the events adds to a body. */
const bracketBytes = 1;
const commaBytes = 1;

const jsonArray = { head: Buffer.from("["), separator: 0x2c, tail: Buffer.from("]") };

/** Cuts a window's events for one webhook into batches of at most its `batchSize` events and `maxBatchBytes` bytes. */
export const cutBatches = (input: {
  readonly subscription: Subscription;
  readonly window: Window;
  readonly events: readonly BatchEvent[];
}): readonly Batch[] => {
  const { subscription, window } = input;
  const parts = chunkBySize(input.events, {
    maxItems: subscription.batchSize,
    maxBytes: subscription.maxBatchBytes - bracketBytes,
    bytesOf: ({ start, end }) => end - start + commaBytes,
  });
  return parts.map((events, part) => ({
    batchId: batchIdOf(subscription, window, part),
    subscription,
    window,
    events,
    closedBy: closingReason({ isFull: events.length === subscription.batchSize, isLast: part === parts.length - 1 }),
  }));
};

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
