import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { grants } from "#shared/contract/words.ts";
import { hashApiKey, shortKeyOf } from "#shared/api-key.ts";
import type { Runtime } from "../emulator/start-runtime.ts";
import { region } from "../emulator/template/resource-identity.ts";

/** Customer that the local key belongs to. */
const localCustomerId = "1";
/** The same at every start, so that a start with kept data replaces the key instead of adding one. */
const localKeyId = "00000000-0000-4000-8000-000000000001";

/** Stores an API key that may do everything. */
export const createApiKey = async ({ endpoints, functions }: Runtime, key: string): Promise<void> => {
  const tableName = functions
    .map(({ environment }) => environment["API_KEYS_TABLE"])
    .find((name) => name !== undefined);
  if (tableName === undefined) throw new Error("No function of the stack has a variable API_KEYS_TABLE");
  const dynamodb = new DynamoDBClient({ endpoint: endpoints.dynamodb, region, credentials: endpoints.credentials });
  await apiKeysTable({ client: DynamoDBDocumentClient.from(dynamodb), tableName }).put({
    keyHash: hashApiKey(key),
    id: localKeyId,
    customerId: localCustomerId,
    label: "local runtime",
    grants: [...grants],
    shortKey: shortKeyOf(key),
    createdAt: new Date().toISOString(),
  });
  dynamodb.destroy();
};
