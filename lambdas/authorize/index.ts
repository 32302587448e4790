import { authorizeEnv } from "#shared/contract/env.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { portalLinksTable } from "#shared/adapters/dynamodb/portal-links-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(authorizeEnv, process.env);
const table = { client: documentClient(), tableName: env.API_KEYS_TABLE };

export const handler = createHandler({
  apiKeys: apiKeysTable(table),
  portalLinks: portalLinksTable(table),
  now: Date.now,
  telemetry: createTelemetry("authorize"),
});
