import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { runningSearchesPrefix, searchPrefix } from "#shared/contract/tables.ts";
import { missingReasons, searchStates, searchWaits } from "#shared/contract/words.ts";
import {
  type Match,
  matchIdOf,
  type Search,
  type SearchProgress,
  type SearchRef,
  type TestedRules,
} from "#shared/delivery/search.ts";
import type { SearchEnd, SearchStore } from "#shared/job-stores.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";
import { type Item, jobItems, jobTtlOf } from "./job-items.ts";
import * as z from "zod";

/**
 * Searches in the batches table: a partition for each, with an item for the search, one for each shard, and one for each event
 * that was found. Another partition for each customer has the ids of those that are under way.
 */
export const searchesTable = (options: TableOptions): SearchStore => {
  const { client, tableName } = options;
  const { update: _update, ...jobs } = jobItems<SearchRef, Search, SearchProgress, SearchEnd>(options, {
    keyOf: searchKeyOf,
    shardKeyOf,
    parse: ({ customerId }, found) => {
      const search = searchItem.parse(found);
      return search.customerId === customerId ? search : undefined;
    },
    parseShard: (found) => shardItem.parse(found),
  });

  const list = async (ref: SearchRef, prefix: string): Promise<readonly Item[]> => {
    const items: Item[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
          ExpressionAttributeValues: { ":pk": searchKeyOf(ref).pk, ":prefix": prefix },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  };

  return {
    ...jobs,
    listShards: async (ref) => (await list(ref, shardPrefix)).map((found) => shardItem.parse(found)),

    putMatch: async (search, match) => {
      const known = match.whereabouts?.length;
      await unlessConditionFails(
        client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...matchKeyOf(search, matchIdOf(match)), ...match, ttl: jobTtlOf(search) },
            ...(known === undefined
              ? { ConditionExpression: "attribute_not_exists(pk)" }
              : {
                  ConditionExpression:
                    "(attribute_not_exists(isLookedUp) OR isLookedUp = :no) AND " +
                    "(attribute_not_exists(whereabouts) OR size(whereabouts) <= :known)",
                  ExpressionAttributeValues: { ":no": false, ":known": known },
                }),
          }),
        ),
      );
    },

    findMatch: async (ref, matchId) => {
      const { Item: found } = await client.send(
        new GetCommand({ TableName: tableName, Key: matchKeyOf(ref, matchId), ConsistentRead: true }),
      );
      return found === undefined ? undefined : matchItem.parse(found);
    },

    listMatches: async (ref) =>
      (await list(ref, matchPrefix))
        .map((found): Match => matchItem.parse(found))
        .toSorted((a, b) => a.arrivedAt - b.arrivedAt || matchIdOf(a).localeCompare(matchIdOf(b))),

    begin: async ({ customerId, searchId }, max) =>
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: runningKeyOf(customerId),
            UpdateExpression: "ADD running :search",
            ConditionExpression: "attribute_not_exists(running) OR size(running) < :max",
            ExpressionAttributeValues: { ":search": new Set([searchId]), ":max": max },
          }),
        ),
      ),

    listBegun: async (customerId) => {
      const { Item: found } = await client.send(
        new GetCommand({ TableName: tableName, Key: runningKeyOf(customerId), ConsistentRead: true }),
      );
      return [...(runningItem.parse(found ?? {}).running ?? [])];
    },

    leave: async ({ customerId, searchId }) => {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: runningKeyOf(customerId),
          UpdateExpression: "DELETE running :search",
          ExpressionAttributeValues: { ":search": new Set([searchId]) },
        }),
      );
    },
  };
};

const runningItem = z.object({ running: z.set(z.string()).exactOptional() });

const searchItem = z.object({
  searchId: z.string(),
  customerId: z.string(),
  state: z.enum(searchStates),
  from: z.string(),
  to: z.string(),
  isFromCut: z.boolean(),
  dryRun: z.boolean(),
  criteria: z.object({
    types: z.array(z.string()).exactOptional(),
    recipient: z.string().exactOptional(),
    messageId: z.string().exactOptional(),
    id: z.string().exactOptional(),
    eventId: z.string().exactOptional(),
    transmissionId: z.string().exactOptional(),
    campaignId: z.string().exactOptional(),
    subaccountId: z.number().exactOptional(),
  }),
  tested: z.custom<TestedRules>().exactOptional(),
  actsFor: z.number().exactOptional(),
  startedAt: z.string(),
  endedAt: z.string().exactOptional(),
  openShards: z.set(z.string()).exactOptional(),
});

const place = z.object({
  shard: z.string(),
  sequenceNumber: z.string(),
  item: z.number(),
  event: z.number(),
  arrivedAt: z.number(),
  type: z.string(),
  subaccountId: z.string().exactOptional(),
  about: z.string().exactOptional(),
});

const matchItem = place.extend({
  fields: z.record(z.string(), z.string()),
  bytes: z.number(),
  text: z.string().exactOptional(),
  whereabouts: z
    .array(
      z.object({
        webhookId: z.string(),
        batches: z.array(z.object({ createdAt: z.string(), batchId: z.string() })),
        isExact: z.boolean(),
        isCut: z.literal(true).exactOptional(),
        missing: z.enum(missingReasons).exactOptional(),
      }),
    )
    .exactOptional(),
  takers: z.number().exactOptional(),
  isLookedUp: z.boolean().exactOptional(),
  lookedUpAt: z.string().exactOptional(),
  isLeftOut: z.literal(true).exactOptional(),
});

const shardItem = z.object({
  shard: z.string(),
  revision: z.number(),
  after: z.string().exactOptional(),
  readTo: z.string(),
  isInGap: z.boolean(),
  isDone: z.boolean(),
  records: z.number(),
  bytes: z.number(),
  estimate: z.object({ records: z.number(), bytes: z.number(), readMs: z.number() }).exactOptional(),
  found: z.number(),
  open: z.array(place),
  webhooks: z.number(),
  counted: z.array(z.tuple([z.string(), z.union([z.number(), z.enum(["none", "unknown"])])])).exactOptional(),
  counts: z
    .object({ events: z.number(), ofTypes: z.number(), taken: z.number(), inflatedBytes: z.number() })
    .exactOptional(),
  droppedTo: z.string().exactOptional(),
  isStopped: z.boolean(),
  waitsFor: z.enum(searchWaits).exactOptional(),
});

const shardPrefix = "shard#";
const matchPrefix = "match#";

const searchKeyOf = ({ searchId }: Pick<SearchRef, "searchId">) => ({ pk: `${searchPrefix}${searchId}`, sk: "search" });
const shardKeyOf = (ref: SearchRef, shard: string) => ({ ...searchKeyOf(ref), sk: `${shardPrefix}${shard}` });
const matchKeyOf = (ref: SearchRef, matchId: string) => ({ ...searchKeyOf(ref), sk: `${matchPrefix}${matchId}` });
const runningKeyOf = (customerId: string) => ({ pk: `${runningSearchesPrefix}${customerId}`, sk: "running" });
