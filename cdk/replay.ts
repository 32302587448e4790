import { Duration, Validations } from "aws-cdk-lib";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import { type Function as LambdaFunction, RecursiveLoop } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { replayTimeoutSeconds } from "#shared/contract/limits.ts";
import { batchesByIdIndex, failedBatchesIndex } from "#shared/contract/tables.ts";
import { allow, nodeFunction } from "./node-function.ts";
import { queueWithDeadLetters, redriveWhenEnabled } from "./queue-with-dead-letters.ts";
import type { Storage } from "./storage.ts";

/** Shards that are read at once, each by one replay: replays wait for each other rather than take the stream from live delivery. */
const replaysConcurrency = 5;

export interface ReplayProps {
  /** Days after which the record of a batch ends. */
  readonly recordRetentionDays: number;
  readonly retries: Queue;
  readonly storage: Storage;
  readonly stream: IStream;
  /** Hours that the stream keeps a record. */
  readonly streamRetentionHours: number;
}

/** From the stream to the `retries` queue once more: the `replay` function with the queue of its steps. */
export class Replay extends Construct {
  readonly deadLetters: Queue;
  readonly queue: Queue;
  /** Mapping that takes the dead letters once it is turned on. */
  readonly redriveMapping: string;
  readonly replay: LambdaFunction;

  constructor(scope: Construct, id: string, props: ReplayProps) {
    super(scope, id);
    const { recordRetentionDays, retries, storage, stream, streamRetentionHours } = props;
    const { batches, bucket, webhooks } = storage;
    const { deadLetters, queue } = queueWithDeadLetters(this, "Steps", {
      visibilityTimeoutSeconds: 6 * replayTimeoutSeconds,
    });
    this.deadLetters = deadLetters;
    this.queue = queue;
    const replay = nodeFunction(this, "replay", {
      description:
        "reads the stream once more: for a webhook, whose batches it hands to the retries queue, or to find events.",
      // One whole vCPU: a window is CPU-bound work in a single thread.
      memoryMb: 1_769,
      timeoutSeconds: replayTimeoutSeconds,
      // A replay is a chain of steps, each of which sends the next one. Lambda's loop detection would end it after 16; the
      // end of the time range ends it here, or its being cancelled.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        BATCHES_TABLE: batches.tableName,
        BUCKET_NAME: bucket.bucketName,
        RECORD_RETENTION_DAYS: String(recordRetentionDays),
        REPLAYS_QUEUE_URL: queue.queueUrl,
        RETRIES_QUEUE_URL: retries.queueUrl,
        STREAM_NAME: stream.streamName,
        STREAM_RETENTION_HOURS: String(streamRetentionHours),
        WEBHOOKS_TABLE: webhooks.tableName,
      },
    });
    this.replay = replay;
    allow(replay, ["dynamodb:GetItem", "dynamodb:Query"], [webhooks.tableArn]);
    storage.allowWebhooksKey(replay, "read");
    allow(
      replay,
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      [batches.tableArn],
    );
    const indexes = [batchesByIdIndex, failedBatchesIndex].map((index) => `${batches.tableArn}/index/${index}`);
    allow(replay, ["dynamodb:Query"], indexes);
    allow(replay, ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"], [stream.streamArn]);
    storage.allowObjects(replay, ["s3:GetObject", "s3:PutObject"], ["batches/"]);
    // Without it a body that is gone would look like a missing permission.
    allow(replay, ["s3:ListBucket"], [bucket.bucketArn]);
    allow(replay, ["sqs:SendMessage"], [queue.queueArn, retries.queueArn]);

    replay.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 1,
        maxBatchingWindow: Duration.seconds(0),
        reportBatchItemFailures: true,
        maxConcurrency: replaysConcurrency,
      }),
    );
    this.redriveMapping = redriveWhenEnabled(replay, deadLetters);
    Validations.of(this).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "SQS mappings have no failure destination; the queue's dead-letter queue does that job.",
    });
  }
}
