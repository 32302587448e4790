import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ReplayStore, ReplayWithShards } from "#shared/stores.ts";
import type { Replay, ReplayRef, ShardProgress } from "#shared/delivery/replay.ts";
import { replayChoices, replayFailures, replayStates } from "#shared/contract/words.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";
import * as z from "zod";

/** Days that a replay stays readable. */
const keptDays = 14;
const daySeconds = 24 * 60 * 60;
/** Replays of one webhook that are listed. */
const maxListed = 100;

const ttlOf = ({ startedAt }: Pick<Replay, "startedAt">): number =>
  Math.floor(Date.parse(startedAt) / 1_000) + keptDays * daySeconds;

/**
 * Replays in the batches table: partition key webhook, sort key the replay's number, behind it an item for each shard. The
 * number is what makes two replays at the same time impossible: each takes the one behind the last, which must have ended.
 */
export const replaysTable = ({ client, tableName }: TableOptions): ReplayStore => {
  const update = async (ref: ReplayRef, change: Change): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: replayKeyOf(ref),
          UpdateExpression: change.expression,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: change.names,
          ExpressionAttributeValues: change.values,
        }),
      ),
    );

  const find = async (ref: ReplayRef): Promise<Replay | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: replayKeyOf(ref), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : parseReplay(ref.customerId, Item);
  };

  return {
    find,

    create: async (replay) =>
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...replayKeyOf(replay), ...replay, ttl: ttlOf(replay) },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        ),
      ),

    list: async (customerId, webhookId) => {
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
      } while (start !== undefined && found.length < maxListed);
      return found.slice(0, maxListed);
    },

    plan: async (ref, shards) =>
      await update(ref, {
        expression: "SET openShards = :shards, planned = :yes",
        condition: "#state = :running AND attribute_not_exists(planned)",
        names: { "#state": "state" },
        values: { ":shards": new Set(shards), ":yes": true, ":running": "running" },
      }),

    reserve: async (ref, change) =>
      await update(ref, {
        expression: "SET scheduledUntil = :until",
        condition: "#state = :running AND scheduledUntil = :from",
        names: { "#state": "state" },
        values: { ":running": "running", ":from": change.from, ":until": change.until },
      }),

    closeShard: async (ref, shard) => {
      await update(ref, {
        expression: "DELETE openShards :shard",
        condition: "attribute_exists(pk)",
        values: { ":shard": new Set([shard]) },
      });
      return (await find(ref))?.openShards === undefined;
    },

    end: async (ref, end) =>
      await update(ref, {
        expression: `SET #state = :state, endedAt = :at${end.reason === undefined ? "" : ", reason = :reason"}`,
        condition: "#state = :running",
        names: { "#state": "state" },
        values: {
          ":running": "running",
          ":state": end.state,
          ":at": new Date(end.at).toISOString(),
          ...(end.reason === undefined ? {} : { ":reason": end.reason }),
        },
      }),

    findShard: async (ref, shard) => {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: shardKeyOf(ref, shard), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : parseShard(Item);
    },

    putShard: async (replay, progress) =>
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...shardKeyOf(replay, progress.shard), ...progress, ttl: ttlOf(replay) },
            ConditionExpression:
              progress.revision === 1 ? "attribute_not_exists(pk)" : "attribute_exists(pk) AND revision = :before",
            ...(progress.revision === 1 ? {} : { ExpressionAttributeValues: { ":before": progress.revision - 1 } }),
          }),
        ),
      ),
  };
};

interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values: Record<string, unknown>;
}

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
const parseReplay = (customerId: string, found: Readonly<Record<string, unknown>>): Replay | undefined => {
  const replay = replayItem.parse(found);
  return replay.customerId === customerId ? replay : undefined;
};

const parseShard = (found: Readonly<Record<string, unknown>>): ShardProgress => shardItem.parse(found);

/** Whether an item of a webhook's replays is one of a shard. */
const isShardItem = (found: Readonly<Record<string, unknown>>): boolean => "shard" in found;
