import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { metricsDays } from "#shared/contract/limits.ts";
import {
  type Counts,
  type DeliveryFact,
  type DeliveryHour,
  type DetailedHour,
  hourOf,
  latencyBoundOf,
  latencyBoundsMs,
  type MinutedHour,
} from "#shared/delivery/hours.ts";
import { isMinuteCounter, minuteCounters, minutesIn } from "#shared/delivery/minutes.ts";
import { failureReasons } from "#shared/contract/words.ts";
import type { DeliveryHourStore } from "#shared/stores.ts";
import type { TableOptions } from "./document-client.ts";
import { getAll } from "./get-all.ts";

/** Hours that counters are kept: those that metrics may ask for, and time to spare. */
const keptHours = metricsDays * 24 + 24;
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

const expiryItem = z.object({ sk: z.string(), lastExpiredAt: z.string() });

const partitionOf = (customerId: string): string => `hours#${customerId}`;
/** Partition with an item for each webhook of a customer of which a batch has expired in the last day or so. */
const expiriesOf = (customerId: string): string => `expired#${customerId}`;
/** Longer than a summary looks back. */
const expiryKeptMs = 25 * hourSeconds * 1_000;
/** Attribute that counts the latencies up to a bound. */
const latencyAttribute = (bound: number): string => `upTo${bound}`;
/** What summaries of many webhooks look at: the rest, by minute, status and type, is three quarters of an item. */
const summaryAttributes = [...Object.keys(item.shape), ...latencyBoundsMs.map((bound) => latencyAttribute(bound))];
/** Beginnings of the attributes that count what there are many kinds of. */
const prefixes = { statuses: "status_", reasons: "reason_", eventTypes: "type_" } as const;

/**
 * Counters of what happened to batches, an item per hour and webhook in the batches table: partition key customer, sort
 * key hour and webhook, so that one query brings what a summary of all webhooks needs, without reading a batch.
 */
export const deliveryHoursTable = (options: TableOptions): DeliveryHourStore => {
  const { client, tableName } = options;

  const noteExpiry = async (customerId: string, webhookId: string, at: number): Promise<void> => {
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: { pk: expiriesOf(customerId), sk: webhookId },
        UpdateExpression: "SET lastExpiredAt = :at, #ttl = :ttl",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":at": new Date(at).toISOString(),
          ":ttl": Math.ceil((at + expiryKeptMs) / 1_000),
        },
      }),
    );
  };
  /** What a query finds, a megabyte at a time. */
  const pagesOf = async function* (
    condition: string,
    values: Readonly<Record<string, string>>,
    attributes?: readonly string[],
  ): AsyncGenerator<readonly Record<string, unknown>[]> {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: condition,
          ExpressionAttributeValues: values,
          ExclusiveStartKey: start,
          ProjectionExpression: attributes?.join(", "),
        }),
      );
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  };
  const queryAll = async (
    pk: string,
    from: string,
    attributes?: readonly string[],
  ): Promise<readonly Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = [];
    const pages = pagesOf("pk = :pk AND sk >= :from", { ":pk": pk, ":from": from }, attributes);
    for await (const items of pages) found.push(...items);
    return found;
  };
  return {
    count: async ({ customerId, webhookId, at, what }) => {
      if (what.kind === "expired") await noteExpiry(customerId, webhookId, at);
      const hour = hourOf(at);
      // In the same write: what an hour has counted, its minutes have.
      const counters = Object.entries({ ...countersOf(what), ...minuteCounters({ at, what }) });
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

    find: async (wanted) =>
      (await getAll(options, keysOf(wanted), { attributes: summaryAttributes })).map((found) => hourIn(found)),

    findWhole: async (wanted) => (await getAll(options, keysOf(wanted))).map((found) => minutedHourIn(found)),

    sum: async (customerId, hour, isCounted) => {
      const sums = new Map<string, number>();
      const read = pagesOf("pk = :pk AND begins_with(sk, :hour)", {
        ":pk": partitionOf(customerId),
        ":hour": `${hour}#`,
      });
      for await (const items of read) {
        for (const { sk, ttl: _, ...counters } of items) {
          if (!isCounted(String(sk).slice(hour.length + 1))) continue;
          for (const [name, value] of Object.entries(counters)) {
            if (typeof value === "number" && !isMinuteCounter(name)) sums.set(name, (sums.get(name) ?? 0) + value);
          }
        }
      }
      return sums.size === 0 ? undefined : detailedHourIn({ sk: `${hour}#`, ...Object.fromEntries(sums) });
    },

    list: async (customerId, fromHour) =>
      (await queryAll(partitionOf(customerId), fromHour, summaryAttributes)).map((found) => hourIn(found)),

    listExpiries: async (customerId, since) => {
      const found = (await queryAll(expiriesOf(customerId), " ")).map((expiry) => expiryItem.parse(expiry));
      const recent = found.filter(({ lastExpiredAt }) => lastExpiredAt >= since);
      return new Map(recent.map(({ sk, lastExpiredAt }) => [sk, lastExpiredAt]));
    },
  };
};

const keysOf = ({ customerId, webhookIds, hours }: Parameters<DeliveryHourStore["find"]>[0]) => {
  const pk = partitionOf(customerId);
  return webhookIds.flatMap((webhookId) => hours.map((hour) => ({ pk, sk: `${hour}#${webhookId}` })));
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

const hourIn = (found: Readonly<Record<string, unknown>>): DeliveryHour => {
  const { sk, ...counted } = item.parse(found);
  const [hour = "", webhookId = ""] = sk.split("#");
  const latencies = latencyBoundsMs.map((bound) => [bound, counter.parse(found[latencyAttribute(bound)])] as const);
  return {
    webhookId,
    hour,
    ...counted,
    latencies: Object.fromEntries(latencies),
  };
};

const detailedHourIn = (found: Readonly<Record<string, unknown>>): DetailedHour => ({
  ...hourIn(found),
  statuses: countsOf(found, prefixes.statuses),
  reasons: countsOf(found, prefixes.reasons),
  eventTypes: countsOf(found, prefixes.eventTypes),
});

const minutedHourIn = (found: Readonly<Record<string, unknown>>): MinutedHour => {
  const hour = detailedHourIn(found);
  return { ...hour, minutes: minutesIn(hour.hour, found) };
};
