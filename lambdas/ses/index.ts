import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { requestCountsTable } from "#shared/adapters/dynamodb/request-counts-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { sesEnv } from "#shared/contract/env.ts";
import { parseEnv } from "#shared/runtime/parse-env.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "./handler.ts";

const env = parseEnv(sesEnv, process.env);

export const handler = createHandler({
  counts: requestCountsTable({ client: documentClient(), tableName: env.BATCHES_TABLE }),
  mapping: {
    customerId: env.SES_CUSTOMER,
    // The topic takes documents of the account's own mail only.
    isCustomerTagTrusted: true,
    tags: { customer: env.SES_CUSTOMER_TAG, subaccount: env.SES_SUBACCOUNT_TAG, campaign: env.SES_CAMPAIGN_TAG },
  },
  // It reaches SNS alone, which is public.
  outbound: outboundClient({ allowedRanges: [] }),
  now: Date.now,
  perSecond: env.KEY_REQUESTS_PER_SECOND,
  quarantine: quarantine({ client: new S3Client(), bucketName: env.BUCKET_NAME }),
  stream: eventStream({
    client: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    streamName: env.STREAM_NAME,
  }),
  telemetry: createTelemetry("ses"),
  topics: env.SES_TOPICS,
});
