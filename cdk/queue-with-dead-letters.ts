import { Duration, Validations } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** Receives after which a message counts as one that our code cannot handle; AWS advises at least 5. */
const maxReceiveCount = 5;

/** Creates a queue with the defaults that every queue has, and its dead-letter queue. */
export const queueWithDeadLetters = (
  scope: Construct,
  id: string,
  { visibilityTimeoutSeconds }: { readonly visibilityTimeoutSeconds: number },
): { readonly deadLetters: Queue; readonly queue: Queue } => {
  const defaults = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
  const deadLetters = new Queue(scope, `${id}DeadLetters`, { ...defaults, retentionPeriod: Duration.days(14) });
  Validations.of(deadLetters).acknowledge({
    id: "Serverless-SQSRedrivePolicy",
    reason: "It is a dead-letter queue: its messages wait for an operator.",
  });
  const queue = new Queue(scope, id, {
    ...defaults,
    // Outlasts an outage of ours: a batch's end is decided by code at its cutoff, never by the queue.
    retentionPeriod: Duration.days(4),
    visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount },
  });
  return { deadLetters, queue };
};
