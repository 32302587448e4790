import { CreateQueueCommand, type SQSClient, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import * as z from "zod";
import type { Resource } from "../template/template.ts";
import { readProperties, unsupported } from "./read-properties.ts";

const seconds = z.coerce.string().optional();
const queueProperties = z.object({
  DelaySeconds: seconds,
  MaximumMessageSize: seconds,
  MessageRetentionPeriod: seconds,
  ReceiveMessageWaitTimeSeconds: seconds,
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
  VisibilityTimeout: seconds,
  FifoQueue: unsupported("FIFO queues are"),
});

interface CreateQueueOptions {
  readonly client: SQSClient;
  readonly resource: Resource;
  readonly queueName: string;
  readonly queueUrl: string;
}

/** Creates a queue, or brings the attributes of the one in the data directory up to date; its messages stay. */
export const createQueue = async ({ client, resource, queueName, queueUrl }: CreateQueueOptions): Promise<void> => {
  const { RedrivePolicy, FifoQueue: _standardOnly, ...properties } = readProperties(queueProperties, resource);
  const attributes = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  await client.send(new CreateQueueCommand({ QueueName: queueName }));
  await client.send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: {
        ...attributes,
        ...(RedrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
      },
    }),
  );
};
