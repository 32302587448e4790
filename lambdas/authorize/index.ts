import { authorizeEnv } from "#shared/contract/env.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(authorizeEnv, process.env);

export const handler = createHandler({
  apiKeys: apiKeysTable({ client: documentClient(), tableName: env.API_KEYS_TABLE }),
  now: Date.now,
  telemetry: createTelemetry("authorize"),
});
