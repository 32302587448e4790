import { setTimeout as delay } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { BatchGetCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { getAll } from "#shared/adapters/dynamodb/get-all.ts";
import { queueClient } from "#shared/adapters/sqs/queue-client.ts";
import { returnedMessages } from "#shared/adapters/sqs/returned-messages.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { DependencyError } from "#shared/errors.ts";
import { type Aws, startAws } from "../../support/aws.ts";

const batch: DeliveryMessage = {
  version: 1,
  batchId: crypto.randomUUID(),
  webhookId: crypto.randomUUID(),
  customerId: "1",
  settingsRevision: 1,
  createdAt: "2026-01-02T03:04:05.000Z",
  events: 1,
  bytes: 2,
  body: { kind: "stored", key: "batches/1" },
  attempt: 1,
};

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

it("a message that failed shows when its pause is over, long before its visibility time-out, whatever host its queue's URL names", async () => {
  const { client, queueUrl: QueueUrl } = await aws.createQueue();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  const receive = async (WaitTimeSeconds: number) => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 3_600, WaitTimeSeconds }),
    );
    return Messages[0];
  };
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const queueArn = Attributes?.QueueArn ?? "";
  const receiptHandle = (await receive(0))?.ReceiptHandle ?? "";
  expect(await receive(0)).toBeUndefined();
  const { hostname, port, protocol, path } = (await client.config.endpoint?.()) ?? {
    hostname: "",
    path: "",
    protocol: "",
  };
  const { accessKeyId, secretAccessKey } = await client.config.credentials();
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", `${protocol}//${hostname}:${port}${path}`);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  const hosts: string[] = [];
  // As a function has it, which knows the queue by its ARN alone.
  const ofFunction = queueClient();
  ofFunction.middlewareStack.add(
    (next) => async (args) => {
      hosts.push((args.request as { hostname: string }).hostname);
      return await next(args);
    },
    { step: "finalizeRequest" },
  );
  await returnedMessages(ofFunction).hide([{ queueArn, receiptHandle, seconds: 1 }]);
  vi.unstubAllEnvs();
  ofFunction.destroy();
  expect(new Set(hosts)).toEqual(new Set([hostname]));
  await delay(1_000);
  expect(await receive(20)).toMatchObject({ Body: "hello" });
});

const notedPauses = () => {
  const pauses: number[] = [];
  const pause = async (again: number): Promise<void> => {
    pauses.push(again);
    await Promise.resolve();
  };
  return { pauses, pause };
};

it("keys that DynamoDB leaves unread are asked for again after pauses while nothing is read", async () => {
  const mock = mockClient(DynamoDBDocumentClient);
  const [first, second] = [{ pk: "a" }, { pk: "b" }];
  const keys = [first, second];
  const unread = { UnprocessedKeys: { t: { Keys: keys } } };
  mock
    .on(BatchGetCommand)
    .resolvesOnce(unread)
    .resolvesOnce(unread)
    .resolvesOnce({ Responses: { t: [first] }, UnprocessedKeys: { t: { Keys: [second] } } })
    .resolvesOnce({ Responses: { t: [second] } })
    .resolves(unread);
  const table = { client: documentClient(), tableName: "t" };
  const read = notedPauses();
  expect(await getAll(table, keys, { pause: read.pause })).toEqual(keys);
  expect(read.pauses).toEqual([1, 2]);
  const unreadable = notedPauses();
  await expect(getAll(table, keys, { pause: unreadable.pause })).rejects.toThrow(DependencyError);
  expect(unreadable.pauses).toEqual([1, 2, 3, 4, 5]);
  mock.restore();
});

it("messages that SQS refuses within a call are sent again after pauses that grow, and in the end given up", async () => {
  const mock = mockClient(SQSClient);
  mock.on(SendMessageBatchCommand).callsFake((input: { readonly Entries: readonly { readonly Id: string }[] }) => ({
    Failed: input.Entries.map(({ Id }) => ({ Id, Code: "RequestThrottled", SenderFault: false })),
  }));
  const { pauses, pause } = notedPauses();
  const queue = deliveryQueue({ client: new SQSClient(), queueUrl: "https://sqs.example.com/1/q" }, pause);
  await expect(queue.sendAll([batch])).rejects.toThrow(DependencyError);
  mock.restore();
  expect(pauses).toEqual([1, 2, 3]);
});
