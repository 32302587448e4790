import type { SNSClient } from "@aws-sdk/client-sns";
import { CreateTopicCommand, SetSubscriptionAttributesCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import * as z from "zod";
import type { Resource } from "../template/template.ts";
import { readProperties, unsupported } from "./read-properties.ts";

const topicProperties = z.object({
  FifoTopic: unsupported("FIFO topics are"),
  Subscription: unsupported("subscriptions inside a topic are"),
});

interface CreateTopicOptions {
  readonly client: SNSClient;
  readonly resource: Resource;
  readonly topicName: string;
}

/** Creates a topic; creating one that the data directory has changes nothing. */
export const createTopic = async ({ client, resource, topicName }: CreateTopicOptions): Promise<void> => {
  readProperties(topicProperties, resource);
  await client.send(new CreateTopicCommand({ Name: topicName }));
};

const flag = z.union([z.boolean(), z.stringbool()]).optional();
const policy = z.record(z.string(), z.unknown()).optional();
const subscriptionProperties = z.object({
  Endpoint: z.string(),
  FilterPolicy: policy,
  FilterPolicyScope: z.string().optional(),
  // Messages for people have nobody to go to; other programs than queues would miss theirs.
  Protocol: z.enum(["sqs", "email", "email-json", "sms"], { error: "only queues can subscribe locally" }),
  RawMessageDelivery: flag,
  TopicArn: z.string(),
});

/** Subscribes a queue to a topic, or brings its subscription in the data directory up to date. */
export const createSubscription = async (client: SNSClient, resource: Resource): Promise<void> => {
  const { Endpoint, Protocol, TopicArn, ...properties } = readProperties(subscriptionProperties, resource);
  if (Protocol !== "sqs") return;
  const { SubscriptionArn } = await client.send(
    new SubscribeCommand({ Endpoint, Protocol, TopicArn, ReturnSubscriptionArn: true }),
  );
  const { FilterPolicy, FilterPolicyScope, RawMessageDelivery = false } = properties;
  const attributes = {
    RawMessageDelivery: String(RawMessageDelivery),
    ...(FilterPolicyScope === undefined ? {} : { FilterPolicyScope }),
    ...(FilterPolicy === undefined ? {} : { FilterPolicy: JSON.stringify(FilterPolicy) }),
  };
  for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
    await client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  }
};
