import { S3Client } from "@aws-sdk/client-s3";
import { deliverEnv } from "#shared/contract/env.ts";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { chainsTable } from "#shared/adapters/dynamodb/chains-table.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { toldTable } from "#shared/adapters/dynamodb/told-table.ts";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { queueClient } from "#shared/adapters/sqs/queue-client.ts";
import { returnedMessages } from "#shared/adapters/sqs/returned-messages.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { kinesisClient } from "#shared/adapters/kinesis/kinesis-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";
import { settingsCache, subscriberCache, tokenCache } from "./caches.ts";

const env = parseEnv(deliverEnv, process.env);
const bucket = { client: new S3Client(), bucketName: env.BUCKET_NAME };
const client = documentClient();
const sqs = queueClient();
const targets = outboundClient({ allowedRanges: env.ALLOWED_TARGET_RANGES });
const webhooks = { client, tableName: env.WEBHOOKS_TABLE };
const told = toldTable(webhooks);
const batches = { client, tableName: env.BATCHES_TABLE };

export const handler = createHandler({
  batchLog: batchesTable(batches),
  chains: chainsTable(batches),
  bodies: batchBodies(bucket),
  keptBodies: keptBodies(bucket),
  maxKeepBodiesDays: env.MAX_KEEP_BODIES_DAYS,
  quarantine: quarantine(bucket),
  settings: settingsCache(deliverySettingsTable(webhooks)),
  health: webhooksTable(webhooks),
  told: { ...told, hasSubscriber: subscriberCache(told, Date.now) },
  stream: eventStream({ client: kinesisClient(), streamName: env.STREAM_NAME }),
  turns: turnsTable(webhooks),
  deliveryHours: deliveryHoursTable(batches),
  returned: returnedMessages(sqs),
  retries: deliveryQueue({ client: sqs, queueUrl: env.RETRIES_QUEUE_URL }),
  targets,
  tokens: tokenCache(accessTokens(targets), Date.now),
  clock: { scale: env.RETRY_SCALE },
  recordRetentionDays: env.RECORD_RETENTION_DAYS,
  now: Date.now,
  jitter: Math.random,
  telemetry: createTelemetry("deliver"),
});
