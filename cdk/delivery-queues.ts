import { Duration, Validations } from "aws-cdk-lib";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { visibilityTimeoutSeconds } from "#shared/contract/limits.ts";

/** Receives after which a message counts as one that our code cannot handle; AWS advises at least 5. */
const maxReceiveCount = 5;

/** Queues of first attempts and of retries, each with a dead-letter queue for faults of our own. */
export class DeliveryQueues extends Construct {
  readonly deadLetters: { readonly deliveries: Queue; readonly retries: Queue };
  readonly deliveries: Queue;
  readonly retries: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const deliveries = this.#createQueue("Deliveries");
    const retries = this.#createQueue("Retries");
    this.deliveries = deliveries.queue;
    this.retries = retries.queue;
    this.deadLetters = { deliveries: deliveries.deadLetters, retries: retries.deadLetters };
  }

  #createQueue(id: string): { readonly deadLetters: Queue; readonly queue: Queue } {
    const defaults = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const deadLetters = new Queue(this, `${id}DeadLetters`, { ...defaults, retentionPeriod: Duration.days(14) });
    Validations.of(deadLetters).acknowledge({
      id: "Serverless-SQSRedrivePolicy",
      reason: "It is a dead-letter queue: its messages wait for an operator.",
    });
    const queue = new Queue(this, id, {
      ...defaults,
      // Outlasts an outage of ours: a batch's end is decided by code at its cutoff, never by the queue.
      retentionPeriod: Duration.days(4),
      visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
    return { deadLetters, queue };
  }
}
