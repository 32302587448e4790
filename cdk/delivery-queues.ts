import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { deliveryMaxReceives, visibilityTimeoutSeconds } from "#shared/contract/limits.ts";
import { queueWithDeadLetters } from "./queue-with-dead-letters.ts";

/** Queues of first attempts and of retries, each with a dead-letter queue for faults of our own. */
export class DeliveryQueues extends Construct {
  readonly deadLetters: { readonly deliveries: Queue; readonly retries: Queue };
  readonly deliveries: Queue;
  readonly retries: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const patience = { visibilityTimeoutSeconds, maxReceives: deliveryMaxReceives };
    const deliveries = queueWithDeadLetters(this, "Deliveries", patience);
    const retries = queueWithDeadLetters(this, "Retries", patience);
    this.deliveries = deliveries.queue;
    this.retries = retries.queue;
    this.deadLetters = { deliveries: deliveries.deadLetters, retries: retries.deadLetters };
  }
}
