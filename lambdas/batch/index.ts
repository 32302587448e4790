import { S3Client } from "@aws-sdk/client-s3";
import { batchEnv } from "#shared/contract/env.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { stuckRecords } from "#shared/adapters/s3/stuck-records.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { queueClient } from "#shared/adapters/sqs/queue-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";
import { routerCache } from "./form-batches.ts";

const env = parseEnv(batchEnv, process.env);
const bucket = { client: new S3Client(), bucketName: env.BUCKET_NAME };
const sqs = queueClient();
const webhooks = webhooksTable({ client: documentClient(), tableName: env.WEBHOOKS_TABLE });

export const handler = createHandler({
  webhooks: routerCache({ webhooks, maxAgeMs: env.DEFINITION_CACHE_SECONDS * 1_000, now: Date.now }),
  bodies: batchBodies(bucket),
  quarantine: quarantine(bucket),
  stuckRecords: stuckRecords(bucket),
  deliveries: deliveryQueue({ client: sqs, queueUrl: env.DELIVERIES_QUEUE_URL }),
  retries: deliveryQueue({ client: sqs, queueUrl: env.RETRIES_QUEUE_URL }),
  now: Date.now,
  telemetry: createTelemetry("batch"),
});
