import * as z from "zod";
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { compressions } from "#shared/contract/words.ts";
import type { SettingsStore } from "#shared/stores.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const authentication = z.discriminatedUnion("type", [
  z.object({ type: z.literal("none") }),
  z.object({ type: z.literal("basic"), username: z.string(), password: z.string() }),
  z.object({
    type: z.literal("oauth2"),
    url: z.string(),
    body: z.record(z.string(), z.json()),
    contentType: z.enum(["application/x-www-form-urlencoded", "application/json"]),
    headers: z.record(z.string(), z.string()),
  }),
]);

const signing = z.object({
  secret: z.string(),
  rotated: z.array(z.object({ secret: z.string(), until: z.number() })),
});

/** Delivery settings as they are stored, masked or not. */
export const deliverySettings = z.object({
  target: z.string(),
  authToken: z.string(),
  auth: authentication,
  customHeaders: z.record(z.string(), z.string()),
  signing: signing.exactOptional(),
  compression: z.enum(compressions).exclude(["none"]).exactOptional(),
});

const item = z.object({ settings: deliverySettings });
const key = z.object({ revision: z.number() });

const partitionOf = (webhookId: string): string => `settings#${webhookId}`;
const sortOf = (revision: number): string => String(revision).padStart(9, "0");
const keyOf = (webhookId: string, revision: number) => ({ pk: partitionOf(webhookId), sk: sortOf(revision) });

/**
 * Delivery settings, one immutable item per webhook and revision in the webhooks table, so that a queued batch keeps the
 * target and the secrets of its time. Superseded revisions end by TTL.
 */
export const deliverySettingsTable = ({ client, tableName }: TableOptions): SettingsStore => ({
  put: async ({ webhookId, revision, settings }) => {
    return await unlessConditionFails(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...keyOf(webhookId, revision), revision, settings },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      ),
    );
  },

  find: async (webhookId, revision) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyOf(webhookId, revision), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : item.parse(Item).settings;
  },

  retire: async (webhookId, options) => {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          FilterExpression: "attribute_not_exists(#ttl)",
          ExpressionAttributeValues: { ":pk": partitionOf(webhookId) },
          ProjectionExpression: "revision",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      const superseded = (page.Items ?? []).map((found) => key.parse(found).revision);
      for (const revision of superseded.filter((found) => found !== options.keep)) {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(webhookId, revision),
            UpdateExpression: "SET #ttl = :ttl",
            ExpressionAttributeNames: { "#ttl": "ttl" },
            ExpressionAttributeValues: { ":ttl": options.ttl },
          }),
        );
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  },
});
