import { gzipSync } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DependencyError } from "#shared/errors.ts";
import { type Frame, writeFrames } from "#shared/events/frames.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
import { compress } from "#shared/events/zstd.ts";
import { compileRouter } from "#shared/webhooks/routing.ts";
import type { BatchDeps } from "../../../lambdas/batch/handler.ts";
import { readWindow } from "../../../lambdas/batch/window.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { asBatch } from "../../support/deliver-deps.ts";
import { createBatchSystem, eventsOf, packed } from "../../support/batch-system.ts";
import { webhook } from "../../support/builders.ts";
import { kinesisEvent } from "../../support/lambda-events.ts";
import { storedBody } from "../../support/stored-body.ts";

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

  it.each([
    ["more events than its webhook takes in a batch", {}, 25_000, 10_000],
    ["as many batches as events", { batchSize: 1 }, 300, 1],
  ])("of %s is one message with one body, which has all of them in order", async (_, fields, count, batchSize) => {
    const { webhookId } = await system.addWebhook(fields);
    await system.run(packed(customerId, eventsOf(count)));
    const messages = await system.received();
    expect(messages).toEqual([
      expect.objectContaining({ version: 2, webhookId, customerId, events: count, batchSize, next: 0, hop: 0 }),
    ]);
    const stored = await Promise.all(messages.map(async ({ body }) => await system.deps.bodies.load(body)));
    const numbers = stored.flatMap((body) => JSON.parse(storedBody(body?.bytes ?? Buffer.alloc(0)).toString()));
    expect(numbers.map((event) => event.msys.message_event.n)).toEqual(Array.from({ length: count }, (__, n) => n));
    expect(await aws.listKeys(`batches/${webhookId}/`)).toHaveLength(count > 300 ? 1 : 0);
  });

  it.each([
    ["filled", 3],
    ["did not fill", 4],
  ])(
    "tells how a batch was formed that its window %s: what closed it, when, and the events by type",
    async (_, batchSize) => {
      await system.addWebhook({ batchSize, eventsMode: "all" });
      const event = (type: string) =>
        Buffer.from(JSON.stringify({ msys: { message_event: { type, customer_id: customerId } } }));
      await system.run(packed(customerId, [event("reception"), event("delivery"), event("invented")]));
      expect((await system.messages()).map(({ formation }) => formation)).toEqual([
        {
          closedBy: "window",
          closedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          batchSize,
          eventTypes: { injection: 1, delivery: 1, other: 1 },
        },
      ]);
    },
  );

  it("says where on the stream a batch came from", async () => {
    await system.addWebhook({ revision: 3 });
    const records = [...packed(customerId, eventsOf(2)), ...packed(customerId, eventsOf(3))];
    await system.run(records, {}, 100);
    const [message] = await system.messages();
    expect(message?.stretch).toEqual({
      shard: expect.stringMatching(/^shardId-/),
      firstSequenceNumber: "100",
      lastSequenceNumber: "101",
      revision: 3,
      first: 0,
      next: 5,
    });
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

  it("goes to the queue of retries for webhooks whose targets may hold an attempt for seconds", async () => {
    const healthy = await system.addWebhook({ breaker: { kind: "closed", failures: 3 } });
    const open = { kind: "open", openedAt: now, reason: "response_timeout", failedProbes: 0, until: now } as const;
    const slow = [
      await system.addWebhook({ breaker: open }),
      await system.addWebhook({ breaker: { ...open, kind: "half_open" } }),
      await system.addWebhook({ breaker: { kind: "closed", failures: 1, timedOut: true } }),
    ];
    await system.run(packed(customerId, eventsOf(1)));
    expect((await system.messages()).map(({ webhookId }) => webhookId)).toEqual([healthy.webhookId]);
    const messages = await system.slowMessages();
    expect(new Set(messages.map(({ webhookId }) => webhookId))).toEqual(
      new Set(slow.map(({ webhookId }) => webhookId)),
    );
    expect(messages.map((message) => message.slow)).toEqual([true, true, true]);
  });

  it("of many webhooks is handed over some at a time, so that their bodies are not in memory together", async () => {
    const webhooks = Array.from({ length: 450 }, () => webhook({ webhookId: crypto.randomUUID(), customerId }));
    const router = compileRouter(webhooks);
    let bodies = 0;
    let most = 0;
    const place: BatchDeps["bodies"]["place"] = async (body) => {
      most = Math.max(most, (bodies += 1));
      return await system.deps.bodies.place(body);
    };
    const sendAll: BatchDeps["deliveries"]["sendAll"] = async (messages) => {
      bodies -= messages.length;
      return await system.deps.deliveries.sendAll(messages);
    };
    const changes = {
      webhooks: { routerOf: async () => await Promise.resolve(router) },
      bodies: { place },
      deliveries: { sendAll },
    };
    await system.run(packed(customerId, eventsOf(3)), changes);
    expect(most).toBeLessThan(webhooks.length / 2);
    const got = (await system.messages()).map(({ webhookId }) => webhookId);
    expect(got.toSorted()).toEqual(webhooks.map(({ webhookId }) => webhookId).toSorted());
  });

  it("gives the same ids and bodies when it runs again", async () => {
    const own = await system.addWebhook({ batchSize: 2 });
    const all = await system.addWebhook();
    const large = await system.addWebhook({ batchSize: 2_000 });
    const records = packed(customerId, eventsOf(5_000));
    const runs: (readonly string[])[] = [];
    for (let run = 0; run < 2; run += 1) {
      await system.run(records);
      const messages = (await system.received()).toSorted((a, b) => a.webhookId.localeCompare(b.webhookId));
      runs.push(messages.map((message) => JSON.stringify(message)));
    }
    expect(runs[0]).toHaveLength(3);
    expect(runs[1]).toEqual(runs[0]);
    for (const { webhookId } of [own, all, large]) expect(await aws.listKeys(`batches/${webhookId}/`)).toHaveLength(1);
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

describe("a filter", () => {
  const numbered = (count: number): readonly Buffer[] =>
    Array.from({ length: count }, (_, n) =>
      Buffer.from(
        `{"msys":{"message_event":{"type":"delivery", "n":${n}.0,"campaign_id":"${n % 3 === 0 ? "spring" : "autumn"}","rcpt_to":"r${n}@example.com"}}}`,
      ),
    );
  const filter = { field: "campaign_id", eq: "spring" } as const;

  it.each([
    ["frames of ingest", (owner: string, events: readonly Buffer[]) => packed(owner, events)],
    ["few events", (owner: string, events: readonly Buffer[]) => packed(owner, events.slice(0, 5))],
    [
      "records of others",
      (owner: string, events: readonly Buffer[]) => [
        gzipSync(
          events.map((event) => event.toString().replace('{"type"', `{"customer_id":"${owner}","type"`)).join("\n"),
        ),
      ],
    ],
  ])("keeps the events that pass it, with their own bytes, of %s", async (_, records) => {
    const filtered = await system.addWebhook({ filter });
    const nobody = await system.addWebhook({ filter: { field: "campaign_id", exists: false } });
    // Filters that are equal are asked once for all, wherever they stand among others.
    const others = await system.addWebhook({ filter: { not: filter } });
    const equal = await system.addWebhook({ filter: { ...filter }, fields: { include: ["n"] } });
    const all = await system.addWebhook();
    const given = records(customerId, numbered(100));
    await system.run(given);
    const bodies = new Map<string, string>();
    for (const message of await system.messages()) bodies.set(message.webhookId, await system.bodyOf(message));
    const whole = JSON.parse(bodies.get(all.webhookId) ?? "") as readonly object[];
    const texts = (bodies.get(all.webhookId) ?? "").slice(1, -1).split(/(?<=\}\}\}),/);
    expect(texts).toHaveLength(whole.length);
    expect(bodies.get(filtered.webhookId)).toBe(`[${texts.filter((_text, n) => n % 3 === 0).join(",")}]`);
    expect(bodies.get(others.webhookId)).toBe(`[${texts.filter((_text, n) => n % 3 !== 0).join(",")}]`);
    type Numbered = readonly { readonly msys: { readonly message_event: { readonly n: number } } }[];
    const numbers = (JSON.parse(bodies.get(equal.webhookId) ?? "") as Numbered).map(({ msys }) => msys.message_event.n);
    expect(numbers).toEqual(texts.flatMap((_text, n) => (n % 3 === 0 ? [n] : [])));
    expect(bodies.has(nobody.webhookId)).toBe(false);
  });

  it("and a selection give the same ids and bodies when a window runs again, as one batch and as a chain", async () => {
    const events = numbered(3_000);
    const rules = { filter, fields: { exclude: ["campaign_id"] }, mask: ["rcpt_to"], maskKey: "secret" };
    await system.addWebhook(rules);
    const chain = await system.addWebhook({ ...rules, batchSize: 300 });
    const runs: (readonly string[])[] = [];
    for (let run = 0; run < 2; run += 1) {
      await system.run(packed(customerId, events));
      const messages = (await system.received()).toSorted((a, b) => a.webhookId.localeCompare(b.webhookId));
      runs.push(messages.map((message) => JSON.stringify(message)));
      for (const message of messages) {
        const text =
          message.webhookId === chain.webhookId
            ? storedBody((await system.deps.bodies.load(message.body))?.bytes ?? Buffer.alloc(0)).toString()
            : await system.bodyOf(asBatch(message));
        const found = JSON.parse(text);
        expect([found.length, message.events]).toEqual([1_000, 1_000]);
        const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
        expect(found[1].msys.message_event).toEqual({ type: "delivery", n: 3, rcpt_to: hash });
      }
    }
    expect(runs[0]).toHaveLength(2);
    expect(runs[1]).toEqual(runs[0]);
  });

  it("puts an event aside that it cannot read, which others get all the same", async () => {
    const all = await system.addWebhook();
    await system.addWebhook({ filter: { not: filter } });
    const [route] = [{ type: "delivery", subaccountId: undefined }];
    const text = Buffer.from('{"msys":nonsense}');
    const frame: Frame = { events: 1, bytes: text.length, data: compress(text), routes: [route] };
    await system.run([writeFrames(customerId, [frame])]);
    expect((await system.messages()).map(({ webhookId }) => webhookId)).toEqual([all.webhookId]);
    const keys = await aws.listKeys("quarantine/");
    const objects = await Promise.all(
      keys.map(async (Key) => {
        const { Body } = await aws.bucket.client.send(new GetObjectCommand({ Bucket: aws.bucket.bucketName, Key }));
        return (await Body?.transformToString()) ?? "";
      }),
    );
    expect(
      objects.filter((object) => object.includes("as a filter found") && object.includes(customerId)),
    ).toHaveLength(1);
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
      counts.push((await system.received()).reduce((sum, { events }) => sum + events, 0));
    }
    expect(counts).toEqual([160, 80]);
  });

  it("because millions of tiny events would not fit the function's memory comes again, frames unopened", () => {
    const records = packed(customerId, eventsOf(500));
    const reading = readWindow(kinesisEvent(Array.from({ length: 4_000 }, () => records).flat()));
    expect(reading.stop?.reason).toBe("memory");
    // Each takes a few hundred bytes once it is an object, however short it is.
    expect(reading.events).toBeLessThan(500_000);
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
