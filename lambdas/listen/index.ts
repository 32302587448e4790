import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { listenEnv } from "#shared/contract/env.ts";
import { maxPollShards } from "#shared/contract/limits.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { pollSlotsTable } from "#shared/adapters/dynamodb/poll-slots-table.ts";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(listenEnv, process.env);
const client = documentClient();

export const handler = createHandler({
  counts: requestCountsTable({ client, tableName: env.BATCHES_TABLE }),
  events: streamReader({
    client: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    streamName: env.STREAM_NAME,
  }),
  maxShards: maxPollShards,
  newId: randomUUID,
  now: Date.now,
  pause: delay,
  perSecond: env.KEY_REQUESTS_PER_SECOND,
  retentionHours: env.STREAM_RETENTION_HOURS,
  slots: pollSlotsTable({ client, tableName: env.BATCHES_TABLE }),
  streamName: env.STREAM_NAME,
  telemetry: createTelemetry("listen"),
  webhooks: webhooksTable({ client, tableName: env.WEBHOOKS_TABLE }),
});
