import { CfnOutput, Stack } from "aws-cdk-lib";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { ApiRoutes } from "./api-routes.ts";
import { Batching } from "./batching.ts";
import { Console } from "./console.ts";
import { Delivery } from "./delivery.ts";
import { DeliveryQueues } from "./delivery-queues.ts";
import { EventStream } from "./event-stream.ts";
import { Observability } from "./observability.ts";
import { Replay } from "./replay.ts";
import { RestApi } from "./rest-api.ts";
import { Storage } from "./storage.ts";

export interface WebhookStackProps {
  /**
   * Address that gets an e-mail when an alarm starts or ends, once its owner has confirmed the subscription.
   * @default none: alarms show in CloudWatch only
   */
  readonly alarmEmail?: string;
  /**
   * CIDR ranges that deliveries may reach besides public addresses, such as those of receivers in a network of yours.
   * @default none
   */
  readonly allowedTargetRanges?: readonly string[];
  /**
   * Whether the API also serves the web console.
   * @default true
   */
  readonly console?: boolean;
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
    const {
      console: withConsole = true,
      createApiLogRole = true,
      retainData = true,
      streamRetentionHours = 24,
    } = props;

    const storage = new Storage(this, "Storage", { retainData });
    const { stream } = new EventStream(this, "Events", { retainData, retentionHours: streamRetentionHours });
    const queues = new DeliveryQueues(this, "Queues");
    const restApi = new RestApi(this, "RestApi", {
      createLogRole: createApiLogRole,
      ...(props.publicBaseUrl === undefined ? {} : { publicBaseUrl: props.publicBaseUrl }),
    });
    const { allowedTargetRanges = [] } = props;
    const replay = new Replay(this, "Replay", { retries: queues.retries, storage, stream, streamRetentionHours });
    new ApiRoutes(this, "Routes", {
      allowedTargetRanges,
      replays: replay.queue,
      restApi,
      retries: queues.retries,
      storage,
      stream,
      streamRetentionHours,
    });
    if (withConsole) new Console(this, "Console", { restApi });
    const { batch } = new Batching(this, "Batching", { deliveries: queues.deliveries, storage, stream });
    const { deliver } = new Delivery(this, "Delivery", {
      allowedTargetRanges,
      queues,
      storage,
      ...(props.deliverReservedConcurrency === undefined
        ? {}
        : { reservedConcurrency: props.deliverReservedConcurrency }),
    });
    new Observability(this, "Observability", {
      accessLogs: restApi.accessLogs,
      api: restApi.api,
      batch,
      deadLetters: { ...queues.deadLetters, replays: replay.deadLetters },
      deliver,
      deliveries: queues.deliveries,
      functions: this.node.findAll().filter((construct) => construct instanceof LambdaFunction),
      retries: queues.retries,
      stream,
      ...(props.alarmEmail === undefined ? {} : { alarmEmail: props.alarmEmail }),
    });

    const outputs: Readonly<Record<string, readonly [string, string]>> = {
      ApiUrl: [`${restApi.baseUrl}/v1`, "Base URL of the REST API"],
      ...(withConsole ? { ConsoleUrl: [`${restApi.baseUrl}/console/`, "Web console"] as const } : {}),
      ApiKeysTableName: [storage.apiKeys.tableName, "Table of API keys"],
      BatchFunctionName: [batch.functionName, "Function that forms batches, by which failed windows are run again"],
      BatchesTableName: [storage.batches.tableName, "Table of batches and their attempts"],
      BucketName: [storage.bucket.bucketName, "Bucket of batch bodies, quarantine and failed windows"],
      DeliveriesDeadLettersUrl: [queues.deadLetters.deliveries.queueUrl, "Dead letters of first attempts"],
      ReplaysDeadLettersUrl: [replay.deadLetters.queueUrl, "Dead letters of replays"],
      RetriesDeadLettersUrl: [queues.deadLetters.retries.queueUrl, "Dead letters of retries"],
      StreamName: [stream.streamName, "Kinesis stream that producers put events on"],
      WebhooksTableName: [storage.webhooks.tableName, "Table of webhooks"],
    };
    for (const [name, [value, description]] of Object.entries(outputs)) {
      new CfnOutput(this, name, { value, description });
    }
  }
}
