import { GetCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import {
  batchesByIdIndex,
  batchRowAttributes,
  batchSummaryAttributes,
  failedBatchesIndex,
  pendingBatchesIndex,
} from "#shared/contract/tables.ts";
import type { BatchPosition, BatchRecord, BatchSummary } from "#shared/delivery/record.ts";
import type { BatchState } from "#shared/contract/words.ts";
import type { BatchListing, BatchListQuery, BatchOriginQuery } from "#shared/stores.ts";
import * as z from "zod";
import { batchItem, batchKeyOf, parseOrigin, parseSummary, sortKeyOf } from "./batch-item.ts";
import type { TableOptions } from "./document-client.ts";
import { getAll } from "./get-all.ts";

interface BatchListingOptions extends TableOptions {
  /**
   * Requests that one page may take when a filter leaves most items out.
   * @default 20
   */
  readonly maxRequests?: number;
}

/** Items that one request looks at when a filter may leave most of them out. */
const filteredRequestItems = 1_000;
/** Sort keys begin with a digit of the year, and all of those lie between these two. */
const beforeAllTimes = "0";
const afterAllTimes = ":";
/** Pages of the index `pending`, about 8,000 batches each, that are counted of one webhook. */
const maxPendingRequests = 5;
const pendingItem = z.object({ createdAt: z.string(), events: z.number(), expiresAt: z.string() });
const tableKey = z.object({ pk: z.string(), sk: z.string() });
/** States that a batch only reaches by failing. */
const failedStates: ReadonlySet<BatchState> = new Set(["retrying", "split", "expired"]);

/** Reads batches for lists and by id. */
export const batchListing = ({ client, tableName, maxRequests = 20 }: BatchListingOptions): BatchListing => ({
  list: async (query) => {
    const range = rangeOf(query);
    if (range === undefined) return { batches: [] };
    const batches: BatchSummary[] = [];
    let start = range.start;
    for (let request = 0; request < maxRequests; request += 1) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          ...toQuery(query, range),
          ExclusiveStartKey: start,
          Limit: isFiltered(query) ? filteredRequestItems : query.limit + 1 - batches.length,
        }),
      );
      for (const found of Items) batches.push(parseSummary(query.webhookId, found));
      const last = batches[query.limit - 1];
      if (batches.length > query.limit && last !== undefined) {
        return { batches: batches.slice(0, query.limit), next: positionOf(last) };
      }
      if (LastEvaluatedKey === undefined) return { batches };
      start = LastEvaluatedKey;
    }
    return { batches, ...(start === undefined ? {} : { next: positionOfSortKey(String(start["sk"])) }) };
  },

  hasPending: async (webhookId, now) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: pendingBatchesIndex,
        KeyConditionExpression: "pendingWebhookId = :webhook",
        ExpressionAttributeValues: { ":webhook": webhookId },
        // What expires last is what has surely not ended.
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    return Items.some(({ ttl }) => Number(ttl) * 1_000 > now);
  },

  countPending: async (webhookId, now, slotMs) => {
    const slots = new Map<number, { batches: number; events: number }>();
    let batches = 0;
    let events = 0;
    let oldestAt: string | undefined;
    let nextExpiryAt: string | undefined;
    let start: Record<string, unknown> | undefined;
    for (let request = 0; request < maxPendingRequests; request += 1) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: pendingBatchesIndex,
          KeyConditionExpression: "pendingWebhookId = :webhook",
          FilterExpression: "#ttl > :now",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: { ":webhook": webhookId, ":now": now / 1_000 },
          ExclusiveStartKey: start,
        }),
      );
      for (const pending of Items.map((found) => pendingItem.parse(found))) {
        batches += 1;
        events += pending.events;
        nextExpiryAt ??= pending.expiresAt;
        if (oldestAt === undefined || pending.createdAt < oldestAt) oldestAt = pending.createdAt;
        if (slotMs === undefined) continue;
        const at = Math.floor(Date.parse(pending.expiresAt) / slotMs) * slotMs;
        const slot = slots.get(at) ?? { batches: 0, events: 0 };
        slots.set(at, { batches: slot.batches + 1, events: slot.events + pending.events });
      }
      start = LastEvaluatedKey;
      if (start === undefined) break;
    }
    return {
      batches,
      events,
      ...(oldestAt === undefined ? {} : { oldestAt }),
      ...(nextExpiryAt === undefined ? {} : { nextExpiryAt }),
      isComplete: start === undefined,
      ...(slotMs === undefined ? {} : { slots }),
    };
  },

  findById: async (webhookId, batchId, now) => await findBatch({ client, tableName }, { batchId, webhookId, now }),
  findAnywhere: async (batchId, now) => await findBatch({ client, tableName }, { batchId, now }),

  findMany: async (refs, now) => {
    const found = await getAll({ client, tableName }, refs.map(batchKeyOf), {
      attributes: ["pk", ...batchRowAttributes],
    });
    return found.filter(({ ttl }) => Number(ttl) * 1_000 > now).map((item) => parseSummary(String(item["pk"]), item));
  },

  listOrigins: async (query) => {
    const page = await client.send(new QueryCommand({ TableName: tableName, ...toOriginQuery(query) }));
    const origins = (page.Items ?? []).map(parseOrigin).filter((origin) => origin !== undefined);
    const last = page.LastEvaluatedKey;
    return { origins, ...(last === undefined ? {} : { next: positionOfSortKey(String(last["sk"])) }) };
  },
});

/** What an origin is made of: a chain's message is large, and its body is left out. */
const originPaths = {
  stretch: ["shard", "firstSequenceNumber", "lastSequenceNumber", "revision", "first", "next", "skip", "replayId"],
  chain: ["shard", "firstSequenceNumber", "lastSequenceNumber", "revision", "next", "events"],
} as const;

const toOriginQuery = (query: BatchOriginQuery): Omit<QueryCommandInput, "TableName"> => {
  const { webhookId, shard, from, to, after, now } = query;
  const fields = ["batchId", "createdAt", "state", "events", "closedBy", "stretch", "chain", "ttl"];
  const parts = [...new Set(Object.values(originPaths).flat())];
  const nested = Object.entries(originPaths).flatMap(([name, paths]) => paths.map((path) => `#${name}.#${path}`));
  const plain = fields.filter((name) => !(name in originPaths)).map((name) => `#${name}`);
  return {
    KeyConditionExpression: "pk = :webhook AND sk BETWEEN :low AND :high",
    FilterExpression: "#ttl > :now AND (#stretch.#shard = :shard OR #chain.#shard = :shard)",
    ProjectionExpression: [...plain, ...nested].join(", "),
    ExpressionAttributeNames: Object.fromEntries([...fields, ...parts].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ":webhook": webhookId,
      ":low": from,
      ":high": to ?? afterAllTimes,
      ":shard": shard,
      ":now": now / 1_000,
    },
    ExclusiveStartKey: after === undefined ? undefined : { pk: webhookId, sk: sortKeyOf(after) },
    ScanIndexForward: false,
  };
};

/** Ids follow from their batch, its webhook included, so that no two batches have the same. */
const findBatch = async (
  { client, tableName }: TableOptions,
  { batchId, webhookId, now }: { readonly batchId: string; readonly webhookId?: string; readonly now: number },
): Promise<BatchRecord | undefined> => {
  const ofWebhook = webhookId !== undefined;
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: batchesByIdIndex,
      KeyConditionExpression: ofWebhook ? "batchId = :batch AND pk = :webhook" : "batchId = :batch",
      ExpressionAttributeValues: { ":batch": batchId, ...(ofWebhook ? { ":webhook": webhookId } : {}) },
    }),
  );
  const [key] = Items;
  if (key === undefined) return undefined;
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: tableKey.parse(key) }));
  if (Item === undefined) return undefined;
  const { ttl, ...batch } = batchItem.parse(Item);
  return ttl * 1_000 > now ? batch : undefined;
};

interface Range {
  readonly low: string;
  readonly high: string;
  readonly start: Record<string, unknown> | undefined;
}

/** Sort keys to read and where to start; undefined when there are none. */
const rangeOf = (query: BatchListQuery): Range | undefined => {
  const low = query.from ?? beforeAllTimes;
  // A key is longer than the time that it begins with, so that this bound leaves out what was created at that time.
  const high = query.to ?? afterAllTimes;
  const after = query.after === undefined ? undefined : sortKeyOf(query.after);
  if (low > high) return undefined;
  const isOldestFirst = query.first === "oldest";
  if (after !== undefined && (isOldestFirst ? after >= high : after <= low)) return undefined;
  // DynamoDB refuses to start outside of the range.
  if (after === undefined || after > high || after < low) return { low, high, start: undefined };
  const indexKey = usesFailedIndex(query) ? { failedWebhookId: query.webhookId } : {};
  return { low, high, start: { pk: query.webhookId, sk: after, ...indexKey } };
};

const isFiltered = ({ states, reasons }: BatchListQuery): boolean => states !== undefined || reasons !== undefined;

/** Few batches fail, so that what can be answered from those alone never reads the others. */
const usesFailedIndex = ({ failedOnly = false, states, reasons }: BatchListQuery): boolean =>
  failedOnly || reasons !== undefined || (states?.every((state) => failedStates.has(state)) ?? false);

const toQuery = (query: BatchListQuery, { low, high }: Range): Omit<QueryCommandInput, "TableName"> => {
  const failed = usesFailedIndex(query);
  const states = Object.fromEntries((query.states ?? []).map((state) => [`:${state}`, state]));
  const inStates = query.states === undefined ? "" : ` AND #state IN (${Object.keys(states).join(", ")})`;
  const reasons = Object.fromEntries((query.reasons ?? []).map((reason) => [`:reason_${reason}`, reason]));
  const forReasons =
    query.reasons === undefined ? "" : ` AND #lastAttempt.#reason IN (${Object.keys(reasons).join(", ")})`;
  const attributes = failed ? batchSummaryAttributes : batchRowAttributes;
  const names = attributes.map((name) => [`#${name}`, name] as const);
  return {
    ...(failed ? { IndexName: failedBatchesIndex } : {}),
    KeyConditionExpression: `${failed ? "failedWebhookId" : "pk"} = :webhook AND sk BETWEEN :low AND :high`,
    FilterExpression: `#ttl > :now${inStates}${forReasons}`,
    ProjectionExpression: ["pk", "sk", ...names.map(([placeholder]) => placeholder)].join(", "),
    ExpressionAttributeNames: { ...Object.fromEntries(names), ...(forReasons === "" ? {} : { "#reason": "reason" }) },
    ExpressionAttributeValues: {
      ":webhook": query.webhookId,
      ":low": low,
      ":high": high,
      ":now": query.now / 1_000,
      ...states,
      ...reasons,
    },
    ScanIndexForward: query.first === "oldest",
  };
};

const positionOf = ({ createdAt, batchId }: BatchSummary): BatchPosition => ({ createdAt, batchId });

const positionOfSortKey = (sortKey: string): BatchPosition => {
  const [createdAt = "", batchId = ""] = sortKey.split("#");
  return { createdAt, batchId };
};
