import { ChangeMessageVisibilityBatchCommand, GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { DependencyError } from "#shared/errors.ts";
import type { ReturnedMessage, ReturnedMessages } from "#shared/delivery/returned-messages.ts";

/** Limit of ChangeMessageVisibilityBatch. */
const maxCallMessages = 10;

/** Messages that go back to the queues that they came from, dead-letter queues that are worked off included. */
export const returnedMessages = (client: SQSClient): ReturnedMessages => {
  const urls = new Map<string, Promise<string>>();

  const askForUrl = async (queueArn: string): Promise<string> => {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queueArn.split(":").at(-1) ?? "" }));
    if (QueueUrl === undefined) throw new DependencyError("SQS knows no URL of a queue");
    return QueueUrl;
  };
  const urlOf = async (queueArn: string): Promise<string> => {
    const url = urls.get(queueArn) ?? askForUrl(queueArn);
    urls.set(queueArn, url);
    url.catch(() => urls.delete(queueArn));
    return await url;
  };
  const hide = async (queueArn: string, messages: readonly ReturnedMessage[]): Promise<void> => {
    const Entries = messages.map(({ receiptHandle, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }));
    const { Failed = [] } = await client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl: await urlOf(queueArn), Entries }),
    );
    if (Failed.length > 0) throw new DependencyError(`SQS hides no message: ${Failed[0]?.Code ?? "no code"}`);
  };

  return {
    hide: async (messages) => {
      for (const [queueArn, ofQueue] of Map.groupBy(messages, (message) => message.queueArn)) {
        for (let start = 0; start < ofQueue.length; start += maxCallMessages) {
          await hide(queueArn, ofQueue.slice(start, start + maxCallMessages));
        }
      }
    },
  };
};
