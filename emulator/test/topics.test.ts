import { PublishCommand } from "@aws-sdk/client-sns";
import { expect, test, vi } from "vitest";
import { createClients } from "../services/clients.ts";
import type { Runtime } from "../start-runtime.ts";
import { startFixture } from "./fixture-stack.ts";

const publish = async ({ created, endpoints }: Runtime, message: string): Promise<void> => {
  const { sns: client } = createClients(endpoints);
  await client.send(new PublishCommand({ TopicArn: created.topics["Topic"], Message: message }));
  client.destroy();
};

/** A topic, and a queue that subscribes to it and whose messages a function gets. */
const topicAndQueue = (subscription: object = {}) => ({
  Topic: { Type: "AWS::SNS::Topic" },
  Jobs: { Type: "AWS::SQS::Queue" },
  Subscription: {
    Type: "AWS::SNS::Subscription",
    Properties: {
      Endpoint: { "Fn::GetAtt": ["Jobs", "Arn"] },
      Protocol: "sqs",
      TopicArn: { Ref: "Topic" },
      ...subscription,
    },
  },
  Mapping: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: { EventSourceArn: { "Fn::GetAtt": ["Jobs", "Arn"] }, FunctionName: { Ref: "Subject" } },
  },
});
const code = "export const handler = async ({ Records }) => console.log(JSON.stringify({ body: Records[0].body }));";
const functions = { Subject: { code } };

test("a queue gets what is published on its topic as it is, when it asks for that", async () => {
  const resources = topicAndQueue({ RawMessageDelivery: true });
  const { runtime, logged } = await startFixture({ functions, resources });
  await publish(runtime, '{"hello":"world"}');
  await vi.waitFor(() => expect(logged).toEqual([{ body: '{"hello":"world"}' }]), { timeout: 60_000 });
});

test("and else in the envelope of SNS", async () => {
  const { runtime, logged } = await startFixture({ functions, resources: topicAndQueue() });
  await publish(runtime, "hello");
  await vi.waitFor(() => expect(logged).toHaveLength(1), { timeout: 60_000 });
  expect(JSON.parse(String(logged[0]?.["body"]))).toMatchObject({
    Type: "Notification",
    TopicArn: "arn:aws:sns:us-east-1:000000000000:Topic",
    Message: "hello",
  });
});

test("a subscriber that would miss its messages is an error, one that is a person is not", async () => {
  await startFixture({ functions, resources: topicAndQueue({ Protocol: "email", Endpoint: "ann@example.org" }) });
  const lambda = startFixture({ functions, resources: topicAndQueue({ Protocol: "lambda" }) });
  await expect(lambda).rejects.toThrow(/AWS::SNS::Subscription Subscription:\n.*only queues can subscribe locally/s);
});
