import type { ClosedBy } from "#shared/contract/delivery-message.ts";
import { chunkBySize } from "./chunk-by-size.ts";
import type { Event } from "./records/read-event.ts";
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

/** What one POST carries to one webhook. */
export interface Batch {
  readonly batchId: string;
  readonly subscription: Subscription;
  readonly window: Window;
  readonly events: readonly Pick<Event, "bytes" | "type">[];
  readonly closedBy: Exclude<ClosedBy, "split">;
}

/** What the array around the events adds to a body. */
const bracketBytes = 1;
const commaBytes = 1;

const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** Cuts a window's events for one webhook into batches of at most its `batchSize` events and `maxBatchBytes` bytes. */
export const cutBatches = (input: {
  readonly subscription: Subscription;
  readonly window: Window;
  readonly events: readonly Pick<Event, "bytes" | "type">[];
}): readonly Batch[] => {
  const { subscription, window } = input;
  const parts = chunkBySize(input.events, {
    maxItems: subscription.batchSize,
    maxBytes: subscription.maxBatchBytes - bracketBytes,
    bytesOf: ({ bytes }) => bytes.length + commaBytes,
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
export const batchBody = (events: readonly Pick<Event, "bytes">[]): Buffer => {
  const body = Buffer.allocUnsafe(
    events.reduce((size, { bytes }) => size + bytes.length + 1, events.length === 0 ? 2 : 1),
  );
  let position = 0;
  body[position] = openBracket;
  for (const { bytes } of events) {
    if (position > 0) body[position] = comma;
    position += 1 + bytes.copy(body, position + 1);
  }
  body[events.length === 0 ? 1 : position] = closeBracket;
  return body;
};

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
