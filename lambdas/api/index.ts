import { randomUUID } from "node:crypto";
import { apiEnv } from "#shared/contract/env.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/delivery-settings-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(apiEnv, process.env);
const webhooks = { client: documentClient(), tableName: env.WEBHOOKS_TABLE };

export const handler = createHandler({
  webhooks: webhooksTable(webhooks),
  settings: deliverySettingsTable(webhooks),
  targets: outboundClient({ allowedRanges: env.ALLOWED_TARGET_RANGES }),
  baseUrl: env.API_BASE_URL,
  now: Date.now,
  newId: randomUUID,
  telemetry: createTelemetry("api"),
});
