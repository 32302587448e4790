import * as z from "zod";
import { GetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { WebhookCounts } from "#shared/stores.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const keyOf = (customerId: string) => ({ pk: `webhook-count#${customerId}`, sk: "count" });
const item = z.object({ webhooks: z.int() });

/** How often a count is made anew while others change it. */
const maxTries = 3;

/**
 * How many webhooks a customer has, one item a customer in the webhooks table: counting ten thousand for each new one would
 * read them all. A crash between a webhook and its count leaves the count too high, so that it is made anew before anybody is
 * refused for it.
 */
export const webhookCountsTable = ({ client, tableName }: TableOptions): WebhookCounts => {
  const add = async (customerId: string, max: number): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(customerId),
          UpdateExpression: "SET webhooks = webhooks + :one",
          ConditionExpression: "webhooks < :max",
          ExpressionAttributeValues: { ":one": 1, ":max": max },
        }),
      ),
    );

  const countAll = async (customerId: string): Promise<number> => {
    let count = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :customer",
          ExpressionAttributeValues: { ":customer": customerId },
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
  const replace = async (customerId: string, count: number, before: number | undefined): Promise<boolean> =>
    await unlessConditionFails(
      client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(customerId),
          UpdateExpression: "SET webhooks = :count",
          ConditionExpression: before === undefined ? "attribute_not_exists(pk)" : "webhooks = :before",
          ExpressionAttributeValues: { ":count": count, ...(before === undefined ? {} : { ":before": before }) },
        }),
      ),
    );

  return {
    add: async (customerId, max) => {
      for (let tries = 0; tries < maxTries; tries += 1) {
        if (await add(customerId, max)) return true;
        const key = { TableName: tableName, Key: keyOf(customerId), ConsistentRead: true };
        const { Item } = await client.send(new GetCommand(key));
        const before = Item === undefined ? undefined : item.parse(Item).webhooks;
        const count = await countAll(customerId);
        if (count >= max) return false;
        await replace(customerId, count, before);
      }
      return await add(customerId, max);
    },

    subtract: async (customerId) => {
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(customerId),
            UpdateExpression: "SET webhooks = webhooks - :one",
            ConditionExpression: "webhooks > :none",
            ExpressionAttributeValues: { ":one": 1, ":none": 0 },
          }),
        ),
      );
    },
  };
};
