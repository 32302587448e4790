import { CfnOutput, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { ApiRoutes } from "./api-routes.ts";
import { Batching } from "./batching.ts";
import { Delivery } from "./delivery.ts";
import { DeliveryQueues } from "./delivery-queues.ts";
import { EventStream } from "./event-stream.ts";
import { RestApi } from "./rest-api.ts";
import { Storage } from "./storage.ts";

export interface WebhookStackProps {
  /**
   * Whether the stack creates the role with which API Gateway writes logs and makes it the account's, which holds for
   * every API in the region. Without such a role a stage with logs cannot be created; turn it off where one is set.
   * @default true
   */
  readonly createApiLogRole?: boolean;
  /**
   * Concurrent executions reserved for `deliver`: at least 150, the sum of its mappings' maximum concurrency. Worth
   * setting where other functions may use up the account's quota. New accounts have quotas too small for it.
   * @default none: `deliver` shares the account's quota
   */
  readonly deliverReservedConcurrency?: number;
  /**
   * Base URL of the API in links, up to and including `/api`, when it has a domain of its own.
   * @default the URL that API Gateway gives
   */
  readonly publicBaseUrl?: string;
  /**
   * Whether tables, bucket, stream and key are protected and outlive the stack. Turn it off for trial stacks only.
   * @default true
   */
  readonly retainData?: boolean;
  /**
   * Hours that the stream keeps records, from 24 to 8,760.
   * @default 24
   */
  readonly streamRetentionHours?: number;
}

/** The whole system in one stack that knows neither account nor region. */
export class WebhookStack extends Stack {
  constructor(scope: Construct, id: string, props: WebhookStackProps = {}) {
    super(scope, id, { analyticsReporting: false, description: "Tidepost: event webhooks in batches" });
    const { createApiLogRole = true, retainData = true, streamRetentionHours = 24 } = props;

    const storage = new Storage(this, "Storage", { retainData });
    const { stream } = new EventStream(this, "Events", { retainData, retentionHours: streamRetentionHours });
    const queues = new DeliveryQueues(this, "Queues");
    const restApi = new RestApi(this, "RestApi", {
      createLogRole: createApiLogRole,
      ...(props.publicBaseUrl === undefined ? {} : { publicBaseUrl: props.publicBaseUrl }),
    });
    new ApiRoutes(this, "Routes", { restApi, storage, stream });
    new Batching(this, "Batching", { deliveries: queues.deliveries, storage, stream });
    new Delivery(this, "Delivery", {
      queues,
      storage,
      ...(props.deliverReservedConcurrency === undefined
        ? {}
        : { reservedConcurrency: props.deliverReservedConcurrency }),
    });

    const outputs = {
      ApiUrl: [`${restApi.baseUrl}/v1`, "Base URL of the REST API"],
      ApiKeysTableName: [storage.apiKeys.tableName, "Table of API keys"],
      BatchesTableName: [storage.batches.tableName, "Table of batches and their attempts"],
      BucketName: [storage.bucket.bucketName, "Bucket of batch bodies, quarantine and failed windows"],
      DeliveriesDeadLettersUrl: [queues.deadLetters.deliveries.queueUrl, "Dead letters of first attempts"],
      RetriesDeadLettersUrl: [queues.deadLetters.retries.queueUrl, "Dead letters of retries"],
      StreamName: [stream.streamName, "Kinesis stream that producers put events on"],
      WebhooksTableName: [storage.webhooks.tableName, "Table of webhooks"],
    } as const;
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description });
    }
  }
}
