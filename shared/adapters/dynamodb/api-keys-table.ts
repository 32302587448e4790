import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { type ApiKey, grants } from "#shared/domain/api-key.ts";
import type { TableOptions } from "./document-client.ts";

const item = z.object({
  keyHash: z.string(),
  id: z.string(),
  customerId: z.string().min(1),
  label: z.string(),
  grants: z.array(z.enum(grants)),
  shortKey: z.string(),
  createdAt: z.string(),
});

/** API keys by their hash. */
export const apiKeysTable = ({ client, tableName }: TableOptions) => ({
  find: async (keyHash: string): Promise<ApiKey | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: { keyHash } }));
    return Item === undefined ? undefined : item.parse(Item);
  },

  put: async (key: ApiKey): Promise<void> => {
    await client.send(new PutCommand({ TableName: tableName, Item: key }));
  },
});
