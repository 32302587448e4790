import { randomUUID } from "node:crypto";
import { apiEnv } from "#shared/contract/env.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/delivery-settings-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(apiEnv, process.env);
const client = documentClient();
const targets = outboundClient({ allowedRanges: env.ALLOWED_TARGET_RANGES });
const webhooks = { client, tableName: env.WEBHOOKS_TABLE };
const batches = { client, tableName: env.BATCHES_TABLE };

export const handler = createHandler({
  apiKeys: apiKeysTable({ client, tableName: env.API_KEYS_TABLE }),
  webhooks: webhooksTable(webhooks),
  settings: deliverySettingsTable(webhooks),
  batches: batchListing(batches),
  deliveryHours: deliveryHoursTable(batches),
  targets,
  tokens: accessTokens(targets),
  baseUrl: env.API_BASE_URL,
  now: Date.now,
  newId: randomUUID,
  telemetry: createTelemetry("api"),
});
