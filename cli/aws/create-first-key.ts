import { randomBytes, randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import type { Grant } from "#shared/contract/words.ts";
import { hashApiKey, type NewApiKey, shortKeyOf } from "#shared/api-key.ts";

const keyBytes = 32;

/** A key as it is shown, the one time that anything knows it. */
export interface CreatedKey {
  readonly key: string;
  readonly stored: NewApiKey;
}

/** Stores a new API key in a stack's table, with the AWS credentials and region of the environment. */
export const createFirstKey = async (request: {
  readonly tableName: string;
  readonly customerId: string;
  readonly grants: readonly Grant[];
  readonly label: string;
}): Promise<CreatedKey> => {
  const { tableName, customerId, grants, label } = request;
  const key = randomBytes(keyBytes).toString("hex");
  const stored: NewApiKey = {
    keyHash: hashApiKey(key),
    id: randomUUID(),
    customerId,
    label,
    grants,
    shortKey: shortKeyOf(key),
    createdAt: new Date().toISOString(),
  };
  const client = new DynamoDBClient();
  await apiKeysTable({ client: documentClient(client), tableName }).put(stored);
  client.destroy();
  return { key, stored };
};
