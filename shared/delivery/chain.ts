import type { ChainMessage } from "#shared/contract/chain-message.ts";
import type { BodyPlace } from "#shared/contract/delivery-message.ts";
import type { Rewrite } from "#shared/webhooks/content.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { Batch, Window } from "./batch.ts";
import type { BatchItem } from "./cut.ts";

/** What a window holds for one webhook, when that makes several batches. */
export interface Chain {
  readonly batchId: string;
  readonly subscription: Subscription;
  readonly window: Window;
  /** In order. */
  readonly items: readonly BatchItem[];
  /** Writes each of its events anew, for its body; absent where they go out as they are. */
  readonly rewrite?: Rewrite;
  /** Number of events. */
  readonly events: number;
}

/** Whether a share of a window is to be cut by `deliver`. */
export const isUncut = (share: Batch | Chain): share is Chain => !("closedBy" in share);

/** The message that asks for the batches of a chain, from the first one on. `closedAt` is ISO 8601. */
export const firstHop = (
  { batchId, subscription, window, events }: Chain,
  { body, closedAt }: { readonly body: BodyPlace; readonly closedAt: string },
): ChainMessage => {
  const { webhookId, customerId, revision, batchSize, maxBatchBytes } = subscription;
  const { stream, shard, firstSequenceNumber, lastSequenceNumber, arrivedAt } = window;
  return {
    version: 2,
    batchId,
    webhookId,
    revision,
    customerId,
    stream,
    shard,
    firstSequenceNumber,
    lastSequenceNumber,
    createdAt: arrivedAt,
    closedAt,
    events,
    body,
    batchSize,
    maxBatchBytes,
    next: 0,
    hop: 0,
  };
};

/**
 * The message for what is left of a chain from an event on.
 *
 * @param rest.parkedSince Unix milliseconds, for a chain that waits, and after that until a batch is delivered
 */
export const nextHop = (
  message: ChainMessage,
  rest: { readonly next: number; readonly parkedSince: number | undefined },
): ChainMessage => {
  const { parked: _parked, parkedSince: _parkedSince, redelivery: _redelivery, ...behind } = message;
  const { waitingSince: _waitingSince, ...chain } = behind;
  const { next, parkedSince } = rest;
  return { ...chain, next, hop: message.hop + 1, slow: true, ...(parkedSince === undefined ? {} : { parkedSince }) };
};
