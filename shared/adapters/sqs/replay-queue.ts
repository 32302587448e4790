import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { QueueOptions } from "./delivery-queue.ts";

/** The queue of replay steps. Messages are grouped by customer, so that one customer's replays do not hold up another's. */
export const replayQueue = ({ client, queueUrl }: QueueOptions) => ({
  /** Sends a message that shows after `delaySeconds` (0–900). */
  send: async (message: ReplayMessage, delaySeconds: number): Promise<void> => {
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
