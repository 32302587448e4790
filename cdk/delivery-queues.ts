import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { visibilityTimeoutSeconds } from "#shared/contract/limits.ts";
import { queueWithDeadLetters } from "./queue-with-dead-letters.ts";

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
