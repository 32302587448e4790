import { gzipSync, zstdCompressSync } from "node:zlib";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { type QueueMessage, queueMessage } from "#shared/contract/chain-message.ts";
import { frameOf, writeFrames } from "#shared/events/frames.ts";
import { createHandler as createBatchHandler } from "../../../lambdas/batch/handler.ts";
import { createHandler as createDeliverHandler } from "../../../lambdas/deliver/handler.ts";
import type { Aws } from "../../support/aws.ts";
import { createBatchSystem } from "../../support/batch-system.ts";
import { eventTexts, webhook } from "../../support/builders.ts";
import { chainOf } from "../../support/chain-message.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { kinesisEvent, lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { virtualQueue } from "../../support/virtual-queue.ts";
import stored from "../../unit/records/stored-records.json" with { type: "json" };
import { useEmulators } from "../../support/use-emulators.ts";

/** The customers of the stored records. */
const customerId = "7";
const customers = [customerId, "42"] as const;
const createdAt = "2026-01-02T03:04:00.000Z";
const started = Date.parse("2026-01-02T03:04:10Z");

let aws: Aws;
let receiver: Receiver;
useEmulators((emulated) => {
  ({ aws, receiver } = emulated);
});

/** Messages as earlier versions wrote them, each with an event of its own; `messages` and `texts` are in the same order. */
const writeMessages = async (webhookId: string) => {
  const texts: string[] = [];
  const event = (): string => {
    const text = JSON.stringify({ msys: { message_event: { type: "delivery", n: texts.length } } });
    texts.push(text);
    return text;
  };
  const messages: object[] = [];
  const add = async (
    fields: object,
    kind: "gzip" | "zstd" | "frames" = "gzip",
    place: "inline" | "stored" = "inline",
    record?: object,
  ): Promise<void> => {
    const batchId = crypto.randomUUID();
    const text = event();
    const body = Buffer.from(`[${text}]`);
    const frames = (): Buffer => writeFrames(customerId, [frameOf(eventTexts([text]))]);
    const bytes = { gzip: gzipSync, zstd: zstdCompressSync, frames }[kind](body);
    const suffix = { gzip: "json.gz", zstd: "json.zst", frames: "frames" }[kind];
    const own = { batchId, webhookId, customerId, createdAt, events: 1, bytes: body.length };
    messages.push({
      version: 1,
      settingsRevision: 1,
      ...own,
      body:
        place === "inline"
          ? { kind: "inline", [kind]: bytes.toString("base64") }
          : await aws.storeObject(`batches/${webhookId}/${batchId}.${suffix}`, bytes),
      attempt: 1,
      ...fields,
    });
    if (record === undefined) return;
    const { client, tableName } = aws.tables.batches;
    const Item = { pk: webhookId, sk: `${createdAt}#${batchId}`, ...own, claimedUntil: 0, ...record };
    await client.send(new PutCommand({ TableName: tableName, Item }));
  };
  const times = { firstAttemptAt: createdAt, expiresAt: "2026-01-02T07:04:00.000Z", ttl: started / 1_000 + 1_000_000 };
  const failed = { at: createdAt, durationMs: 10, status: 500, reason: "http_5xx" };
  const formation = { closedBy: "window", closedAt: createdAt, batchSize: 10_000, eventTypes: { delivery: 1 } };

  // The first version: bodies in gzip, and nothing else in a message or a record.
  await add({});
  await add({}, "gzip", "stored");
  const attempts = [1, 2].map((attempt) => ({ attempt, ...failed }));
  await add({ attempt: 3 }, "gzip", "stored", { ...times, state: "retrying", attempts, recordedAttempts: 2 });
  await add({ attempt: 2 }, "gzip", "inline", { ...times, state: "retrying", attempts: [], recordedAttempts: 1 });
  // Parking, halves and replays.
  await add({ parked: true }, "gzip", "inline", { ...times, state: "parked", attempts: [], recordedAttempts: 0 });
  await add({ firstAttemptAt: started - 1_000 });
  await add({ replayId: crypto.randomUUID() }, "gzip", "stored");
  const split = { ...formation, closedBy: "split", splitFrom: crypto.randomUUID() };
  await add({ firstAttemptAt: started - 1_000, formation: split }, "gzip", "stored");
  await add({ redelivery: true, attempt: 2, formation });
  // zstd, halves along a path, the second lane.
  await add({ formation }, "zstd");
  await add({ formation }, "zstd", "stored");
  const half = { rootBatchId: crypto.randomUUID(), halvings: 1, isOnPath: true };
  await add({ formation: split, half, refused: { status: 422, times: 2 }, attempt: 3 }, "zstd", "stored");
  await add({ formation, slow: true }, "zstd");
  // Frames.
  await add({ formation }, "frames");
  await add({ formation, attempt: 2 }, "frames", "stored");

  // Chains: the first message of one, and the rest of another.
  const chain = { webhookId, customerId, createdAt, batchSize: 2 };
  const whole = [event(), event(), event()].map((text) => JSON.parse(text));
  messages.push(await chainOf(aws, { ...chain, events: whole, isInline: true }));
  const passedOn = await chainOf(aws, {
    ...chain,
    sequenceNumber: 200,
    events: [{ msys: { message_event: { type: "delivery", n: -1 } } }, JSON.parse(event()), JSON.parse(event())],
  });
  messages.push({ ...passedOn, next: 1, hop: 1, slow: true });
  return { messages, texts };
};

/** A webhook that takes all events of a customer. */
const addWebhook = async (owner: string): Promise<string> => {
  const webhookId = crypto.randomUUID();
  const settings = {
    target: `${receiver.url}/hook`,
    authToken: "",
    auth: { type: "none" },
    customHeaders: {},
  } as const;
  await deliverySettingsTable(aws.tables.webhooks).put({ webhookId, revision: 1, settings });
  await webhooksTable(aws.tables.webhooks).create(webhook({ webhookId, customerId: owner, eventsMode: "all" }));
  return webhookId;
};

it("what earlier versions left on stream, queues, tables and bucket is delivered once", async () => {
  let now = started;
  const webhookIds = await Promise.all(customers.map(addWebhook));
  const [webhookId = ""] = webhookIds;
  const { messages, texts } = await writeMessages(webhookId);

  const system = await createBatchSystem(aws, () => now);
  const records = stored.map(({ data }) => Buffer.from(data, "base64"));
  const read = await createBatchHandler(system.deps)(kinesisEvent(records), lambdaContext());
  expect(read).toEqual({ batchItemFailures: [] });

  const queue = virtualQueue(() => now);
  const asReceived = (message: object): QueueMessage => queueMessage.parse(JSON.parse(JSON.stringify(message)));
  for (const message of [...messages, ...(await system.received())]) await queue.send(asReceived(message));
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const deliver = createDeliverHandler(deliverDeps(aws, { retries: { send: queue.send }, targets, now: () => now }));
  for (let at = queue.nextAt(); at !== undefined; at = queue.nextAt()) {
    now = Math.max(now, at);
    const received = queue.receive();
    expect(await deliver(sqsEvent(received.map(({ message }) => message)), lambdaContext())).toEqual({
      batchItemFailures: [],
    });
    queue.acknowledge(received.map(({ id }) => id));
  }
  await targets.close();

  const bodies = receiver.requests.map(({ body }) => JSON.parse(body.toString()) as readonly unknown[]);
  const arrived = bodies.flat().map((event) => JSON.stringify(event));
  const ofStream = stored.flatMap(({ events }) => events.map(({ text }) => JSON.stringify(JSON.parse(text))));
  expect(arrived.toSorted()).toEqual([...texts, ...ofStream].toSorted());
  const listing = batchListing(aws.tables.batches);
  const pages = await Promise.all(webhookIds.map((id) => listing.list({ webhookId: id, limit: 1_000, now })));
  const states = pages.flatMap(({ batches }) => batches.map(({ state }) => state));
  expect(states).toEqual(receiver.requests.map(() => "delivered"));
  expect(await aws.listKeys("batches/")).toEqual([]);
  expect(await aws.listKeys("quarantine/")).toEqual([]);
});
