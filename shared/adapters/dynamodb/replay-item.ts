import * as z from "zod";
import {
  type Replay,
  replayFailures,
  type ReplayRef,
  replayStates,
  type ShardProgress,
} from "#shared/domain/replay.ts";

const replayItem = z.object({
  replayId: z.string(),
  customerId: z.string(),
  webhookId: z.string(),
  number: z.number(),
  state: z.enum(replayStates),
  reason: z.enum(replayFailures).exactOptional(),
  from: z.string(),
  to: z.string(),
  rate: z.number(),
  dryRun: z.boolean(),
  startedAt: z.string(),
  endedAt: z.string().exactOptional(),
  openShards: z.set(z.string()).exactOptional(),
  scheduledUntil: z.number(),
});

const shardItem = z.object({
  shard: z.string(),
  revision: z.number(),
  after: z.string().exactOptional(),
  readTo: z.string(),
  isInGap: z.boolean(),
  window: z
    .object({
      firstSequenceNumber: z.string(),
      lastSequenceNumber: z.string(),
      formedAt: z.string(),
      batchesSent: z.number(),
      webhookRevision: z.number(),
    })
    .exactOptional(),
  isDone: z.boolean(),
  records: z.number(),
  events: z.number(),
  batchesFormed: z.number(),
  batchesSent: z.number(),
});

/** Digits of a replay's number in sort keys, so that these sort as numbers. */
const numberDigits = 9;
const separator = "#";

const partitionOf = (webhookId: string): string => `replays${separator}${webhookId}`;

/** Key of a replay's item. */
export const replayKeyOf = ({ webhookId, number }: Pick<ReplayRef, "webhookId" | "number">) => ({
  pk: partitionOf(webhookId),
  sk: String(number).padStart(numberDigits, "0"),
});

/** Key of the item with a replay's progress in one shard; it sorts behind the replay's own. */
export const shardKeyOf = (ref: ReplayRef, shard: string) => {
  const { pk, sk } = replayKeyOf(ref);
  return { pk, sk: `${sk}${separator}${shard}` };
};

/** Reads a replay; undefined for an item of another customer, although webhook ids are unique. */
export const parseReplay = (customerId: string, found: Readonly<Record<string, unknown>>): Replay | undefined => {
  const replay = replayItem.parse(found);
  return replay.customerId === customerId ? replay : undefined;
};

export const parseShard = (found: Readonly<Record<string, unknown>>): ShardProgress => shardItem.parse(found);

/** Whether an item of a webhook's replays is one of a shard. */
export const isShardItem = (found: Readonly<Record<string, unknown>>): boolean => "shard" in found;
