import * as z from "zod";

const common = {
  version: z.literal(1),
  customerId: z.string().min(1),
  webhookId: z.uuid(),
  /** Which of the webhook's replays, counted from 1. */
  number: z.int().positive(),
};

const ofSearch = { version: z.literal(1), customerId: z.string().min(1), searchId: z.uuid() };

/**
 * Message on the queue `replays`. It only says which part of a replay or a search is to go on; how far that part is stands
 * in the batches table, so that a message that comes twice does no harm. Versioned, because messages outlive a deployment.
 */
export const replayMessage = z.discriminatedUnion("kind", [
  /** Find the stream's shards and read each. */
  z.object({ kind: z.literal("start"), ...common }),
  /** Read on in one shard. */
  z.object({
    kind: z.literal("step"),
    ...common,
    shard: z.string().min(1),
    /** Revision of the shard's progress that the step starts from. */
    revision: z.int().min(0),
  }),
  /** The same for a search for events. */
  z.object({ kind: z.literal("search"), ...ofSearch }),
  z.object({ kind: z.literal("search_step"), ...ofSearch, shard: z.string().min(1), revision: z.int().min(0) }),
]);

export type ReplayMessage = Readonly<z.infer<typeof replayMessage>>;
export type ReplayStartMessage = Extract<ReplayMessage, { kind: "start" }>;
export type ReplayStepMessage = Extract<ReplayMessage, { kind: "step" }>;
export type SearchStartMessage = Extract<ReplayMessage, { kind: "search" }>;
export type SearchStepMessage = Extract<ReplayMessage, { kind: "search_step" }>;
