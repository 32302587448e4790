import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { ingestEnv } from "#shared/contract/env.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(ingestEnv, process.env);
// HTTP/1 suits single PutRecords calls, and emulators do not speak the client's default, HTTP/2.
const client = new KinesisClient({ requestHandler: new NodeHttpHandler() });

export const handler = createHandler({
  counts: requestCountsTable({ client: documentClient(), tableName: env.BATCHES_TABLE }),
  now: Date.now,
  perSecond: env.KEY_REQUESTS_PER_SECOND,
  stream: eventStream({ client, streamName: env.STREAM_NAME }),
  telemetry: createTelemetry("ingest"),
});
