import { randomBytes, randomUUID } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { apiEnv } from "#shared/contract/env.ts";
import { apiKeysTable } from "#shared/adapters/dynamodb/api-keys-table.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { portalLinksTable } from "#shared/adapters/dynamodb/portal-links-table.ts";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { replaysTable } from "#shared/adapters/dynamodb/replays-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { toldTable } from "#shared/adapters/dynamodb/told-table.ts";
import { webhookCountsTable } from "#shared/adapters/dynamodb/webhook-counts-table.ts";
import { maxContentWebhooks, maxWebhooks, testUploadTimeoutMs } from "#shared/contract/limits.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { kinesisClient } from "#shared/adapters/kinesis/kinesis-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { queueClient } from "#shared/adapters/sqs/queue-client.ts";
import { replayQueue } from "#shared/adapters/sqs/replay-queue.ts";
import { signingKeyBytes, signingSecretOf } from "#shared/webhooks/settings.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(apiEnv, process.env);
const client = documentClient();
const sqs = queueClient();
const targets = outboundClient({
  allowedRanges: env.ALLOWED_TARGET_RANGES,
  clocks: { uploadTimeoutMs: testUploadTimeoutMs },
});
const webhooks = { client, tableName: env.WEBHOOKS_TABLE };
const batches = { client, tableName: env.BATCHES_TABLE };
const bucket = { client: new S3Client(), bucketName: env.BUCKET_NAME };

export const handler = createHandler({
  apiKeys: apiKeysTable({ client, tableName: env.API_KEYS_TABLE }),
  portalLinks: portalLinksTable({ client, tableName: env.API_KEYS_TABLE }),
  webhooks: webhooksTable(webhooks),
  changes: changesTable(webhooks),
  told: toldTable(webhooks),
  stream: eventStream({ client: kinesisClient(), streamName: env.STREAM_NAME }),
  webhookCounts: webhookCountsTable(webhooks),
  maxWebhooks,
  maxContentWebhooks,
  settings: deliverySettingsTable(webhooks),
  batches: batchListing(batches),
  batchLog: batchesTable(batches),
  bodies: batchBodies(bucket),
  keptBodies: keptBodies(bucket),
  maxKeepBodiesDays: env.MAX_KEEP_BODIES_DAYS,
  retries: deliveryQueue({ client: sqs, queueUrl: env.RETRIES_QUEUE_URL }),
  deliveryHours: deliveryHoursTable(batches),
  replays: replaysTable(batches),
  searches: searchesTable(batches),
  replaySteps: replayQueue({ client: sqs, queueUrl: env.REPLAYS_QUEUE_URL }),
  retentionHours: env.STREAM_RETENTION_HOURS,
  windowSeconds: env.BATCH_WINDOW_SECONDS,
  clock: { scale: env.RETRY_SCALE },
  targets,
  tokens: accessTokens(targets),
  baseUrl: env.API_BASE_URL,
  hasDocuments: env.HAS_DOCUMENTS,
  isPortalFramed: env.PORTAL_IS_FRAMED,
  now: Date.now,
  newId: randomUUID,
  randomBytes,
  newSigningSecret: () => signingSecretOf(randomBytes(signingKeyBytes)),
  counts: requestCountsTable(batches),
  perSecond: env.KEY_REQUESTS_PER_SECOND,
  telemetry: createTelemetry("api"),
});
