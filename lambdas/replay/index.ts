import { setTimeout as delay } from "node:timers/promises";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { replayEnv } from "#shared/contract/env.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { replaysTable } from "#shared/adapters/dynamodb/replays-table.ts";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { shardTurnsTable } from "#shared/adapters/dynamodb/shard-turns-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { streamReader } from "#shared/adapters/kinesis/stream-reader.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { queueClient } from "#shared/adapters/sqs/queue-client.ts";
import { replayQueue } from "#shared/adapters/sqs/replay-queue.ts";
import { returnedMessages } from "#shared/adapters/sqs/returned-messages.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(replayEnv, process.env);
const client = documentClient();
const sqs = queueClient();

const webhooks = { client, tableName: env.WEBHOOKS_TABLE };
const batches = { client, tableName: env.BATCHES_TABLE };

export const handler = createHandler({
  batches: batchListing(batches),
  batchLog: batchesTable(batches),
  bodies: batchBodies({ client: new S3Client(), bucketName: env.BUCKET_NAME }),
  changes: changesTable(webhooks),
  events: streamReader({
    client: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    streamName: env.STREAM_NAME,
  }),
  replays: replaysTable(batches),
  searches: searchesTable(batches),
  retries: deliveryQueue({ client: sqs, queueUrl: env.RETRIES_QUEUE_URL }),
  returned: returnedMessages(sqs),
  jitter: Math.random,
  steps: replayQueue({ client: sqs, queueUrl: env.REPLAYS_QUEUE_URL }),
  turns: shardTurnsTable({ client, tableName: env.BATCHES_TABLE }),
  webhooks: webhooksTable(webhooks),
  streamName: env.STREAM_NAME,
  retentionHours: env.STREAM_RETENTION_HOURS,
  recordRetentionDays: env.RECORD_RETENTION_DAYS,
  now: Date.now,
  pause: delay,
  telemetry: createTelemetry("replay"),
});
