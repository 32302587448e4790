import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { maxPollBytes } from "#shared/contract/limits.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { createListenWorld, type ListenWorld } from "../../support/listen-world.ts";

let aws: Aws;
let world: ListenWorld;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());
beforeEach(async () => {
  world = await createListenWorld(aws);
});

const event = (n: number, fields: object = {}): string =>
  JSON.stringify({ msys: { track_event: { type: "click", n, ...fields } } });
const upTo = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, n) => from + n);
const byNumber = (events: readonly number[]): readonly number[] => events.toSorted((a, b) => a - b);
/** A time before everything that a test puts. What tests before it have put may fill a poll's first read. */
const aMomentAgo = (): string => new Date(Date.now() - 1_000).toISOString();

describe("a poll", () => {
  it("answers with nothing but a cursor when nothing comes, after its wait", async () => {
    const before = world.now();
    const { status, events, cursor, headers } = await world.poll({ wait: "6" });
    expect([status, events]).toEqual([200, []]);
    expect(cursor).toMatch(/^[\w-]{20,}$/);
    expect(headers).toMatchObject({ "cache-control": "no-store" });
    const tookMs = world.now() - before;
    expect(tookMs).toBeGreaterThanOrEqual(4_000);
  });

  it("begins now, and goes on behind its cursor without a gap or a repetition", async () => {
    await world.put([event(1)]);
    // Later by the clock of the stream, too: events that come next must not seem to be older than the poll.
    await setTimeout(10);
    let { cursor } = await world.poll({ wait: "0" });
    const seen: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      await world.put(
        upTo(3, 10 * round).map((n) => event(n)),
        { partitionKey: crypto.randomUUID() },
      );
      await world.put([event(10 * round + 3)], { partitionKey: crypto.randomUUID() });
      const answer = await world.poll({ wait: "2", cursor });
      seen.push(...answer.events);
      ({ cursor } = answer);
    }
    expect(byNumber(seen)).toEqual([0, 10, 20, 30].flatMap((n) => upTo(4, n)));
    expect((await world.poll({ wait: "2", cursor })).events).toEqual([]);
  });

  it("begins with what came from a time on", async () => {
    const from = aMomentAgo();
    await world.put([event(1), event(2)]);
    expect((await world.poll({ from })).events).toEqual([1, 2]);
  });

  it("gives each event as its producer wrote it", async () => {
    const written =
      '{ "msys": {"track_event": {"type":"click", "n": 1.0, "id":12345678901234567890, "s":"\\u00e9é"}} }';
    const from = aMomentAgo();
    await world.put([written]);
    expect((await world.poll({ from })).text).toContain(`{"results":[${written}],"next_cursor":"`);
  });

  it("answers at most the events that are asked for, and the next one goes on within a record", async () => {
    const from = aMomentAgo();
    await world.put(upTo(1_250).map((n) => event(n)));
    const seen: number[] = [];
    let place: Record<string, string> = { from };
    for (let round = 0; round < 4; round += 1) {
      const answer = await world.poll({ ...place, limit: "400", wait: "2" });
      expect(answer.events.length).toBe(round < 3 ? 400 : 50);
      seen.push(...answer.events);
      place = { cursor: answer.cursor };
    }
    expect(seen).toEqual(upTo(1_250));
  });

  it("answers at most two megabytes, and leaves out and counts what is larger alone", async () => {
    const from = aMomentAgo();
    const large = (n: number, bytes: number): string => event(n, { text: "x".repeat(bytes) });
    await put([large(1, 900_000)]);
    await put([large(2, 900_000)]);
    await put([large(3, 900_000)]);
    const first = await world.poll({ from });
    expect([first.events, first.omitted]).toEqual([[1, 2], 0]);
    await put([large(4, maxPollBytes)]);
    await put([event(5)]);
    const second = await world.poll({ cursor: first.cursor });
    expect([second.events, second.omitted]).toEqual([[3, 5], 1]);
  });

  it("reads no shard more often than every two seconds, whoever polls and however short", async () => {
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        ["a", "b", "c"].map(
          async (owner) => await world.poll({ wait: "0" }, { owner: `${owner}-${world.customerId}` }),
        ),
      );
    }
    await world.poll({ wait: "8" });
    const byShard = Map.groupBy(world.reads, ({ shard }) => shard);
    expect(byShard.size).toBe(2);
    for (const reads of byShard.values()) {
      const times = reads.map(({ at }) => at).toSorted((a, b) => a - b);
      expect(times.length).toBeGreaterThan(10);
      // Four slots, each of which reads once in two seconds.
      for (const [index, at] of times.entries())
        expect((times[index + 4] ?? Infinity) - at).toBeGreaterThanOrEqual(2_000);
    }
  });

  it("leaves a shard alone that refuses a read, and loses nothing", async () => {
    let refusals = 2;
    const { events } = world.deps;
    const changes = {
      events: {
        ...events,
        read: async (iterator: string, limit: number) => {
          refusals -= 1;
          return refusals >= 0 ? ({ kind: "throttled" } as const) : await events.read(iterator, limit);
        },
      },
    };
    const from = aMomentAgo();
    await world.put([event(1)]);
    const before = world.now();
    const answer = await world.poll({ from }, { changes });
    expect([answer.status, answer.events]).toEqual([200, [1]]);
    expect(world.now() - before).toBeGreaterThanOrEqual(4_000);
  });

  it("gives quiet shards their turn beside one that fills every answer", async () => {
    const from = aMomentAgo();
    const [one = "", other = ""] = await keysOfShards();
    await world.put(
      upTo(500).map((n) => event(n)),
      { partitionKey: one },
    );
    await world.put([event(1_000)], { partitionKey: other });
    await world.put(
      upTo(500, 500).map((n) => event(n)),
      { partitionKey: one },
    );
    const seen: number[] = [];
    let place: Record<string, string> = { from };
    for (let round = 0; round < 12 && !seen.includes(1_000); round += 1) {
      const answer = await world.poll({ ...place, limit: "100", wait: "2" });
      seen.push(...answer.events);
      place = { cursor: answer.cursor };
    }
    expect(seen).toContain(1_000);
    expect(seen.length).toBeLessThan(1_001);
  });
});

const put = async (events: readonly string[]): Promise<void> => {
  const { client, streamName: StreamName } = aws.stream;
  const PartitionKey = world.customerId;
  for (const text of events) {
    const owned = JSON.parse(text) as { msys: { track_event: object } };
    const fields = { customer_id: world.customerId, ...owned.msys.track_event };
    const Data = gzipSync(JSON.stringify({ msys: { track_event: fields } }));
    await client.send(new PutRecordsCommand({ StreamName, Records: [{ Data, PartitionKey }] }));
  }
};

/** A partition key for each of the stream's two shards. */
const keysOfShards = async (): Promise<readonly string[]> => {
  const { client, streamName: StreamName } = aws.stream;
  const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const Data = Buffer.from(event(0, { customer_id: "nobody" }));
  const { Records = [] } = await client.send(
    new PutRecordsCommand({ StreamName, Records: keys.map((PartitionKey) => ({ Data, PartitionKey })) }),
  );
  const other = Records.findIndex(({ ShardId }) => ShardId !== Records[0]?.ShardId);
  return [keys[0] ?? "", keys[other] ?? ""];
};

describe("events", () => {
  it("are those of the key's customer alone, whatever they say of themselves", async () => {
    const from = aMomentAgo();
    const other = crypto.randomUUID();
    await world.put([event(1, { customer_id: world.customerId }), event(2)], { owner: other });
    await world.put([event(3, { customer_id: other }), event(4)]);
    expect((await world.poll({ from })).events).toEqual([3, 4]);
    expect((await world.poll({ from }, { owner: other })).events).toEqual([1, 2]);
  });

  it("are those of the types that are asked for, by the names of mail servers, too", async () => {
    const from = aMomentAgo();
    await world.put([event(1), event(2, { type: "bounce" }), event(3, { type: "inband" }), event(4, { type: "open" })]);
    expect((await world.poll({ from, events: "bounce,open" })).events).toEqual([2, 3, 4]);
  });

  it("about webhooks come to those who name them, and never as those of the webhook that they are about", async () => {
    const from = aMomentAgo();
    const { webhookId } = await world.addWebhook({ events: ["webhook_failing", "click"] });
    const told = (n: number, about: string) =>
      JSON.stringify({
        msys: {
          webhook_event: { n, type: "webhook_failing", webhook_id: about, customer_id: world.customerId },
        },
      });
    const Records = [told(1, webhookId), told(2, "another")].map((text) => ({
      Data: Buffer.from(text),
      PartitionKey: world.customerId,
    }));
    await aws.stream.client.send(new PutRecordsCommand({ StreamName: aws.stream.streamName, Records }));
    await world.put([event(3)]);
    expect((await world.poll({ from })).events).toEqual([3]);
    expect((await world.poll({ from, events: "webhook_failing" })).events).toEqual([1, 2]);
    expect((await world.poll({ from, webhook_id: webhookId })).events).toEqual([2, 3]);
  });

  it("are those that a webhook takes: its types and its sub-account, also while it is paused", async () => {
    const from = aMomentAgo();
    const { webhookId } = await world.addWebhook({ events: ["click"], subaccountId: 7, active: false });
    await world.put([
      event(1),
      event(2, { subaccount_id: "7" }),
      event(3, { subaccount_id: "7", type: "open" }),
      event(4, { subaccount_id: "8" }),
      event(5, { subaccount_id: 7 }),
    ]);
    expect((await world.poll({ from, webhook_id: webhookId })).events).toEqual([2, 5]);
    expect((await world.poll({ from, webhook_id: webhookId, events: "open", wait: "2" })).events).toEqual([]);
    const ofPrimary = { headers: { "X-MSYS-SUBACCOUNT": "0" } };
    expect((await world.poll({ from }, ofPrimary)).events).toEqual([1]);
    expect((await world.poll({ from, webhook_id: webhookId }, ofPrimary)).status).toBe(404);
  });

  it("are those that pass a webhook's filter, as it gets them", async () => {
    const from = aMomentAgo();
    const { webhookId } = await world.addWebhook({
      filter: { field: "n", in: [1, "3"] },
      fields: { exclude: ["rcpt_meta"] },
      mask: ["rcpt_to"],
      maskKey: "secret",
    });
    await world.put([1, 2, 3].map((n) => event(n, { rcpt_to: "ann@example.com", rcpt_meta: { a: 1 } })));
    const { events, text } = await world.poll({ from, webhook_id: webhookId });
    expect(events).toEqual([1, 3]);
    expect(text).not.toMatch(/example|rcpt_meta|secret/);
    expect(text).toMatch(/"rcpt_to":"[0-9a-f]{64}"/);
    expect((await world.poll({ from })).text).toContain("ann@example.com");
  });
});

describe("a cursor", () => {
  it.each([
    ["is no cursor", () => "nonsense"],
    ["is altered", (cursor: string) => `${cursor.slice(0, -2)}${cursor.endsWith("AA") ? "BB" : "AA"}`],
    ["is cut off", (cursor: string) => cursor.slice(0, -4)],
    ["is empty", () => ""],
    ["has been encoded again", (cursor: string) => `${cursor}=`],
  ])("that %s is refused", async (_, change) => {
    const { cursor } = await world.poll({ wait: "0" });
    const { status, errors } = await world.poll({ cursor: change(cursor) });
    expect([status, errors[0]?.code, errors[0]?.message]).toEqual([
      400,
      "1200",
      "'cursor' is not a cursor of these events",
    ]);
  });

  it("of another customer is refused", async () => {
    const { cursor } = await world.poll({ wait: "0" });
    expect((await world.poll({ cursor }, { owner: "another" })).status).toBe(400);
    expect((await world.poll({ cursor }, { changes: { streamName: "another" } })).status).toBe(400);
    expect((await world.poll({ cursor, wait: "0" })).status).toBe(200);
  });

  it("expires with the events behind it, and not while it is used", async () => {
    const from = aMomentAgo();
    await world.put([event(1)]);
    let { cursor } = await world.poll({ from });
    for (let hours = 0; hours < 40; hours += 20) {
      world.skip(20 * 60 * 60_000);
      const answer = await world.poll({ cursor, wait: "0" });
      expect([answer.status, answer.events]).toEqual([200, []]);
      ({ cursor } = answer);
    }
    world.skip(24 * 60 * 60_000);
    const { status, errors } = await world.poll({ cursor });
    expect([status, errors[0]?.message]).toEqual([400, "'cursor' has expired"]);
  });
});

describe("polls at once", () => {
  const until = (now: number): number => now + 10_000;

  it("are two of a customer", async () => {
    const { deps, customerId } = world;
    const now = world.now();
    for (const slot of [0, 1]) await deps.slots.take({ slot, holder: "h", customerId, now, until: until(now) });
    const { status, errors, headers } = await world.poll({ wait: "0" });
    expect([status, errors[0]?.message]).toEqual([429, "Too many polls for events"]);
    expect(headers).toMatchObject({ "retry-after": "5" });
    expect((await world.poll({ wait: "0" }, { owner: "another" })).status).toBe(200);
    // Theirs died with their function.
    world.skip(10_000);
    expect((await world.poll({ wait: "0" })).status).toBe(200);
  });

  it("are four of all customers", async () => {
    const now = world.now();
    for (const slot of upTo(4)) {
      await world.deps.slots.take({ slot, holder: "h", customerId: `other-${slot % 2}`, now, until: until(now) });
    }
    expect((await world.poll({ wait: "0" })).status).toBe(429);
    await world.deps.slots.release({ slot: 2, holder: "somebody else", until: now });
    expect((await world.poll({ wait: "0" })).status).toBe(429);
    await world.deps.slots.release({ slot: 2, holder: "h", until: now + 1_000 });
    expect((await world.poll({ wait: "0" })).status).toBe(200);
  });

  it("let go of their slot when they fail", async () => {
    const events = { ...world.deps.events, listShards: () => Promise.reject(new Error("no stream")) };
    for (let n = 0; n < 6; n += 1) expect((await world.poll({ wait: "0" }, { changes: { events } })).status).toBe(500);
    expect((await world.poll({ wait: "0" })).status).toBe(200);
  });
});

it.each([
  [{ wait: "21" }, "'wait' must be a number of seconds from 0 to 20"],
  [{ wait: "-1" }, "'wait' must be"],
  [{ limit: "0" }, "'limit' must be an integer from 1 to 10000"],
  [{ events: "click,nonsense" }, "'events' must be a comma-separated list of: "],
  [{ from: "yesterday" }, "'from' must be a time"],
  [{ from: "2020-01-01T00:00:00Z" }, "'from' is not a time that events are kept from"],
  [{ from: "2100-01-01T00:00:00Z" }, "'from' is not a time that events are kept from"],
  [{ from: "2026-01-01T00:00:00Z", cursor: "x" }, "'from' does not go with 'cursor'"],
])("refuses %j", async (query, message) => {
  const { status, errors } = await world.poll(query);
  expect([status, errors[0]?.code]).toEqual([400, "1200"]);
  expect(errors[0]?.message).toContain(message);
  expect(world.reads).toEqual([]);
});

it("refuses a key that may only look at webhooks, or only ingest", async () => {
  for (const grants of [["webhooks/view"], ["ingest/write"], []] as const) {
    expect((await world.poll({ wait: "0" }, { grants })).status).toBe(403);
  }
});
