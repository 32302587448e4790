import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { ReplayEnd, ReplayStore, ReplayWithShards } from "#shared/job-stores.ts";
import type { Replay, ReplayRef, ShardProgress } from "#shared/delivery/replay.ts";
import { maxListedReplays } from "#shared/contract/limits.ts";
import { replayChoices, replayFailures, replayStates } from "#shared/contract/words.ts";
import type { TableOptions } from "./document-client.ts";
import { type Item, jobItems } from "./job-items.ts";
import * as z from "zod";

/**
 * Replays in the batches table: partition key webhook, sort key the replay's number, behind it an item for each shard. The
 * number is what makes two replays at the same time impossible: each takes the one behind the last, which must have ended.
 */
export const replaysTable = (options: TableOptions): ReplayStore => {
  const { update, ...jobs } = jobItems<ReplayRef, Replay, ShardProgress, ReplayEnd>(options, {
    keyOf: replayKeyOf,
    shardKeyOf,
    parse: ({ customerId }, found) => parseReplay(customerId, found),
    parseShard,
  });
  return {
    ...jobs,

    list: async (customerId, webhookId) => {
      const { client, tableName } = options;
      const { pk } = replayKeyOf({ webhookId, number: 1 });
      const found: ReplayWithShards[] = [];
      let shards: ShardProgress[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": pk },
            ScanIndexForward: false,
            ConsistentRead: true,
            ExclusiveStartKey: start,
          }),
        );
        for (const item of page.Items ?? []) {
          if (isShardItem(item)) {
            shards.unshift(parseShard(item));
            continue;
          }
          const replay = parseReplay(customerId, item);
          if (replay !== undefined) found.push({ replay, shards });
          shards = [];
        }
        start = page.LastEvaluatedKey;
      } while (start !== undefined && found.length < maxListedReplays);
      return found.slice(0, maxListedReplays);
    },

    reserve: async (ref, change) =>
      await update(ref, {
        expression: "SET scheduledUntil = :until",
        condition: "#state = :running AND scheduledUntil = :from",
        names: { "#state": "state" },
        values: { ":running": "running", ":from": change.from, ":until": change.until },
      }),
  };
};

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
  only: z.enum(replayChoices).exactOptional(),
  batchId: z.string().exactOptional(),
  filter: z
    .object({
      types: z.array(z.string()).exactOptional(),
      recipient: z.string().exactOptional(),
      messageId: z.string().exactOptional(),
    })
    .exactOptional(),
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
  recovery: z
    .object({
      position: z.object({ createdAt: z.string(), batchId: z.string() }).exactOptional(),
      rest: z.object({ batchId: z.string(), next: z.number() }).exactOptional(),
      batchIds: z.array(z.string()),
      unknown: z.number(),
      dropped: z.number(),
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
const replayKeyOf = ({ webhookId, number }: Pick<ReplayRef, "webhookId" | "number">) => ({
  pk: partitionOf(webhookId),
  sk: String(number).padStart(numberDigits, "0"),
});

/** Key of the item with a replay's progress in one shard; it sorts behind the replay's own. */
const shardKeyOf = (ref: ReplayRef, shard: string) => {
  const { pk, sk } = replayKeyOf(ref);
  return { pk, sk: `${sk}${separator}${shard}` };
};

/** Reads a replay; undefined for an item of another customer, although webhook ids are unique. */
const parseReplay = (customerId: string, found: Item): Replay | undefined => {
  const replay = replayItem.parse(found);
  return replay.customerId === customerId ? replay : undefined;
};

const parseShard = (found: Item): ShardProgress => shardItem.parse(found);

/** Whether an item of a webhook's replays is one of a shard. */
const isShardItem = (found: Item): boolean => "shard" in found;
