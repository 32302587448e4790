import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { chunkBySize } from "#shared/delivery/batch.ts";
import { DependencyError } from "#shared/errors.ts";
import type { DeliveryQueue } from "#shared/stores.ts";

/** Limits of SendMessageBatch: 10 messages, 1 MiB together. */
const maxBatchMessages = 10;
const maxBatchBytes = 1024 * 1024;
const maxTries = 4;

export interface QueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/**
 * A queue of delivery messages. Messages are grouped by webhook: on a standard queue `MessageGroupId` makes SQS serve the
 * groups fairly, without ordering them.
 */
export const deliveryQueue = ({ client, queueUrl }: QueueOptions): DeliveryQueue => {
  const sendBatch = async (bodies: readonly Message[]): Promise<void> => {
    let open = bodies;
    for (let attempt = 1; open.length > 0; attempt += 1) {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: open.map(({ body, webhookId, delaySeconds }, index) => ({
            Id: String(index),
            MessageBody: body,
            MessageGroupId: webhookId,
            ...(delaySeconds === 0 ? {} : { DelaySeconds: delaySeconds }),
          })),
        }),
      );
      if (Failed.length > 0 && attempt === maxTries) {
        throw new DependencyError(`SQS refused ${Failed.length} messages: ${Failed[0]?.Code ?? "no code"}`);
      }
      const failed = new Set(Failed.map(({ Id }) => Id));
      open = open.filter((_, index) => failed.has(String(index)));
    }
  };

  const sendAllDelayed: DeliveryQueue["sendAllDelayed"] = async (delayed) => {
    const bodies = delayed.map(({ message, delaySeconds }) => ({
      body: JSON.stringify(message),
      webhookId: message.webhookId,
      delaySeconds,
    }));
    const calls = chunkBySize(bodies, {
      maxItems: maxBatchMessages,
      maxBytes: maxBatchBytes,
      bytesOf: ({ body }) => body.length,
    });
    await Promise.all(calls.map(sendBatch));
  };

  return {
    sendAllDelayed,

    sendAll: async (messages) => {
      await sendAllDelayed(messages.map((message) => ({ message, delaySeconds: 0 })));
    },

    send: async (message, delaySeconds) => {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: message.webhookId,
          DelaySeconds: delaySeconds,
        }),
      );
    },
  };
};

interface Message {
  readonly body: string;
  readonly webhookId: string;
  readonly delaySeconds: number;
}
