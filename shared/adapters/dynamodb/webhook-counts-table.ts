import * as z from "zod";
import { GetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { CountedWebhooks, WebhookCounts } from "#shared/stores.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const sortKeys = { all: "count", content: "content" } as const satisfies Record<CountedWebhooks, string>;
const keyOf = (customerId: string, counted: CountedWebhooks) => ({
  pk: `webhook-count#${customerId}`,
  sk: sortKeys[counted],
});
const item = z.object({
  webhooks: z.int(),
  /** When a webhook was counted last, Unix milliseconds. */
  addedAt: z.int().exactOptional(),
});

/** Longer than a request lasts: whatever was counted before is stored by then, or never will be. */
const settledMs = 60_000;

const onlyWithContent = {
  FilterExpression: "attribute_exists(#filter) OR attribute_exists(#fields) OR attribute_exists(#mask)",
  ExpressionAttributeNames: { "#filter": "filter", "#fields": "fields", "#mask": "mask" },
};

/** How often a count is made anew while others change it. */
const maxTries = 3;

/**
 * How many webhooks a customer has, and how many of them look into events, an item each in the webhooks table: counting ten
 * thousand for each new one would read them all. A crash between a webhook and its count leaves the count too high, so that a
 * minute later it is made anew before anybody is refused for it.
 */
export const webhookCountsTable = ({
  client,
  tableName,
  now = Date.now,
}: TableOptions & { /** Unix milliseconds. */ readonly now?: () => number }): WebhookCounts => {
  const add = async (customerId: string, counted: CountedWebhooks, max: number): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(customerId, counted),
          UpdateExpression: "SET webhooks = webhooks + :one, addedAt = :now",
          ConditionExpression: "webhooks < :max",
          ExpressionAttributeValues: { ":one": 1, ":max": max, ":now": now() },
        }),
      ),
    );

  const countAnew = async (customerId: string, counted: CountedWebhooks): Promise<number> => {
    let count = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :customer",
          ExpressionAttributeValues: { ":customer": customerId },
          ...(counted === "content" ? onlyWithContent : {}),
          Select: "COUNT",
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      count += page.Count ?? 0;
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return count;
  };

  /** Stores a count that was made anew, unless another request has changed the stored one meanwhile. */
  const replace = async (
    { customerId, counted }: { readonly customerId: string; readonly counted: CountedWebhooks },
    count: number,
    before: z.infer<typeof item> | undefined,
  ): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(customerId, counted),
          UpdateExpression: "SET webhooks = :count",
          ConditionExpression:
            before === undefined
              ? "attribute_not_exists(pk)"
              : "webhooks = :before AND (attribute_not_exists(addedAt) OR addedAt = :addedAt)",
          ExpressionAttributeValues: {
            ":count": count,
            ...(before === undefined ? {} : { ":before": before.webhooks, ":addedAt": before.addedAt ?? 0 }),
          },
        }),
      ),
    );

  return {
    add: async (customerId, counted, max) => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        if (await add(customerId, counted, max)) return true;
        const key = { TableName: tableName, Key: keyOf(customerId, counted), ConsistentRead: true };
        const { Item } = await client.send(new GetCommand(key));
        const before = Item === undefined ? undefined : item.parse(Item);
        // What was counted a moment ago may not be stored yet, and would be missing in a new count.
        if (before !== undefined && before.webhooks >= max && now() < (before.addedAt ?? 0) + settledMs) return false;
        const count = await countAnew(customerId, counted);
        if (count >= max) return false;
        await replace({ customerId, counted }, count, before);
      }
      return await add(customerId, counted, max);
    },

    subtract: async (customerId, counted) => {
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(customerId, counted),
            UpdateExpression: "SET webhooks = webhooks - :one",
            ConditionExpression: "webhooks > :none",
            ExpressionAttributeValues: { ":one": 1, ":none": 0 },
          }),
        ),
      );
    },
  };
};
