import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { grants } from "#shared/contract/words.ts";
import { hashApiKey, shortKeyOf } from "#shared/api-key.ts";

interface KeyRequest {
  readonly dynamodb: DynamoDBClient;
  /** Name of the table of API keys. */
  readonly tableName: string;
  readonly key: string;
  readonly customerId: string;
}

/** Stores an API key that may do everything, for a customer that has no key yet. */
export const issueKey = async ({ dynamodb, tableName, key, customerId }: KeyRequest): Promise<void> =>
  await apiKeysTable({ client: documentClient(dynamodb), tableName }).put({
    keyHash: hashApiKey(key),
    id: crypto.randomUUID(),
    customerId,
    label: "test",
    grants: [...grants],
    shortKey: shortKeyOf(key),
    createdAt: new Date(0).toISOString(),
  });

/** The table of API keys among those that a runtime has created. */
export const apiKeysTableName = (tables: Readonly<Record<string, string>>): string => {
  const [, name] = Object.entries(tables).find(([logicalId]) => logicalId.includes("ApiKeys")) ?? [];
  if (name === undefined) throw new Error("There is no table of API keys.");
  return name;
};
