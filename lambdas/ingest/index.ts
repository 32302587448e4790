import { ingestEnv } from "#shared/contract/env.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { kinesisClient } from "#shared/adapters/kinesis/kinesis-client.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(ingestEnv, process.env);

export const handler = createHandler({
  counts: requestCountsTable({ client: documentClient(), tableName: env.BATCHES_TABLE }),
  now: Date.now,
  perSecond: env.KEY_REQUESTS_PER_SECOND,
  stream: eventStream({ client: kinesisClient(), streamName: env.STREAM_NAME }),
  telemetry: createTelemetry("ingest"),
});
