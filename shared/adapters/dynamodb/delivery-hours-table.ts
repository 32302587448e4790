import { BatchGetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { metricsDays } from "#shared/contract/limits.ts";
import {
  type Counts,
  type DeliveryFact,
  type DeliveryHour,
  hourOf,
  latencyBoundOf,
  latencyBoundsMs,
} from "#shared/delivery/hours.ts";
import { failureReasons } from "#shared/contract/words.ts";
import { chunkBySize } from "#shared/delivery/batch.ts";
import type { DeliveryHourStore } from "#shared/stores.ts";
import type { TableOptions } from "./document-client.ts";

/** Hours that counters are kept: those that metrics may ask for, and time to spare. */
const keptHours = metricsDays * 24 + 24;
/** Limit of BatchGetItem. */
const maxKeys = 100;
const hourSeconds = 60 * 60;

const counter = z.number().default(0);
const item = z.object({
  sk: z.string(),
  delivered: counter,
  failed: counter,
  failedAttempts: counter,
  expired: counter,
  events: counter,
  firstFailureAt: z.string().exactOptional(),
  lastReason: z.enum(failureReasons).exactOptional(),
  lastExpiredAt: z.string().exactOptional(),
});

const partitionOf = (customerId: string): string => `hours#${customerId}`;
/** Attribute that counts the latencies up to a bound. */
const latencyAttribute = (bound: number): string => `upTo${bound}`;
/** Beginnings of the attributes that count what there are many kinds of. */
const prefixes = { statuses: "status_", reasons: "reason_", eventTypes: "type_" } as const;

/**
 * Counters of what happened to batches, an item per hour and webhook in the batches table: partition key customer, sort
 * key hour and webhook, so that one query brings what a summary of all webhooks needs, without reading a batch.
 */
export const deliveryHoursTable = ({ client, tableName }: TableOptions): DeliveryHourStore => {
  const getAll = async (keys: readonly Record<string, unknown>[]): Promise<readonly Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    let open = [...keys];
    while (open.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [tableName]: { Keys: open } } }),
      );
      items.push(...(Responses?.[tableName] ?? []));
      open = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return items;
  };

  return {
    count: async ({ customerId, webhookId, at, what }) => {
      const hour = hourOf(at);
      const counters = Object.entries(countersOf(what));
      const isFailure = what.kind !== "delivered";
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { pk: partitionOf(customerId), sk: `${hour}#${webhookId}` },
          UpdateExpression:
            `ADD ${counters.map(([name]) => `${name} :${name}`).join(", ")} SET #ttl = :ttl` +
            (isFailure ? ", firstFailureAt = if_not_exists(firstFailureAt, :at)" : "") +
            (what.kind === "failed" ? ", lastReason = :reason" : "") +
            (what.kind === "expired" ? ", lastExpiredAt = :at" : ""),
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: {
            ":ttl": Date.parse(hour) / 1_000 + keptHours * hourSeconds,
            ...Object.fromEntries(counters.map(([name, value]) => [`:${name}`, value])),
            ...(isFailure ? { ":at": new Date(at).toISOString() } : {}),
            ...(what.kind === "failed" ? { ":reason": what.reason } : {}),
          },
        }),
      );
    },

    find: async (wanted) => {
      const pk = partitionOf(wanted.customerId);
      const keys = wanted.hours.map((hour) => ({ pk, sk: `${hour}#${wanted.webhookId}` }));
      const chunks = chunkBySize(keys, { maxItems: maxKeys, maxBytes: Infinity, bytesOf: () => 0 });
      const found = await Promise.all(chunks.map((chunk) => getAll(chunk)));
      return found.flat().map((hour) => parseHour(hour));
    },

    list: async (customerId, fromHour) => {
      const hours: DeliveryHour[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :customer AND sk >= :from",
            ExpressionAttributeValues: { ":customer": partitionOf(customerId), ":from": fromHour },
            ExclusiveStartKey: start,
          }),
        );
        for (const found of page.Items ?? []) hours.push(parseHour(found));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return hours;
    },
  };
};

const countersOf = (what: DeliveryFact["what"]): Readonly<Record<string, number>> => {
  switch (what.kind) {
    case "delivered": {
      const types = Object.entries(what.eventTypes ?? {}).map(([type, count]) => [prefixes.eventTypes + type, count]);
      return {
        delivered: 1,
        events: what.events,
        ...attemptCounters(what),
        ...(Object.fromEntries(types) as Readonly<Record<string, number>>),
      };
    }
    case "failed": {
      const failed = what.attempt === 1 ? { failed: 1 } : {};
      return { ...failed, failedAttempts: 1, [prefixes.reasons + what.reason]: 1, ...attemptCounters(what) };
    }
    case "expired":
      return { expired: 1 };
  }
};

const attemptCounters = (attempt: { readonly status?: number | undefined; readonly durationMs: number }) => ({
  [latencyAttribute(latencyBoundOf(attempt.durationMs))]: 1,
  ...(attempt.status === undefined ? {} : { [`${prefixes.statuses}${attempt.status}`]: 1 }),
});

/** Counters by what follows a prefix in their attributes' names. */
const countsOf = (found: Readonly<Record<string, unknown>>, prefix: string): Counts =>
  Object.fromEntries(
    Object.entries(found)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), counter.parse(value)]),
  );

const parseHour = (found: Readonly<Record<string, unknown>>): DeliveryHour => {
  const { sk, ...counted } = item.parse(found);
  const [hour = "", webhookId = ""] = sk.split("#");
  const latencies = latencyBoundsMs.map((bound) => [bound, counter.parse(found[latencyAttribute(bound)])] as const);
  return {
    webhookId,
    hour,
    ...counted,
    latencies: Object.fromEntries(latencies),
    statuses: countsOf(found, prefixes.statuses),
    reasons: countsOf(found, prefixes.reasons),
    eventTypes: countsOf(found, prefixes.eventTypes),
  };
};
