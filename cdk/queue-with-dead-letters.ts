import { Duration, Validations } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { deadLetterDays, maxReceives, queueDays } from "#shared/contract/limits.ts";

/** Creates a queue with the defaults that every queue has, and its dead-letter queue. */
export const queueWithDeadLetters = (
  scope: Construct,
  id: string,
  { visibilityTimeoutSeconds }: { readonly visibilityTimeoutSeconds: number },
): { readonly deadLetters: Queue; readonly queue: Queue } => {
  const defaults = {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
  };
  const deadLetters = new Queue(scope, `${id}DeadLetters`, {
    ...defaults,
    retentionPeriod: Duration.days(deadLetterDays),
  });
  Validations.of(deadLetters).acknowledge({
    id: "Serverless-SQSRedrivePolicy",
    reason: "It is a dead-letter queue: its messages wait for an operator.",
  });
  const queue = new Queue(scope, id, {
    ...defaults,
    // Outlasts an outage of ours: a batch's end is decided by code at its cutoff, never by the queue.
    retentionPeriod: Duration.days(queueDays),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
  });
  return { deadLetters, queue };
};

/** Invocations that a redrive may take at once: the fewest that SQS knows, as nothing is in a hurry there. */
export const redriveConcurrency = 2;

/**
 * Lets the function take a queue's dead letters once an operator turns the mapping on; until then they wait. Returns the
 * mapping's id.
 */
export const redriveWhenEnabled = (lambda: LambdaFunction, deadLetters: Queue): string => {
  const source = new SqsEventSource(deadLetters, {
    batchSize: 1,
    enabled: false,
    maxBatchingWindow: Duration.seconds(0),
    maxConcurrency: redriveConcurrency,
    reportBatchItemFailures: true,
  });
  lambda.addEventSource(source);
  return source.eventSourceMappingId;
};
