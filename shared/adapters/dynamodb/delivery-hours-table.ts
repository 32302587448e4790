import { QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { type DeliveryFact, type DeliveryHour, hourOf } from "#shared/domain/delivery-hours.ts";
import { failureReasons } from "#shared/domain/failure-reason.ts";
import { latencyBoundOf, latencyBoundsMs } from "#shared/domain/latency-histogram.ts";
import type { TableOptions } from "./document-client.ts";

/** Hours that counters are kept: a summary's 24 and time to spare. */
const keptHours = 48;
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
});

const partitionOf = (customerId: string): string => `hours#${customerId}`;
/** Attribute that counts the latencies up to a bound. */
const latencyAttribute = (bound: number): string => `upTo${bound}`;

/**
 * Counters of what happened to batches, an item per hour and webhook in the batches table: partition key customer, sort
 * key hour and webhook, so that one query brings what a summary of all webhooks needs, without reading a batch.
 */
export const deliveryHoursTable = ({ client, tableName }: TableOptions) => ({
  count: async ({ customerId, webhookId, at, what }: DeliveryFact): Promise<void> => {
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
          (what.kind === "failed" ? ", lastReason = :reason" : ""),
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

  /** The counters of all webhooks of a customer from an hour on. */
  list: async (customerId: string, fromHour: string): Promise<readonly DeliveryHour[]> => {
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
});

const countersOf = (what: DeliveryFact["what"]): Readonly<Record<string, number>> => {
  switch (what.kind) {
    case "delivered":
      return { delivered: 1, events: what.events, [latencyAttribute(latencyBoundOf(what.durationMs))]: 1 };
    case "failed": {
      const failed = what.attempt === 1 ? { failed: 1 } : {};
      return { ...failed, failedAttempts: 1, [latencyAttribute(latencyBoundOf(what.durationMs))]: 1 };
    }
    case "expired":
      return { expired: 1 };
  }
};

const parseHour = (found: Readonly<Record<string, unknown>>): DeliveryHour => {
  const { sk, ...counted } = item.parse(found);
  const [hour = "", webhookId = ""] = sk.split("#");
  const latencies = latencyBoundsMs.map((bound) => [bound, counter.parse(found[latencyAttribute(bound)])] as const);
  return { webhookId, hour, ...counted, latencies: Object.fromEntries(latencies) };
};
