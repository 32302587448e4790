import { Duration } from "aws-cdk-lib";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import {
  type Function as LambdaFunction,
  type IEventSourceDlq,
  MetricType,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { KinesisEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { batchTimeoutSeconds } from "#shared/contract/limits.ts";
import { allow, nodeFunction } from "./node-function.ts";
import type { Storage } from "./storage.ts";

/** The largest that Lambda takes. */
const maxRecordAgeHours = 7 * 24;

export interface BatchingProps {
  readonly deliveries: Queue;
  readonly retries: Queue;
  /** Windows of one shard that are read at once, each by its share of the partition keys. */
  readonly parallelizationFactor: number;
  /**
   * Concurrent executions set aside for `batch`.
   * @default none
   */
  readonly reservedConcurrency?: number | undefined;
  /** Hours that the stream keeps a record. */
  readonly retentionHours: number;
  readonly storage: Storage;
  readonly stream: IStream;
  /** Most records of a window. */
  readonly windowRecords: number;
  /** Longest that a window stays open. */
  readonly windowSeconds: number;
}

/** From the stream to the queues of delivery: the `batch` function and its Kinesis mapping. */
export class Batching extends Construct {
  readonly batch: LambdaFunction;
  /** The mapping that reads the stream. */
  readonly mapping: string;

  constructor(scope: Construct, id: string, props: BatchingProps) {
    super(scope, id);
    const { deliveries, retries, storage, stream } = props;
    const { bucket, webhooks } = storage;
    const batch = nodeFunction(this, "batch", {
      description: "reads windows of the stream, forms batches and hands them to the queues of deliveries and retries.",
      // One whole vCPU: a window is CPU-bound work in a single thread.
      memoryMb: 1_769,
      timeoutSeconds: batchTimeoutSeconds,
      reservedConcurrency: props.reservedConcurrency,
      environment: {
        BUCKET_NAME: bucket.bucketName,
        DELIVERIES_QUEUE_URL: deliveries.queueUrl,
        RETRIES_QUEUE_URL: retries.queueUrl,
        WEBHOOKS_TABLE: webhooks.tableName,
      },
    });
    this.batch = batch;
    allow(batch, ["dynamodb:Query"], [webhooks.tableArn]);
    storage.allowWebhooksKey(batch, "read");
    allow(batch, ["sqs:SendMessage"], [deliveries.queueArn, retries.queueArn]);
    // Lambda writes failed windows with the function's role, under a prefix of its own choice. It asks for ListBucket.
    storage.allowObjects(batch, ["s3:PutObject"], ["batches/", "begun/", "quarantine/", "aws/lambda/"]);
    allow(batch, ["s3:ListBucket"], [bucket.bucketArn]);

    const onFailure: IEventSourceDlq = { bind: () => ({ destination: bucket.bucketArn }) };
    const source = new KinesisEventSource(stream, {
      batchSize: props.windowRecords,
      maxBatchingWindow: Duration.seconds(props.windowSeconds),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // As often as it takes until then: an outage of AWS must pass without anybody's hands. An hour before the stream drops
      // them: what is given up by age can still be read, and put aside.
      maxRecordAge: Duration.hours(Math.min(props.retentionHours - 1, maxRecordAgeHours)),
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      // LATEST could miss records that arrive while the mapping is being created.
      startingPosition: StartingPosition.TRIM_HORIZON,
      parallelizationFactor: props.parallelizationFactor,
      onFailure,
    });
    batch.addEventSource(source);
    this.mapping = source.eventSourceMappingId;
  }
}
