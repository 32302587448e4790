import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { apiKeysByCustomerIndex } from "#shared/contract/tables.ts";
import type { ApiKey } from "#shared/api-key.ts";
import { grants } from "#shared/contract/words.ts";
import type { ApiKeyStore } from "#shared/stores.ts";
import { unlessConditionFails } from "./conditional-write.ts";
import type { TableOptions } from "./document-client.ts";

const item = z.object({
  keyHash: z.string(),
  id: z.string(),
  customerId: z.string().min(1),
  label: z.string(),
  grants: z.array(z.enum(grants)),
  shortKey: z.string(),
  createdAt: z.string(),
  revision: z.number(),
  lastUsedAt: z.string().exactOptional(),
});

/** API keys: partition key is the key's hash. The index by customer follows a little behind the table. */
export const apiKeysTable = ({ client, tableName }: TableOptions): ApiKeyStore => {
  // Consistent, so that a key works as soon as it is shown and stops when it is revoked.
  const find = async (keyHash: string): Promise<ApiKey | undefined> => {
    const command = new GetCommand({ TableName: tableName, Key: { keyHash }, ConsistentRead: true });
    const { Item } = await client.send(command);
    return Item === undefined ? undefined : item.parse(Item);
  };

  return {
    find,

    put: async (key) => {
      await client.send(new PutCommand({ TableName: tableName, Item: { ...key, revision: 1 } }));
    },

    findById: async (customerId, id) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: apiKeysByCustomerIndex,
          KeyConditionExpression: "customerId = :customerId AND id = :id",
          ExpressionAttributeValues: { ":customerId": customerId, ":id": id },
        }),
      );
      return Items[0] === undefined ? undefined : await find(item.parse(Items[0]).keyHash);
    },

    list: async (customerId) => {
      const keys: ApiKey[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: apiKeysByCustomerIndex,
            KeyConditionExpression: "customerId = :customerId",
            ExpressionAttributeValues: { ":customerId": customerId },
            ExclusiveStartKey: start,
          }),
        );
        for (const found of page.Items ?? []) keys.push(item.parse(found));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return keys;
    },

    change: async (before, after) => {
      return await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { keyHash: before.keyHash },
            UpdateExpression: "SET label = :label, grants = :grants, revision = :revision + :one",
            ConditionExpression: "revision = :revision",
            ExpressionAttributeValues: {
              ":label": after.label,
              ":grants": after.grants,
              ":revision": before.revision,
              ":one": 1,
            },
          }),
        ),
      );
    },

    noteUse: async (keyHash, { at, unlessSince }) => {
      await unlessConditionFails(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: { keyHash },
            UpdateExpression: "SET lastUsedAt = :at",
            ConditionExpression:
              "attribute_exists(keyHash) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :since)",
            ExpressionAttributeValues: { ":at": at, ":since": unlessSince },
          }),
        ),
      );
    },

    remove: async (keyHash) => {
      const command = new DeleteCommand({ TableName: tableName, Key: { keyHash }, ReturnValues: "ALL_OLD" });
      return (await client.send(command)).Attributes !== undefined;
    },
  };
};
