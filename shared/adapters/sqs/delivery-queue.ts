import { setTimeout as delay } from "node:timers/promises";
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { chunkBySize } from "#shared/delivery/batch.ts";
import { callPauseMs } from "#shared/delivery/call-pause.ts";
import { DependencyError } from "#shared/errors.ts";
import type { DeliveryQueue, RefusedMessage } from "#shared/stores.ts";

/** Limits of SendMessageBatch: 10 messages, 1 MiB together. */
const maxBatchMessages = 10;
const maxBatchBytes = 1024 * 1024;
const maxTries = 4;
/** Codes that say of a message that SQS will never take it. */
const hopelessCodes: ReadonlySet<string> = new Set(["InvalidMessageContents", "InvalidParameterValue"]);

export interface QueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/**
 * A queue of delivery messages. Messages are grouped by webhook: on a standard queue `MessageGroupId` makes SQS serve the
 * groups fairly, without ordering them.
 */
export const deliveryQueue = (
  { client, queueUrl }: QueueOptions,
  pause: (again: number) => Promise<void> = async (again) => await delay(callPauseMs(again, Math.random())),
): DeliveryQueue => {
  const sendBatch = async (bodies: readonly Message[]): Promise<readonly RefusedMessage[]> => {
    const refused: RefusedMessage[] = [];
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
      const again = Failed.filter(({ Code = "" }) => !hopelessCodes.has(Code));
      if (again.length > 0 && attempt === maxTries) {
        throw new DependencyError(`SQS refused ${again.length} messages: ${again[0]?.Code ?? "no code"}`);
      }
      for (const { Id, Code = "", Message = "" } of Failed) {
        const batchId = open[Number(Id)]?.batchId;
        if (hopelessCodes.has(Code) && batchId !== undefined) refused.push({ batchId, problem: `${Code}: ${Message}` });
      }
      const failed = new Set(again.map(({ Id }) => Id));
      open = open.filter((_, index) => failed.has(String(index)));
      if (open.length > 0) await pause(attempt);
    }
    return refused;
  };

  const sendEach = async (
    delayed: Parameters<DeliveryQueue["sendAllDelayed"]>[0],
  ): Promise<readonly RefusedMessage[]> => {
    const bodies = delayed.map(({ message, delaySeconds }) => ({
      body: JSON.stringify(message),
      batchId: message.batchId,
      webhookId: message.webhookId,
      delaySeconds,
    }));
    const calls = chunkBySize(bodies, {
      maxItems: maxBatchMessages,
      maxBytes: maxBatchBytes,
      bytesOf: ({ body }) => body.length,
    });
    return (await Promise.all(calls.map(sendBatch))).flat();
  };

  return {
    sendAllDelayed: async (messages) => {
      const [refused] = await sendEach(messages);
      if (refused !== undefined) throw new DependencyError(`SQS refused a message: ${refused.problem}`);
    },

    sendAll: async (messages) => await sendEach(messages.map((message) => ({ message, delaySeconds: 0 }))),

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
  readonly batchId: string;
  readonly webhookId: string;
  readonly delaySeconds: number;
}
