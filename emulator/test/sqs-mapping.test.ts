import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import { expect, test, vi } from "vitest";
import { createClients } from "../services/clients.ts";
import type { Runtime } from "../start-runtime.ts";
import { startFixture } from "./fixture-stack.ts";

/** Longest wait on a busy machine. */
const patienceMs = 60_000;

const clientFor = ({ endpoints }: Runtime): SQSClient => createClients(endpoints).sqs;

const send = async (runtime: Runtime, messages: readonly Omit<SendMessageBatchRequestEntry, "Id">[]): Promise<void> => {
  const Entries = messages.map((message, index) => ({ ...message, Id: String(index) }));
  await clientFor(runtime).send(new SendMessageBatchCommand({ QueueUrl: runtime.created.queueUrls["Jobs"], Entries }));
};

const countOf = async (runtime: Runtime, queue: string): Promise<number> => {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await clientFor(runtime).send(
    new GetQueueAttributesCommand({ QueueUrl: runtime.created.queueUrls[queue], AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
};

const queue = (mapping: object = {}) => ({
  Failed: { Type: "AWS::SQS::Queue" },
  Jobs: {
    Type: "AWS::SQS::Queue",
    Properties: {
      // Longer than a busy machine takes to start a function.
      VisibilityTimeout: 5,
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Failed", "Arn"] }, maxReceiveCount: 2 },
    },
  },
  Mapping: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: { "Fn::GetAtt": ["Jobs", "Arn"] },
      FunctionName: { Ref: "Subject" },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ...mapping,
    },
  },
});

const bodies = (logged: readonly Readonly<Record<string, unknown>>[]) =>
  logged.flatMap(({ body }) => (typeof body === "string" ? [body] : []));

test("a message arrives as Lambda presents it, and is deleted after a success", async () => {
  const code = "export const handler = async (event) => console.log(JSON.stringify(event));";
  const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources: queue() });
  await send(runtime, [
    { MessageBody: "hello", MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } } },
  ]);
  await vi.waitFor(() => expect(logged).toHaveLength(1), patienceMs);
  expect(logged[0]).toEqual({
    Records: [
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: "hello",
        attributes: {
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d+$/),
          ApproximateReceiveCount: "1",
          SenderId: expect.any(String),
          SentTimestamp: expect.stringMatching(/^\d+$/),
        },
        messageAttributes: {
          kind: { stringValue: "greeting", stringListValues: [], binaryListValues: [], dataType: "String" },
        },
        md5OfBody: "5d41402abc4b2a76b9719d911017c592",
        md5OfMessageAttributes: expect.any(String),
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:Jobs",
        awsRegion: "us-east-1",
      },
    ],
  });
  await vi.waitFor(async () => expect(await countOf(runtime, "Jobs")).toBe(0), patienceMs);
});

/** Logs each message with its receive count, and fails those that begin with "bad". */
const reportingHandler = `
  export const handler = async ({ Records }) => {
    for (const { body, attributes } of Records) {
      console.log(JSON.stringify({ body, count: attributes.ApproximateReceiveCount }));
    }
    const failed = Records.filter(({ body }) => body.startsWith("bad"));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };`;

test("only reported messages come again, and end in the dead-letter queue after their last receive", async () => {
  const { runtime, logged } = await startFixture({
    functions: { Subject: { code: reportingHandler } },
    resources: queue(),
  });
  await send(runtime, [{ MessageBody: "one" }, { MessageBody: "bad" }, { MessageBody: "two" }]);
  await vi.waitFor(async () => expect(await countOf(runtime, "Failed")).toBe(1), patienceMs);
  expect(bodies(logged).toSorted()).toEqual(["bad", "bad", "one", "two"]);
  expect(logged.filter(({ body }) => body === "bad").map(({ count }) => count)).toEqual(["1", "2"]);
  expect(await countOf(runtime, "Jobs")).toBe(0);
  const { Messages } = await clientFor(runtime).send(
    new ReceiveMessageCommand({ QueueUrl: runtime.created.queueUrls["Failed"] }),
  );
  expect(Messages?.map(({ Body }) => Body)).toEqual(["bad"]);
});

test("a function that throws leaves all its messages to their visibility time-out", async () => {
  const code = `
    export const handler = async ({ Records }) => {
      const received = Records.map(({ body, attributes }) => ({ body, count: attributes.ApproximateReceiveCount }));
      for (const record of received) console.log(JSON.stringify(record));
      if (received.some(({ count }) => count === "1")) throw new Error("first receive");
    };`;
  const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources: queue() });
  await send(runtime, [{ MessageBody: "one" }, { MessageBody: "two" }]);
  const received = (count: string) => bodies(logged.filter((line) => line["count"] === count)).toSorted();
  await vi.waitFor(() => expect(received("2")).toEqual(["one", "two"]), patienceMs);
  expect(received("1")).toEqual(["one", "two"]);
  await vi.waitFor(async () => expect(await countOf(runtime, "Jobs")).toBe(0), patienceMs);
  expect(await countOf(runtime, "Failed")).toBe(0);
});

test("a delayed message comes after one that was sent later", async () => {
  const { runtime, logged } = await startFixture({
    functions: { Subject: { code: reportingHandler } },
    resources: queue(),
  });
  await send(runtime, [{ MessageBody: "delayed", DelaySeconds: 3 }, { MessageBody: "at once" }]);
  await vi.waitFor(() => expect(bodies(logged)).toEqual(["at once", "delayed"]), patienceMs);
});

/** Logs how many messages each invocation has. */
const countingHandler = `export const handler = async ({ Records }) => console.log(JSON.stringify({ size: Records.length }));`;

test("messages that come within the mapping's window share an invocation", async () => {
  const resources = queue({ MaximumBatchingWindowInSeconds: 8 });
  resources.Jobs.Properties.VisibilityTimeout = 60;
  const { runtime, logged } = await startFixture({ functions: { Subject: { code: countingHandler } }, resources });
  const delays = [0, 1, 2];
  await send(
    runtime,
    delays.map((DelaySeconds) => ({ MessageBody: "one by one", DelaySeconds })),
  );
  await vi.waitFor(() => expect(logged).toEqual([{ size: 3 }]), patienceMs);
});

test("messages that have been gathered when the mapping stops reach their function", async () => {
  const resources = queue({ MaximumBatchingWindowInSeconds: 300 });
  resources.Jobs.Properties.VisibilityTimeout = 60;
  const { runtime, logged } = await startFixture({ functions: { Subject: { code: countingHandler } }, resources });
  await send(runtime, [{ MessageBody: "gathered" }]);
  const areHidden = async (): Promise<void> => {
    const { Attributes } = await clientFor(runtime).send(
      new GetQueueAttributesCommand({
        QueueUrl: runtime.created.queueUrls["Jobs"],
        AttributeNames: ["ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessagesNotVisible: "1" });
  };
  await vi.waitFor(areHidden, patienceMs);
  await runtime.stop();
  expect(logged).toEqual([{ size: 1 }]);
});

test("invocations run side by side, up to the mapping's maximum concurrency", async () => {
  const code = `
    const pause = () => new Promise((resolve) => setTimeout(resolve, 200));
    export const handler = async ({ Records }) => {
      console.log(JSON.stringify({ step: 1, size: Records.length }));
      await pause();
      console.log(JSON.stringify({ step: -1 }));
      await pause();
    };`;
  const resources = queue({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } });
  const { runtime, logged } = await startFixture({ functions: { Subject: { code } }, resources });
  await send(
    runtime,
    Array.from({ length: 9 }, (_, index) => ({ MessageBody: String(index) })),
  );
  await vi.waitFor(() => expect(logged.filter(({ step }) => step === -1)).toHaveLength(9), patienceMs);
  let running = 0;
  const most = Math.max(...logged.map(({ step }) => (running += Number(step))));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
  expect(logged.filter(({ size }) => size !== undefined).every(({ size }) => size === 1)).toBe(true);
});
