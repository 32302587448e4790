import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "node:http";
import { CreateStreamCommand, DescribeStreamCommand } from "@aws-sdk/client-kinesis";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Services, startServices } from "../start-services.ts";

const makeDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "emulator-services-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const receive = async ({ clients }: Services, QueueUrl: string) => {
  const command = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
  const [message] = (await clients.sqs.send(command)).Messages ?? [];
  return { handle: message?.ReceiptHandle, count: message?.Attributes?.["ApproximateReceiveCount"] };
};

test("the receive count of a message that was handed back outlives a restart", async () => {
  const directory = await makeDirectory();
  const first = await startServices(directory);
  const queueUrl = ({ endpoints }: Services) => `${endpoints.sqs}/000000000000/Jobs`;
  await first.clients.sqs.send(new CreateQueueCommand({ QueueName: "Jobs" }));
  await first.clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(first), MessageBody: "x" }));
  const { handle } = await receive(first, queueUrl(first));
  await first.clients.sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl(first), ReceiptHandle: handle, VisibilityTimeout: 0 }),
  );
  expect((await receive(first, queueUrl(first))).count).toBe("2");
  await first.stop();

  const second = await startServices(directory);
  onTestFinished(second.stop);
  expect((await receive(second, queueUrl(second))).count).toBe("3");
});

test("a data directory is one run's at a time, and free again when that has ended", async () => {
  const directory = await makeDirectory();
  const first = await startServices(directory);
  await expect(startServices(directory)).rejects.toThrow(
    `The data in ${directory} is in use by another run. End that one, or choose another directory.`,
  );
  await first.stop();
  await (await startServices(directory)).stop();
});

test("every service listens on loopback alone", async () => {
  const services = await startServices(undefined);
  onTestFinished(services.stop);
  const { dynamodb, kinesis, s3, sqs } = services.endpoints;
  for (const endpoint of [dynamodb, kinesis, s3, sqs]) expect(new URL(endpoint).hostname).toBe("127.0.0.1");
});

test("a client that goes away during an upload harms nobody", async () => {
  const services = await startServices(undefined);
  onTestFinished(services.stop);
  for (const endpoint of [services.endpoints.kinesis, services.endpoints.dynamodb, services.endpoints.sqs]) {
    await new Promise((resolve) => {
      const headers = { "Content-Length": "100000", "Content-Type": "application/x-amz-json-1.1" };
      const upload = request(endpoint, { method: "POST", headers });
      upload.on("error", resolve);
      upload.on("close", resolve);
      upload.write("{", () => upload.destroy());
    });
  }
  await services.clients.kinesis.send(new CreateStreamCommand({ StreamName: "Events", ShardCount: 2 }));
  await vi.waitFor(async () => {
    const { StreamDescription } = await services.clients.kinesis.send(
      new DescribeStreamCommand({ StreamName: "Events" }),
    );
    expect(StreamDescription?.Shards).toHaveLength(2);
  }, 60_000);
});
