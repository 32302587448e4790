import { GetObjectCommand } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { DependencyError } from "#shared/errors.ts";
import type { BatchDeps } from "../../../lambdas/batch/handler.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { createBatchSystem, eventsOf, packed } from "../../support/batch-system.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

let now: number;
let customerId: string;
let system: Awaited<ReturnType<typeof createBatchSystem>>;
beforeEach(async () => {
  now = Date.parse("2026-01-02T03:04:10Z");
  system = await createBatchSystem(aws, () => now);
  ({ customerId } = system);
});

/** Objects that quarantine has got since, parsed. */
const putAside = async (before: readonly string[]) => {
  const keys = (await aws.listKeys("quarantine/")).filter((key) => !before.includes(key));
  const objects = keys.map(async (Key) => {
    const { Body } = await aws.clients.s3.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  });
  return await Promise.all(objects);
};

describe("a batch that delivery will never take", () => {
  it("at the bucket goes to quarantine alone, and its neighbours are handed over", async () => {
    const { webhookId } = await system.addWebhook();
    await system.addWebhook({ events: ["delivery"] });
    const before = await aws.listKeys("quarantine/");
    const place: BatchDeps["bodies"]["place"] = async (body) => {
      if (body.webhookId === webhookId)
        throw Object.assign(new Error("too large"), { name: "EntityTooLarge", $metadata: {} });
      return await system.deps.bodies.place(body);
    };
    const events = eventsOf(2);
    const answered = await system.run(packed(customerId, events), { bodies: { place } });
    expect(answered).toEqual({ batchItemFailures: [] });
    expect((await system.messages()).map((message) => message.events)).toEqual([2]);
    const data = Buffer.from(`[${events.map(String).join(",")}]`).toString("base64");
    const pieces = [{ customerId, data, problem: "not handed over: EntityTooLarge: too large" }];
    expect(await putAside(before)).toMatchObject([{ webhookId, sequenceNumber: "100", pieces }]);
  });

  it("at the queue does so, too", async () => {
    await system.addWebhook();
    await system.addWebhook();
    const before = await aws.listKeys("quarantine/");
    const mock = mockClient(SQSClient);
    const failed = [{ Id: "1", SenderFault: true, Code: "InvalidMessageContents", Message: "no text" }];
    mock.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: failed });
    const deliveries = deliveryQueue({ client: new SQSClient(), queueUrl: "https://example.com" });
    expect(await system.run(packed(customerId, eventsOf(2)), { deliveries })).toEqual({ batchItemFailures: [] });
    expect(mock.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
    mock.restore();
    const pieces = [{ problem: "not handed over: InvalidMessageContents: no text" }];
    expect(await putAside(before)).toMatchObject([{ batchId: expect.any(String), pieces }]);
  });
});

describe("a record that holds up its shard", () => {
  const fails: Partial<BatchDeps> = { webhooks: { routerOf: () => Promise.reject(new TypeError("a fault of ours")) } };
  /** The record arrived some seconds before `now`. */
  const later = (): void => void (now += 10 * 60_000);

  it("makes the function fail, so that Lambda halves its window, and goes to quarantine unread at its third return", async () => {
    await system.addWebhook();
    const [record = Buffer.alloc(0)] = packed(customerId, eventsOf(1));
    const before = await aws.listKeys("quarantine/");
    const failing = () => system.run([record], fails, 600);
    await expect(system.run([record, record], fails, 600)).rejects.toThrow("could not be read");
    for (let early = 0; early < 5; early += 1) await expect(failing()).rejects.toThrow("read");
    later();
    for (let returns = 0; returns < 3; returns += 1) await expect(failing()).rejects.toThrow("read");
    expect(await putAside(before)).toEqual([]);
    expect(await system.run([record], fails, 600)).toEqual({ batchItemFailures: [] });
    expect(await putAside(before)).toMatchObject([
      { sequenceNumber: "600", partitionKey: "1", pieces: [{ data: record.toString("base64") }] },
    ]);
  });

  it("goes to quarantine when the function never answered, too", async () => {
    await system.addWebhook();
    const record = packed(customerId, eventsOf(1))[0] ?? "";
    const before = await aws.listKeys("quarantine/");
    later();
    for (let ended = 0; ended < 3; ended += 1) {
      const { promise: begun, resolve } = Promise.withResolvers<void>();
      const routerOf = async () => {
        resolve();
        return await new Promise<never>(() => undefined);
      };
      void system.run([record], { webhooks: { routerOf } }, 700);
      await begun;
    }
    expect(await system.run([record], {}, 700)).toEqual({ batchItemFailures: [] });
    expect(await putAside(before)).toMatchObject([{ sequenceNumber: "700" }]);
    expect(await system.messages()).toEqual([]);
  });

  it("is not one of a format that waits for newer code, however often it comes", async () => {
    const before = await aws.listKeys("quarantine/");
    later();
    const newer = Buffer.from('{"tidepost":3,"customer_id":"1"}\nwhatever');
    for (let returns = 0; returns < 5; returns += 1) {
      expect(await system.run([newer], {}, 900)).toEqual({ batchItemFailures: [{ itemIdentifier: "900" }] });
    }
    expect(await putAside(before)).toEqual([]);
  });

  it("is not one that comes again because a store is not there, however often", async () => {
    await system.addWebhook();
    const records = packed(customerId, eventsOf(1));
    const before = await aws.listKeys("quarantine/");
    later();
    const down = () => Promise.reject(new DependencyError("not available"));
    const outages: readonly Partial<BatchDeps>[] = [
      { deliveries: { sendAll: down } },
      { webhooks: { routerOf: down } },
      { stuckRecords: { begin: down } },
    ];
    for (let round = 0; round < 5; round += 1) {
      for (const outage of outages) {
        expect(await system.run(records, outage, 800)).toEqual({ batchItemFailures: [{ itemIdentifier: "800" }] });
      }
    }
    expect(await system.run(records, {}, 800)).toEqual({ batchItemFailures: [] });
    expect((await system.messages()).map(({ events }) => events)).toEqual([1]);
    expect(await putAside(before)).toEqual([]);
  });
});
