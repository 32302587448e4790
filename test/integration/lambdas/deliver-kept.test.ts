import { gzipSync, gunzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Compression } from "#shared/contract/words.ts";
import { againOf } from "#shared/delivery/message.ts";
import { decodeBody } from "#shared/delivery/body.ts";
import { writeFrames } from "#shared/events/frames.ts";
import { compress } from "#shared/events/zstd.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import type { SettleDeps } from "../../../lambdas/deliver/settle.ts";
import type { Aws } from "../../support/aws.ts";
import { deliveryMessage, webhook } from "../../support/builders.ts";
import { captureLog } from "../../support/capture-log.ts";
import { chainOf } from "../../support/chain-message.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import type { Receiver } from "../../support/receiver.ts";
import { useEmulators } from "../../support/use-emulators.ts";

const start = Date.parse("2026-01-02T03:04:05Z");
const day = 24 * 60 * 60_000;
const createdAt = "2026-01-02T03:04:00.000Z";
const events = Array.from({ length: 4 }, (_, n) => ({ msys: { message_event: { type: "delivery", n } } }));
const text = JSON.stringify(events);

let aws: Aws;
let receiver: Receiver;
let now: number;
useEmulators((emulated) => {
  ({ aws, receiver } = emulated);
  now = start;
});

/** A webhook that keeps bodies for a week unless told otherwise, and `deliver` for it. */
const begin = async (fields: Partial<Webhook> = { keepBodiesDays: 7 }, compression: Compression = "none") => {
  const webhookId = crypto.randomUUID();
  const settings = {
    target: `${receiver.url}/hook`,
    authToken: "",
    auth: { type: "none" },
    customHeaders: {},
    ...(compression === "none" ? {} : { compression }),
  } as const;
  await deliverySettingsTable(aws.tables.webhooks).put({ webhookId, revision: 1, settings });
  await webhooksTable(aws.tables.webhooks).create(webhook({ webhookId, ...fields }));
  const deps = deliverDeps(aws, {
    retries: deliveryQueue(await aws.createQueue()),
    targets: outboundClient({ allowedRanges: ["127.0.0.0/8"] }),
    now: () => now,
  });
  const records = async () => (await batchListing(aws.tables.batches).list({ webhookId, limit: 100, now })).batches;
  return {
    webhookId,
    records,
    message: (body: DeliveryMessage["body"]): DeliveryMessage =>
      deliveryMessage({ webhookId, createdAt, events: events.length, bytes: text.length, body }),
    run: async (messages: readonly QueueMessage[], changes: Partial<SettleDeps> = {}) =>
      await createHandler({ ...deps, ...changes })(sqsEvent(messages), lambdaContext()),
    /** Texts of what is kept, by the batch's id. */
    kept: async () =>
      Object.fromEntries(
        await Promise.all(
          (await records()).flatMap(async ({ batchId, kept, bytes }) => {
            const place = kept && keptBodies(aws.bucket).placeOf({ webhookId, batchId, kept });
            const body = place && (await batchBodies(aws.bucket).load(place));
            return [batchId, body && (await decodeBody(body, bytes)).body.toString()] as const;
          }),
        ),
      ),
  };
};

const inflaters = { gzip: gunzipSync, zstd: zstdDecompressSync, none: (sent: Buffer) => sent };

/** Texts of what the target has, by the batch's id. */
const taken = (compression: Compression = "none") =>
  Object.fromEntries(
    receiver.requests.map(({ headers, body }) => [
      String(headers["x-messagesystems-batch-id"]),
      inflaters[compression](body).toString(),
    ]),
  );

const zstd = zstdCompressSync(text);
const frames = () => {
  const frameOf = (some: readonly unknown[]) => {
    const inside = JSON.stringify(some).slice(1, -1);
    return { events: some.length, bytes: inside.length, data: compress(Buffer.from(inside)), routes: [] };
  };
  return writeFrames("1", [frameOf(events.slice(0, 1)), frameOf(events.slice(1))]);
};

const inline = { kind: "inline", zstd: zstd.toString("base64") } as const;
const stored = async (suffix: string, bytes: Buffer) =>
  await aws.storeObject(`batches/${crypto.randomUUID()}.${suffix}`, bytes);

const places: readonly (readonly [string, Compression, () => BodyPlace | Promise<BodyPlace>])[] = [
  ["inside its message", "none", () => inline],
  ["that is an object", "none", async () => await stored("json.zst", zstd)],
  ["of frames", "none", () => ({ kind: "inline", frames: frames().toString("base64") })],
  ["of frames, sent in gzip", "gzip", async () => await stored("frames", frames())],
  ["in gzip", "gzip", async () => await stored("json.gz", gzipSync(text))],
  ["in zstd, sent so", "zstd", () => inline],
];

it.each(places)("a body %s is kept as its target has it", async (_, compression, place) => {
  const system = await begin({ keepBodiesDays: 7 }, compression);
  const message = system.message(await place());
  expect(await system.run([message])).toEqual({ batchItemFailures: [] });
  expect(taken(compression)).toEqual({ [message.batchId]: text });
  expect(await system.kept()).toEqual({ [message.batchId]: text });
  expect(await system.records()).toMatchObject([{ state: "delivered", kept: { days: 7 } }]);
  expect(await aws.listKeys(`kept/7/${system.webhookId}/`)).toHaveLength(1);
  if (message.body.kind === "stored") expect(await batchBodies(aws.bucket).load(message.body)).toBeUndefined();
});

it("each batch of a chain is kept, and each half of one that was too large, but not the whole", async () => {
  const system = await begin();
  const { webhookId } = system;
  const chain = await chainOf(aws, { webhookId, customerId: "1", createdAt, events, batchSize: 3, frameEvents: 2 });
  await system.run([chain]);
  const parts = [events.slice(0, 3), events.slice(3)].map((part) => JSON.stringify(part));
  expect(new Set(Object.values(await system.kept()))).toEqual(new Set(parts));
  expect(await system.kept()).toEqual(taken());

  receiver.respond("/hook", { kind: "refuseOver", bytes: text.length - 1 });
  const whole = system.message(inline);
  const halves: QueueMessage[] = [];
  await system.run([whole], {
    retries: { send: async (message) => void (await Promise.resolve(halves.push(message))) },
  });
  await system.run(halves);
  const { [whole.batchId]: ofWhole, ...others } = await system.kept();
  const { [whole.batchId]: _refused, ...delivered } = taken();
  expect([ofWhole, Object.keys(others).length]).toEqual([undefined, 4]);
  expect(others).toEqual(delivered);
});

it("nothing is kept without the option, of a webhook that is gone, or beyond what the operator allows", async () => {
  const off = await begin({});
  await off.run([off.message(inline)]);
  expect((await off.records()).map(({ state, kept }) => [state, kept])).toEqual([["delivered", undefined]]);
  const gone = await begin();
  await webhooksTable(aws.tables.webhooks).remove("1", gone.webhookId);
  await gone.run([gone.message(inline)]);
  expect((await gone.records()).map(({ state, kept }) => [state, kept])).toEqual([["delivered", undefined]]);
  const refused = await begin();
  await refused.run([refused.message(inline)], { maxKeepBodiesDays: 0 });
  await refused.run([refused.message(inline)], { maxKeepBodiesDays: 2 });
  const days = (await refused.records()).map(({ kept }) => kept?.days ?? 0);
  expect(new Set(days)).toEqual(new Set([0, 2]));
  for (const { webhookId } of [off, gone]) expect(await aws.listKeys(`kept/7/${webhookId}/`)).toEqual([]);
});

it("a batch that failed is kept when it is delivered, and one that expires is not", async () => {
  receiver.respond("/hook", { kind: "sequence", steps: [answer(500), answer(200)] });
  const system = await begin();
  const message = system.message(inline);
  const sent: QueueMessage[] = [];
  const retries = { send: async (next: QueueMessage) => void (await Promise.resolve(sent.push(next))) };
  await system.run([message], { retries });
  expect(await system.kept()).toEqual({ [message.batchId]: undefined });
  now += 30_000;
  await system.run(sent);
  expect(await system.kept()).toEqual({ [message.batchId]: text });
  await system.run([{ ...system.message(inline), firstAttemptAt: 1 }]);
  const ends = Object.fromEntries((await system.records()).map(({ state, kept }) => [state, kept?.days]));
  expect(ends).toEqual({ delivered: 7, expired: undefined });
  expect(await aws.listKeys(`batches/${system.webhookId}/`)).toEqual([]);
});

it("a body that cannot be stored is reported, and its batch is delivered once", async () => {
  const system = await begin();
  const message = system.message(inline);
  const keptBodiesAway = { put: async () => await Promise.reject(new Error("bucket not available")) };
  const log = await captureLog(async () => {
    const changes = { keptBodies: keptBodiesAway, telemetry: createTelemetry("deliver") };
    expect(await system.run([message], changes)).toEqual({ batchItemFailures: [] });
  });
  expect(log).toContain("body.not_kept");
  expect(log).toContain("BodiesNotKept");
  expect(await system.records()).toMatchObject([{ state: "delivered" }]);
  expect(receiver.requests).toHaveLength(1);
});

it("a message that comes again keeps what was not stored yet, until the days are over", async () => {
  const system = await begin();
  const message = system.message(inline);
  await system.run([message], { keptBodies: { put: async () => await Promise.resolve() } });
  expect(await system.kept()).toEqual({ [message.batchId]: undefined });
  now += 7 * day;
  await system.run([message]);
  expect(await system.kept()).toEqual({ [message.batchId]: undefined });
  now -= 1_000;
  await system.run([message]);
  expect(await system.kept()).toEqual({ [message.batchId]: text });
  expect(receiver.requests).toHaveLength(1);
});

it.each(["paused", "deleted"] as const)(
  "a chain whose webhook was %s after a crash keeps what it had delivered and not stored yet",
  async (fate) => {
    const system = await begin();
    const { webhookId } = system;
    const chain = await chainOf(aws, { webhookId, customerId: "1", createdAt, events, batchSize: 3, frameEvents: 2 });
    const post = async () => await Promise.reject(new Error("killed"));
    const first = JSON.stringify(events.slice(0, 3));
    let posts = 0;
    const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
    const crashed = await system.run([chain], {
      keptBodies: { put: async () => await Promise.resolve() },
      targets: { post: async (request) => ((posts += 1) === 1 ? await targets.post(request) : await post()) },
    });
    expect(crashed.batchItemFailures).toHaveLength(1);
    expect(Object.values(taken())).toEqual([first]);
    const webhooks = webhooksTable(aws.tables.webhooks);
    const found = await webhooks.find("1", webhookId);
    if (found === undefined) throw new Error("The webhook is gone");
    if (fate === "paused") await webhooks.replace({ ...found, active: false, revision: 2 }, 1);
    else await webhooks.remove("1", webhookId, 1);
    now += 70_000;
    expect(await system.run([chain])).toEqual({ batchItemFailures: [] });
    const kept = await system.kept();
    expect(Object.values(kept).filter((body) => body !== undefined)).toEqual([first]);
  },
);

/** A batch that was delivered and is kept, and the message that asks for it once more. */
const beginAgain = async (compression: Compression = "none") => {
  const system = await begin({ keepBodiesDays: 7 }, compression);
  const message = system.message(inline);
  await system.run([message]);
  const recordOf = async () => {
    const found = await batchesTable(aws.tables.batches).find(message);
    if (found?.kept === undefined) throw new Error("The batch is not kept");
    return { ...found, kept: found.kept };
  };
  const ask = async () => {
    const record = await recordOf();
    return againOf(record, { body: keptBodies(aws.bucket).placeOf(record), settingsRevision: 1 });
  };
  return { ...system, batchId: message.batchId, recordOf, ask };
};

it.each(["none", "gzip"] as const)(
  "a kept batch is sent again as itself, once for each time asked (%s)",
  async (compression) => {
    const system = await beginAgain(compression);
    const first = await system.ask();
    expect(await system.run([first])).toEqual({ batchItemFailures: [] });
    await system.run([first, first]);
    now += 1_000;
    await system.run([await system.ask()]);
    expect(receiver.requests).toHaveLength(3);
    for (const { headers, body } of receiver.requests) {
      expect([headers["x-messagesystems-batch-id"], inflaters[compression](body).toString()]).toEqual([
        system.batchId,
        text,
      ]);
    }
    expect(await system.recordOf()).toMatchObject({
      state: "delivered",
      recordedAttempts: 1,
      sentAgain: 2,
      endedAt: new Date(start).toISOString(),
      attempts: [{ attempt: 1 }, { attempt: 2, again: true }, { attempt: 3, again: true }],
    });
    expect(await system.kept()).toEqual({ [system.batchId]: text });
  },
);

it("one that fails when it is sent again stays delivered, waits for nothing, and says nothing of its webhook's health", async () => {
  const system = await beginAgain();
  const webhooks = webhooksTable(aws.tables.webhooks);
  const before = await webhooks.find("1", system.webhookId);
  receiver.respond("/hook", answer(500));
  const sent: QueueMessage[] = [];
  const retries = { send: async (next: QueueMessage) => void (await Promise.resolve(sent.push(next))) };
  await system.run([await system.ask()], { retries });
  expect(sent).toEqual([]);
  expect(await system.recordOf()).toMatchObject({
    state: "delivered",
    attempts: [{ status: 200 }, { status: 500, reason: "http_5xx", again: true }],
  });
  expect(await webhooks.find("1", system.webhookId)).toEqual(before);
  expect(await system.kept()).toEqual({ [system.batchId]: text });
});

it("is not sent again when its webhook has been paused or deleted meanwhile, or the body is gone", async () => {
  const system = await beginAgain();
  const webhooks = webhooksTable(aws.tables.webhooks);
  const asked = await system.ask();
  await system.run([asked], {
    bodies: { ...batchBodies(aws.bucket), load: async () => await Promise.resolve(undefined) },
  });
  // That claim has ended: what keeps the others from a POST is not that the batch is held.
  now += 70_000;
  const found = await webhooks.find("1", system.webhookId);
  if (found === undefined) throw new Error("The webhook is gone");
  await webhooks.replace({ ...found, active: false, revision: 2 }, 1);
  expect(await system.run([asked])).toEqual({ batchItemFailures: [] });
  await webhooks.remove("1", system.webhookId);
  expect(await system.run([asked])).toEqual({ batchItemFailures: [] });
  expect(receiver.requests).toHaveLength(1);
  expect(await system.kept()).toEqual({ [system.batchId]: text });
});

it.each([
  ["the operator allows none", {}, 0, 0],
  ["its webhook keeps none any more", { keepBodiesDays: 0 }, 0, 30],
  ["its days are over", {}, 7 * day, 30],
  ["its webhook keeps them for fewer days now", { keepBodiesDays: 2 }, 2 * day, 30],
  ["its webhook was made anew", { createdAt: new Date(start + 60_000).toISOString() }, 120_000, 30],
] as const)("is not sent again when %s by the time that the message is read", async (_, fields, waitMs, maxDays) => {
  const system = await beginAgain();
  const asked = await system.ask();
  const webhooks = webhooksTable(aws.tables.webhooks);
  const found = await webhooks.find("1", system.webhookId);
  if (found === undefined) throw new Error("The webhook is gone");
  await webhooks.remove("1", system.webhookId);
  await webhooks.create({ ...found, ...fields });
  now += waitMs;
  expect(await system.run([asked], { maxKeepBodiesDays: maxDays })).toEqual({ batchItemFailures: [] });
  expect(receiver.requests).toHaveLength(1);
  expect(await system.recordOf()).toMatchObject({ attempts: [{ attempt: 1 }] });
});

it("stays kept when code that does not know of sending again takes it for a batch that has ended", async () => {
  const system = await beginAgain();
  const { again: _, ...older } = await system.ask();
  expect(await system.run([older])).toEqual({ batchItemFailures: [] });
  expect(receiver.requests).toHaveLength(1);
  expect(await system.kept()).toEqual({ [system.batchId]: text });
});

it("goes out once more after a crash between its POST and its record, and waits for whoever sends it", async () => {
  const system = await beginAgain();
  const asked = await system.ask();
  const { recordAgain: _, ...batchLog } = batchesTable(aws.tables.batches);
  await system.run([asked], { batchLog: { ...batchLog, recordAgain: async () => await Promise.resolve() } });
  const sent: QueueMessage[] = [];
  const retries = { send: async (next: QueueMessage) => void (await Promise.resolve(sent.push(next))) };
  await system.run([asked], { retries });
  expect([receiver.requests.length, sent]).toEqual([2, [asked]]);
  now += 70_000;
  await system.run(sent);
  expect(receiver.requests).toHaveLength(3);
  expect(await system.recordOf()).toMatchObject({ sentAgain: 1, state: "delivered" });
});
