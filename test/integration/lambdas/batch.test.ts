import { gzipSync } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { stuckRecords } from "#shared/adapters/s3/stuck-records.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import { DependencyError } from "#shared/errors.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { type Frame, writeFrames } from "#shared/events/frames.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
import { compress } from "#shared/events/zstd.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { type BatchDeps, createHandler } from "../../../lambdas/batch/handler.ts";
import { routerCache } from "../../../lambdas/batch/form-batches.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { bodyText } from "../../support/body-text.ts";
import { eventTexts, webhook } from "../../support/builders.ts";
import { kinesisEvent, lambdaContext } from "../../support/lambda-events.ts";

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

/** Events that do not compress well, so that their number decides what fits into a message. */
const eventsOf = (count: number, fields: object = {}): readonly Buffer[] =>
  Array.from({ length: count }, (_, n) => {
    const pad = crypto.getRandomValues(new Uint8Array(20));
    return Buffer.from(
      JSON.stringify({
        msys: { message_event: { type: "delivery", n, pad: Buffer.from(pad).toString("hex"), ...fields } },
      }),
    );
  });

const packed = (customerId: string, events: readonly Buffer[]): readonly Buffer[] =>
  packRecords(customerId, eventTexts(events)).map(({ data }) => data);

let now: number;
let customerId: string;
let system: Awaited<ReturnType<typeof createSystem>>;
beforeEach(async () => {
  now = Date.parse("2026-01-02T03:04:10Z");
  customerId = crypto.randomUUID();
  system = await createSystem();
});

const createSystem = async () => {
  const queue = await aws.createQueue();
  const bodies = batchBodies(aws.bucket);
  const webhooks = webhooksTable(aws.tables.webhooks);
  const deps: BatchDeps = {
    webhooks: routerCache({ webhooks, maxAgeMs: 45_000, now: () => now }),
    bodies,
    quarantine: quarantine(aws.bucket),
    stuckRecords: stuckRecords(aws.bucket),
    deliveries: deliveryQueue(queue),
    now: () => now,
    telemetry: createTelemetry("batch"),
  };
  return {
    deps,
    webhooks,
    addWebhook: async (fields: Parameters<typeof webhook>[0] = {}) => {
      const added = webhook({ webhookId: crypto.randomUUID(), customerId, ...fields });
      await webhooks.create(added);
      return added;
    },
    run: async (records: readonly (Buffer | string)[], changes: Partial<BatchDeps> = {}, first?: number) =>
      await createHandler({ ...deps, ...changes })(kinesisEvent(records, first), lambdaContext()),
    messages: async () => await aws.receiveAll(queue.queueUrl),
    bodyOf: async (message: DeliveryMessage): Promise<string> => await bodyText(bodies, message),
  };
};

describe("a window", () => {
  it("becomes one batch for each webhook that takes its events, with the events' own bytes", async () => {
    const first = await system.addWebhook();
    const second = await system.addWebhook({ events: ["delivery"] });
    await system.addWebhook({ events: ["bounce"] });
    await system.addWebhook({ active: false });
    const events = eventsOf(3);
    expect(await system.run(packed(customerId, events))).toEqual({ batchItemFailures: [] });
    const messages = await system.messages();
    expect(new Set(messages.map(({ webhookId }) => webhookId))).toEqual(new Set([first.webhookId, second.webhookId]));
    for (const message of messages) {
      expect(message).toMatchObject({ customerId, events: 3, attempt: 1, createdAt: "2026-01-02T03:04:05.123Z" });
      expect(await system.bodyOf(message)).toBe(`[${events.map(String).join(",")}]`);
    }
  });

  it("is cut into batches of at most 10,000 events", async () => {
    await system.addWebhook();
    const events = eventsOf(25_000);
    await system.run(packed(customerId, events));
    const messages = await system.messages();
    expect(messages.map((message) => message.events).toSorted((a, b) => b - a)).toEqual([10_000, 10_000, 5_000]);
    const delivered = await Promise.all(messages.map(async (message) => JSON.parse(await system.bodyOf(message))));
    const numbers = delivered.flat().map((event) => event.msys.message_event.n);
    expect(new Set(numbers).size).toBe(25_000);
  });

  it("keeps a webhook's own batch size", async () => {
    await system.addWebhook({ batchSize: 2 });
    await system.run(packed(customerId, eventsOf(5)));
    expect((await system.messages()).map(({ events }) => events).toSorted((a, b) => a - b)).toEqual([1, 2, 2]);
  });

  it("tells how each batch was formed: what closed it, when, and the events by type", async () => {
    await system.addWebhook({ batchSize: 2, eventsMode: "all" });
    const event = (type: string) =>
      Buffer.from(JSON.stringify({ msys: { message_event: { type, customer_id: customerId } } }));
    await system.run(packed(customerId, [event("reception"), event("delivery"), event("invented")]));
    const formations = (await system.messages()).map(({ formation }) => formation);
    const closedAt = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(formations).toContainEqual({
      closedBy: "count",
      closedAt,
      batchSize: 2,
      eventTypes: { injection: 1, delivery: 1 },
    });
    expect(formations).toContainEqual({ closedBy: "window", closedAt, batchSize: 2, eventTypes: { other: 1 } });
  });

  const lines = (_customerId: string, events: readonly Buffer[]): readonly Buffer[] => [
    Buffer.concat([writeLinesHeader(customerId), Buffer.from(events.map(String).join("\n"))]),
  ];
  it.each([
    ["frames", "frames", {}, packed, ".frames"],
    ["frames", "frames", { compression: "gzip" }, packed, ".frames"],
    ["zstd", "lines", {}, lines, ".json.zst"],
    ["gzip", "lines", { compression: "gzip" }, lines, ".json.gz"],
  ] as const)(
    "carries small bodies in the message and large ones through the bucket, as %s of records of %s when its settings say %o",
    async (encoding, _form, settings, recordsOf, suffix) => {
      const { maskedSettings } = webhook();
      const { webhookId } = await system.addWebhook({ maskedSettings: { ...maskedSettings, ...settings } });
      const [few, many] = [eventsOf(100), eventsOf(5_000)];
      await system.run(recordsOf(customerId, few));
      const [small] = await system.messages();
      expect(small?.body).toEqual({ kind: "inline", [encoding]: expect.any(String) });
      expect(small && (await system.bodyOf(small))).toBe(`[${few.map(String).join(",")}]`);
      await system.run(recordsOf(customerId, many));
      const [large] = await system.messages();
      const key = `batches/${webhookId}/${large?.batchId}${suffix}`;
      expect(large?.body).toEqual({ kind: "stored", key });
      expect(await aws.listKeys(`batches/${webhookId}/`)).toEqual([key]);
      expect(large && (await system.bodyOf(large))).toBe(`[${many.map(String).join(",")}]`);
    },
  );

  it("gives the same ids and bodies when it runs again", async () => {
    await system.addWebhook({ batchSize: 2 });
    const records = packed(customerId, eventsOf(5));
    const runs: (readonly string[])[] = [];
    for (let run = 0; run < 2; run += 1) {
      await system.run(records);
      const messages = await system.messages();
      const batches = messages.map(async (message) => `${message.batchId} ${await system.bodyOf(message)}`);
      runs.push((await Promise.all(batches)).toSorted());
    }
    expect(runs[0]).toHaveLength(3);
    expect(runs[1]).toEqual(runs[0]);
  });

  it("of several customers never mixes them", async () => {
    const mine = await system.addWebhook();
    const other = crypto.randomUUID();
    const theirs = await system.addWebhook({ customerId: other });
    await system.run([...packed(customerId, eventsOf(2, { customer_id: other })), ...packed(other, eventsOf(3))]);
    const counts = (await system.messages()).map(({ webhookId, events }) => [webhookId, events]);
    expect(Object.fromEntries(counts)).toEqual({ [mine.webhookId]: 2, [theirs.webhookId]: 3 });
  });
});

describe("undecodable data", () => {
  it("goes to quarantine with its reason, and its neighbours are handed over", async () => {
    await system.addWebhook();
    const [good = Buffer.alloc(0)] = packed(customerId, eventsOf(2));
    const garbage = [Buffer.from([0, 255, 7]), gzipSync("x".repeat(99)).subarray(0, 20), Buffer.from('{"no":"msys"}')];
    const partly = Buffer.from(`${String(eventsOf(1, { customer_id: customerId })[0])}\nnot json\n`);
    const before = await aws.listKeys("quarantine/");
    expect(await system.run([good, ...garbage, partly])).toEqual({ batchItemFailures: [] });
    expect((await system.messages()).map(({ events }) => events)).toEqual([3]);
    const keys = (await aws.listKeys("quarantine/")).filter((key) => !before.includes(key));
    expect(keys).toHaveLength(4);
    const { Body } = await aws.clients.s3.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key: keys[0] }));
    const stored = JSON.parse((await Body?.transformToString()) ?? "");
    expect(stored).toMatchObject({ shard: "shardId-000000000000", sequenceNumber: "101", partitionKey: "1" });
    expect(stored.pieces).toEqual([{ problem: expect.any(String), data: garbage[0]?.toString("base64") }]);
  });
});

it("a frame that is damaged inside goes to quarantine as a record, and its neighbours are handed over", async () => {
  await system.addWebhook();
  const [record = Buffer.alloc(0)] = packed(customerId, eventsOf(2));
  const damaged = Buffer.from(record);
  damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  expect(await system.run([record, damaged, record])).toEqual({ batchItemFailures: [] });
  expect((await system.messages()).map(({ events }) => events)).toEqual([4]);
  const Key = "quarantine/2026-01-02/shardId-000000000000-101.json";
  const { Body } = await aws.clients.s3.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
  const { sequenceNumber, pieces } = JSON.parse((await Body?.transformToString()) ?? "");
  expect(sequenceNumber).toBe("101");
  expect(pieces).toEqual([{ problem: expect.stringMatching(/^frame: /), data: damaged.toString("base64") }]);
});

describe("what is not read", () => {
  const newer = Buffer.from('{"tidepost":3,"customer_id":"1"}\nwhatever');

  it("because its format is newer is reported, not put aside, when what is before it has been handed over", async () => {
    await system.addWebhook();
    const before = await aws.listKeys("quarantine/");
    const records = [...packed(customerId, eventsOf(2)), newer, ...packed(customerId, eventsOf(3))];
    expect(await system.run(records)).toEqual({ batchItemFailures: [{ itemIdentifier: "101" }] });
    expect((await system.messages()).map(({ events }) => events)).toEqual([2]);
    expect(await system.run([newer])).toEqual({ batchItemFailures: [{ itemIdentifier: "100" }] });
    expect(await system.messages()).toEqual([]);
    expect(await aws.listKeys("quarantine/")).toEqual(before);
  });

  it("because a few kilobytes inflate to more than the function's memory comes again, until all is handed over", async () => {
    await system.addWebhook();
    const event = JSON.stringify({ msys: { track_event: { type: "click", pad: "x".repeat(900_000) } } });
    const text = Buffer.from(event);
    const routes = [{ type: "click", subaccountId: undefined }];
    const frame: Frame = { events: 1, bytes: text.length, data: compress(text), routes };
    const record = writeFrames(
      customerId,
      Array.from({ length: 40 }, () => frame),
    );
    let records = Array.from({ length: 6 }, () => record);
    const counts: number[] = [];
    for (let run = 0; run < 6 && records.length > 0; run += 1) {
      const { batchItemFailures } = await system.run(records);
      records = batchItemFailures.length === 0 ? [] : records.slice(Number(batchItemFailures[0]?.itemIdentifier) - 100);
      counts.push((await system.messages()).reduce((sum, { events }) => sum + events, 0));
    }
    expect(counts).toEqual([160, 80]);
  });
});

describe("a hand-over that fails", () => {
  it.each([
    ["the queue", { deliveries: { sendAll: () => Promise.reject(new DependencyError("not available")) } }],
    ["the bucket", { bodies: { place: () => Promise.reject(new DependencyError("not available")) } }],
  ])("at %s reports the first record, and the whole window comes again", async (_, changes) => {
    await system.addWebhook();
    const records = packed(customerId, eventsOf(5_000));
    expect(await system.run(records, changes)).toEqual({ batchItemFailures: [{ itemIdentifier: "100" }] });
    expect(await system.run(records)).toEqual({ batchItemFailures: [] });
    expect((await system.messages()).map(({ events }) => events)).toEqual([5_000]);
  });

  it("at the quarantine does the same", async () => {
    const changes = { quarantine: { put: () => Promise.reject(new DependencyError("not available")) } };
    expect(await system.run(["garbage"], changes)).toEqual({ batchItemFailures: [{ itemIdentifier: "100" }] });
  });
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

it("a new webhook is live within a minute, and definitions are not read for every window", async () => {
  await system.run(packed(customerId, eventsOf(1)));
  await system.addWebhook();
  await system.run(packed(customerId, eventsOf(1)));
  expect(await system.messages()).toEqual([]);
  now += 45_000;
  await system.run(packed(customerId, eventsOf(1)));
  expect(await system.messages()).toHaveLength(1);
});

it("an invocation without records succeeds", async () => {
  expect(await system.run([])).toEqual({ batchItemFailures: [] });
});
