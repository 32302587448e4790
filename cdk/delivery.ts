import { Duration, Validations } from "aws-cdk-lib";
import { type Function as LambdaFunction, RecursiveLoop } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { deliverBatchSize, deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import type { DeliveryQueues } from "./delivery-queues.ts";
import { allow, nodeFunction } from "./node-function.ts";
import type { Storage } from "./storage.ts";

/** Invocations that first attempts may take at once. */
const deliveriesConcurrency = 100;
/** Invocations that retries may take at once: fewer, so that dead targets never crowd out first attempts. */
const retriesConcurrency = 50;

export interface DeliveryProps {
  /** CIDR ranges that deliveries may reach besides public addresses. */
  readonly allowedTargetRanges: readonly string[];
  readonly queues: DeliveryQueues;
  /**
   * Concurrent executions reserved for `deliver`.
   * @default none
   */
  readonly reservedConcurrency?: number;
  readonly storage: Storage;
}

/** From the queues to the targets: the `deliver` function and its two SQS mappings. */
export class Delivery extends Construct {
  readonly deliver: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    { allowedTargetRanges, queues, reservedConcurrency, storage }: DeliveryProps,
  ) {
    super(scope, id);
    const { batches, bucket, webhooks } = storage;
    const deliver = nodeFunction(this, "deliver", {
      description: "POSTs batches to their targets, records every attempt and schedules retries.",
      memoryMb: 1_024,
      timeoutSeconds: deliverTimeoutSeconds,
      // A retry is a message that the function sends to a queue of its own, up to twenty times for one batch. Lambda's
      // loop detection would end that chain after 16 rounds; the four-hour cutoff ends it here.
      recursiveLoop: RecursiveLoop.ALLOW,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
      environment: {
        ALLOWED_TARGET_RANGES: allowedTargetRanges.join(","),
        BATCHES_TABLE: batches.tableName,
        BUCKET_NAME: bucket.bucketName,
        RETRIES_QUEUE_URL: queues.retries.queueUrl,
        RETRY_SCALE: "1",
        WEBHOOKS_TABLE: webhooks.tableName,
      },
    });
    this.deliver = deliver;
    allow(deliver, ["dynamodb:GetItem", "dynamodb:UpdateItem"], [webhooks.tableArn]);
    storage.allowWebhooksKey(deliver, "write");
    allow(deliver, ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], [batches.tableArn]);
    storage.allowObjects(deliver, ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], ["batches/"]);
    // Without it S3 answers 403 instead of 404 for a body that is gone, which would look like a fault of ours.
    allow(deliver, ["s3:ListBucket"], [bucket.bucketArn]);
    allow(deliver, ["sqs:SendMessage"], [queues.retries.queueArn]);

    const mapping = {
      batchSize: deliverBatchSize,
      maxBatchingWindow: Duration.seconds(0),
      reportBatchItemFailures: true,
    };
    deliver.addEventSource(
      new SqsEventSource(queues.deliveries, { ...mapping, maxConcurrency: deliveriesConcurrency }),
    );
    deliver.addEventSource(new SqsEventSource(queues.retries, { ...mapping, maxConcurrency: retriesConcurrency }));

    Validations.of(this).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "SQS mappings have no failure destination; the queues' dead-letter queues do that job.",
    });
  }
}
