import type { ClosedBy } from "#shared/contract/delivery-message.ts";
import { chunkBySize } from "./chunk-by-size.ts";
import { type EventSpan, joinSpans } from "./records/event-span.ts";
import type { Event } from "./records/event.ts";
import { uuidFromText } from "./uuid-from-text.ts";
import type { Subscription } from "./webhook.ts";

/** The records that one invocation reads from one shard. */
export interface Window {
  readonly stream: string;
  readonly shard: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** When the first record arrived on the stream, ISO 8601. */
  readonly arrivedAt: string;
  /** The replay that reads the records once more; its batches are others than those of the first time. */
  readonly replayId?: string;
}

/** What a batch needs of an event. */
export type BatchEvent = EventSpan & Pick<Event, "type">;

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
