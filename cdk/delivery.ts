import { Duration, Validations } from "aws-cdk-lib";
import { type Function as LambdaFunction, RecursiveLoop } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import { Construct } from "constructs";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import {
  deliverBatchSize,
  deliverTimeoutSeconds,
  retriesGatherSeconds,
  visibilityTimeoutSeconds,
} from "#shared/contract/limits.ts";
import { allow, nodeFunction } from "./node-function.ts";
import { redriveConcurrency, redriveWhenEnabled, queueWithDeadLetters } from "./queue-with-dead-letters.ts";
import type { StaticEgress } from "./static-egress.ts";
import type { Storage } from "./storage.ts";

/** Queues of first attempts and of retries, each with a dead-letter queue for faults of our own. */
export class DeliveryQueues extends Construct {
  readonly deadLetters: { readonly deliveries: Queue; readonly retries: Queue };
  readonly deliveries: Queue;
  readonly retries: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const deliveries = queueWithDeadLetters(this, "Deliveries", { visibilityTimeoutSeconds });
    const retries = queueWithDeadLetters(this, "Retries", { visibilityTimeoutSeconds });
    this.deliveries = deliveries.queue;
    this.retries = retries.queue;
    this.deadLetters = { deliveries: deliveries.deadLetters, retries: retries.deadLetters };
  }
}

/** Invocations that the two queues may take at once: fewer for retries, so that dead targets never crowd out others. */
export const deliverConcurrencyDefaults = { deliveriesConcurrency: 100, retriesConcurrency: 50 } as const;

/** Days that the record of a batch is kept, unless the setting says otherwise. */
export const recordRetentionDefault = 14;

export interface DeliverConcurrency {
  /** Invocations that first attempts may take at once. */
  readonly deliveriesConcurrency: number;
  /** Invocations that retries may take at once. */
  readonly retriesConcurrency: number;
}

/** All that the mappings of `deliver` may take at once, with those for dead letters turned on. */
export const deliverConcurrency = ({ deliveriesConcurrency, retriesConcurrency }: DeliverConcurrency): number =>
  deliveriesConcurrency + retriesConcurrency + 2 * redriveConcurrency;

export interface DeliveryProps extends DeliverConcurrency {
  /** CIDR ranges that deliveries may reach besides public addresses. */
  readonly allowedTargetRanges: readonly string[];
  /**
   * Network that POSTs leave by.
   * @default none
   */
  readonly egress?: StaticEgress | undefined;
  /** Most days that a webhook may have delivered bodies kept; 0: none may. */
  readonly maxKeepBodiesDays: number;
  readonly queues: DeliveryQueues;
  /** Days that a batch's record stays readable after its last attempt. */
  readonly recordRetentionDays: number;
  /**
   * Concurrent executions reserved for `deliver`.
   * @default none
   */
  readonly reservedConcurrency?: number | undefined;
  readonly storage: Storage;
  /** Stream that events about webhooks go to, as all events do. */
  readonly stream: IStream;
}

/** From the queues to the targets: the `deliver` function and its two SQS mappings. */
export class Delivery extends Construct {
  readonly deliver: LambdaFunction;
  /** Mappings that take dead letters once they are turned on, by the name of the queue. */
  readonly redriveMappings: { readonly deliveries: string; readonly retries: string };

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { queues, storage, stream } = props;
    const { batches, bucket, webhooks } = storage;
    const deliver = nodeFunction(this, "deliver", {
      description: "POSTs batches to their targets, records every attempt and schedules retries.",
      memoryMb: 1_024,
      timeoutSeconds: deliverTimeoutSeconds,
      // A retry is a message that the function sends to a queue of its own, up to twenty times for one batch. Lambda's
      // loop detection would end that chain after 16 rounds; the four-hour cutoff ends it here.
      recursiveLoop: RecursiveLoop.ALLOW,
      egress: props.egress,
      reservedConcurrency: props.reservedConcurrency,
      environment: {
        ALLOWED_TARGET_RANGES: props.allowedTargetRanges.join(","),
        BATCHES_TABLE: batches.tableName,
        BUCKET_NAME: bucket.bucketName,
        MAX_KEEP_BODIES_DAYS: String(props.maxKeepBodiesDays),
        RECORD_RETENTION_DAYS: String(props.recordRetentionDays),
        RETRIES_QUEUE_URL: queues.retries.queueUrl,
        RETRY_SCALE: "1",
        STREAM_NAME: stream.streamName,
        WEBHOOKS_TABLE: webhooks.tableName,
      },
    });
    this.deliver = deliver;
    allow(deliver, ["dynamodb:GetItem", "dynamodb:UpdateItem"], [webhooks.tableArn]);
    storage.allowWebhooksKey(deliver, "write");
    const batchActions = ["DeleteItem", "GetItem", "PutItem", "UpdateItem"].map((action) => `dynamodb:${action}`);
    allow(deliver, batchActions, [batches.tableArn]);
    storage.allowObjects(deliver, ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], ["batches/"]);
    // It never deletes what it keeps: the lifecycle does.
    if (props.maxKeepBodiesDays > 0) storage.allowObjects(deliver, ["s3:GetObject", "s3:PutObject"], ["kept/"]);
    storage.allowObjects(deliver, ["s3:PutObject"], ["quarantine/"]);
    // Without it S3 answers 403 instead of 404 for a body that is gone, which would look like a fault of ours.
    allow(deliver, ["s3:ListBucket"], [bucket.bucketArn]);
    allow(deliver, ["sqs:SendMessage"], [queues.retries.queueArn]);
    allow(deliver, ["kinesis:PutRecords"], [stream.streamArn]);

    const mapping = { batchSize: deliverBatchSize, reportBatchItemFailures: true };
    deliver.addEventSource(
      new SqsEventSource(queues.deliveries, {
        ...mapping,
        maxBatchingWindow: Duration.seconds(0),
        maxConcurrency: props.deliveriesConcurrency,
      }),
    );
    deliver.addEventSource(
      new SqsEventSource(queues.retries, {
        ...mapping,
        maxBatchingWindow: Duration.seconds(retriesGatherSeconds),
        maxConcurrency: props.retriesConcurrency,
      }),
    );
    this.redriveMappings = {
      deliveries: redriveWhenEnabled(deliver, queues.deadLetters.deliveries),
      retries: redriveWhenEnabled(deliver, queues.deadLetters.retries),
    };

    Validations.of(this).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "SQS mappings have no failure destination; the queues' dead-letter queues do that job.",
    });
  }
}
