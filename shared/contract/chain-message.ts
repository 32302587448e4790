import * as z from "zod";
import { bodyPlace, deliveryMessage } from "./delivery-message.ts";

/**
 * Message on the queues `deliveries` and `retries`: a chain, which is what a window holds for one webhook when that makes
 * several batches. `deliver` cuts them from it one after the other, and passes on what it has no time for as the next hop.
 * It never carries a secret.
 */
export const chainMessage = z.object({
  version: z.literal(2),
  /** The chain's own id. */
  batchId: z.uuid(),
  webhookId: z.uuid(),
  /** The webhook's revision as of which the window was routed. */
  revision: z.int().positive(),
  customerId: z.string().min(1),
  /** Stretch of the stream that the window was. */
  stream: z.string(),
  shard: z.string(),
  firstSequenceNumber: z.string(),
  lastSequenceNumber: z.string(),
  /** When the window's first record arrived on the stream, ISO 8601. */
  createdAt: z.iso.datetime(),
  /** When the window was closed, ISO 8601. */
  closedAt: z.iso.datetime(),
  /** Events in the body: frames whose routes say their events' types. */
  events: z.int().positive(),
  body: bodyPlace,
  /** Most events and most bytes of a batch. They stay as they were when the window was closed, and so do the batches' ids. */
  batchSize: z.int().positive(),
  maxBatchBytes: z.int().positive(),
  /** Number, from 0, of the first event that has not been cut. */
  next: z.int().nonnegative(),
  /** How often it was passed on. */
  hop: z.int().nonnegative(),
  /** Since when (Unix milliseconds) the chain has waited without a batch being delivered: start of a retry window. */
  parkedSince: z.int().positive().exactOptional(),
  /** The message has waited for its webhook's breaker, or for its webhook to be resumed. */
  parked: z.boolean().exactOptional(),
  /** Somebody asked for the next attempt: the breaker does not hold it back. */
  redelivery: z.boolean().exactOptional(),
  /** Since when (Unix milliseconds) it has waited for its turn at a target that answers slowly. */
  waitingSince: z.int().positive().exactOptional(),
  /** Its batches are sent on the queue of retries, where they may take longer. */
  slow: z.boolean().exactOptional(),
});

export type ChainMessage = Readonly<z.infer<typeof chainMessage>>;

/** What the delivery queues carry: one batch, or a chain of several. */
export const queueMessage = z.discriminatedUnion("version", [deliveryMessage, chainMessage]);

export type QueueMessage = Readonly<z.infer<typeof queueMessage>>;

/** Whether a message is a chain. */
export const isChain = (message: QueueMessage): message is ChainMessage => message.version === 2;
