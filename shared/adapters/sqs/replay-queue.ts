import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { ReplayQueue } from "#shared/job-stores.ts";
import type { QueueOptions } from "./delivery-queue.ts";

/** The queue of replay steps. Messages are grouped by customer, so that one customer's replays do not hold up another's. */
export const replayQueue = ({ client, queueUrl }: QueueOptions): ReplayQueue => ({
  send: async (message, delaySeconds) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        MessageGroupId: message.customerId,
        DelaySeconds: delaySeconds,
      }),
    );
  },
});
