import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { replayCounts, replayShare } from "#shared/delivery/replay.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { createReplayWorld, numberedEvents, numbersOf, type ReplayWorld } from "../../support/replay-world.ts";

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

let aws: Aws;
let world: ReplayWorld;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());
beforeEach(async () => {
  world = await createReplayWorld(aws);
});

describe("a replay", () => {
  it("sends each event that the webhook takes once more, marked, in batches of the webhook's size", async () => {
    const webhook = await world.addWebhook({ batchSize: 1_000 });
    await world.put([...numberedEvents(5_200), ...numberedEvents(10, { type: "bounce" })]);
    const replay = await world.start(webhook);
    await world.run();
    expect(numbersOf(world.sent)).toEqual(upTo(5_200));
    const { customerId } = world;
    for (const { message } of world.sent) {
      expect(message).toMatchObject({
        replayId: replay.replayId,
        webhookId: webhook.webhookId,
        customerId,
        attempt: 1,
      });
      expect(message.events).toBeLessThanOrEqual(1_000);
    }
    const found = await world.read(replay);
    expect(found.replay).toMatchObject({ state: "finished", endedAt: expect.any(String) });
    expect(found.shards).toHaveLength(2);
    expect(replayShare(found.replay, found.shards)).toBe(1);
    const counts = replayCounts(found.shards);
    expect(counts).toMatchObject({ events: 5_200, batchesFormed: world.sent.length, batchesSent: world.sent.length });
  });

  it("finishes on a stream without records", async () => {
    const replay = await world.start(await world.addWebhook());
    await world.run();
    expect(world.sent).toEqual([]);
    expect((await world.read(replay)).replay.state).toBe("finished");
  });

  it("sends nothing that belongs to another customer, nor counts it", async () => {
    const webhook = await world.addWebhook({ eventsMode: "all" });
    const other = crypto.randomUUID();
    await world.put(numberedEvents(30));
    await world.put(numberedEvents(700, { customer_id: world.customerId }), other);
    const replay = await world.start(webhook);
    await world.run();
    expect(numbersOf(world.sent)).toEqual(upTo(30));
    expect(replayCounts((await world.read(replay)).shards)).toMatchObject({ records: 1, events: 30 });
  });

  it("sends only what arrived from the first time until before the second", async () => {
    const webhook = await world.addWebhook();
    const moment = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const at = new Date().toISOString();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return at;
    };
    await world.put(numberedEvents(1, { type: "click" }));
    const from = await moment();
    await world.put(numberedEvents(5));
    const to = await moment();
    await world.put(numberedEvents(1, { type: "click" }));
    await world.start(webhook, { from, to });
    await world.run();
    expect(world.sent.map(({ body }) => body).join("")).not.toContain("click");
    expect(numbersOf(world.sent)).toEqual(upTo(5));
  });

  it("keeps its rate, also when one record holds more batches than are sent at a time", async () => {
    const webhook = await world.addWebhook({ batchSize: 1 });
    await world.put(numberedEvents(75));
    const replay = await world.start(webhook, { rate: 2 });
    await world.run();
    expect(numbersOf(world.sent)).toEqual(upTo(75));
    expect(world.sent).toHaveLength(75);
    const due = world.sent.map(({ dueAt }) => dueAt).toSorted((a, b) => a - b);
    const first = due[0] ?? 0;
    for (const [index, at] of due.entries()) expect(at - first).toBeGreaterThanOrEqual(index * 500 - 2_000);
    const { shards } = await world.read(replay);
    expect(replayCounts(shards)).toMatchObject({ batchesFormed: 75, batchesSent: 75 });
  });

  it("counts in a dry run what it then sends, and sends nothing", async () => {
    const webhook = await world.addWebhook({ batchSize: 100 });
    await world.put(numberedEvents(1_234));
    const dry = await world.start(webhook, { dryRun: true });
    await world.run();
    expect(world.sent).toEqual([]);
    const counted = replayCounts((await world.read(dry)).shards);
    const real = await world.start(webhook, { number: 2 });
    await world.run();
    expect(replayCounts((await world.read(real)).shards)).toEqual({ ...counted, batchesSent: counted.batchesFormed });
    expect(counted.events).toBe(1_234);
  });

  it("makes other batches than another replay of the same records", async () => {
    const webhook = await world.addWebhook();
    await world.put(numberedEvents(10));
    await world.start(webhook);
    await world.run();
    await world.start(webhook, { number: 2 });
    await world.run();
    expect(world.sent).toHaveLength(2);
    expect(new Set(world.sent.map(({ message }) => message.batchId)).size).toBe(2);
  });

  it("applies the filters of the moment, and loses nothing when they change in the middle", async () => {
    const webhook = await world.addWebhook({ batchSize: 1, events: ["click"] });
    await world.put([...numberedEvents(40), ...numberedEvents(1, { type: "click" })]);
    await world.start(webhook, { rate: 1 });
    const change = { ...webhook, events: ["delivery"], revision: 2 };
    await world.webhooks.replace(change, 1);
    while (world.sent.length === 0) {
      const message = world.next();
      if (message === undefined) break;
      await world.handle(message);
    }
    await world.webhooks.replace({ ...change, name: "renamed", revision: 3 }, 2);
    await world.run();
    expect(world.sent.map(({ body }) => body).join("")).not.toContain("click");
    expect([...new Set(numbersOf(world.sent))]).toEqual(upTo(40));
  });

  it("sends what passes the webhook's filter, as the webhook gets it, and looks for a recipient before it is masked", async () => {
    const webhook = await world.addWebhook({ filter: { field: "n", lt: 3 }, mask: ["rcpt_to"], maskKey: "secret" });
    await world.put(numberedEvents(6, { rcpt_to: "ann@example.com" }));
    await world.put(numberedEvents(2, { rcpt_to: "bob@example.com" }));
    await world.start(webhook, { filter: { recipient: "Ann@example.com" } });
    await world.run();
    expect(numbersOf(world.sent)).toEqual([0, 1, 2]);
    expect(world.sent.map(({ body }) => body).join("")).not.toContain("example.com");
  });

  it("stops when it is cancelled", async () => {
    const webhook = await world.addWebhook({ batchSize: 1 });
    await world.put(numberedEvents(60));
    const replay = await world.start(webhook, { rate: 1 });
    while (world.sent.length === 0) await world.handle(world.next() ?? expect.fail("nothing was sent"));
    expect(await world.replays.end(replay, { state: "cancelled", at: 0 })).toBe(true);
    const sent = world.sent.length;
    await world.run();
    expect(world.sent).toHaveLength(sent);
    expect(sent).toBeLessThan(60);
    expect((await world.read(replay)).replay.state).toBe("cancelled");
  });

  it("counts what a step that was under way when it was cancelled has sent, and takes no other step", async () => {
    const webhook = await world.addWebhook({ batchSize: 1 });
    await world.put(numberedEvents(60));
    const replay = await world.start(webhook, { rate: 1 });
    const { retries } = world.deps;
    const sentOf = async () => replayCounts((await world.read(replay)).shards).batchesSent;
    const seenAtCancel: number[] = [];
    const cancelling = {
      sendAllDelayed: async (messages: Parameters<typeof retries.sendAllDelayed>[0]) => {
        await world.replays.end(replay, { state: "cancelled", at: 0 });
        seenAtCancel.push(await sentOf());
        await retries.sendAllDelayed(messages);
      },
    };
    await world.run(async (message) => await world.handle(message, { retries: cancelling }));
    expect(seenAtCancel).toEqual([0]);
    expect(world.sent).toHaveLength(10);
    expect(await sentOf()).toBe(10);
  });

  it("waits while its webhook is paused", async () => {
    const webhook = await world.addWebhook({ active: false });
    await world.put(numberedEvents(10));
    await world.start(webhook);
    for (let step = 0; step < 9; step += 1) await world.handle(world.next() ?? expect.fail("it has ended"));
    expect(world.sent).toEqual([]);
    await world.webhooks.replace({ ...webhook, active: true, revision: 2 }, 1);
    await world.run();
    expect(numbersOf(world.sent)).toEqual(upTo(10));
  });

  it("fails when its webhook is deleted, and when the stream has dropped its records", async () => {
    const webhook = await world.addWebhook();
    const gone = await world.start(webhook);
    await world.webhooks.remove(world.customerId, webhook.webhookId);
    await world.run();
    expect((await world.read(gone)).replay).toMatchObject({ state: "failed", reason: "webhook_deleted" });

    const late = await world.start(await world.addWebhook(), { from: new Date(Date.now() - 86_400_000).toISOString() });
    await world.run();
    expect((await world.read(late)).replay).toMatchObject({ state: "failed", reason: "records_dropped" });
  });

  it("does not take a throttled stream for its end", async () => {
    await world.put(numberedEvents(10));
    await world.start(await world.addWebhook());
    let reads = 0;
    const { events } = world.deps;
    const throttled = {
      ...events,
      read: async (iterator: string, limit: number) => {
        reads += 1;
        return reads % 3 === 0 ? await events.read(iterator, limit) : ({ kind: "throttled" } as const);
      },
    };
    await world.run(async (message) => await world.handle(message, { events: throttled }));
    expect(numbersOf(world.sent)).toEqual(upTo(10));
  });

  it("lets go of a shard that gives nothing on the way to a border, and goes on later", async () => {
    await world.put(numberedEvents(30));
    await world.start(await world.addWebhook({ batchSize: 1 }), { rate: 1 });
    while (world.sent.length === 0) await world.handle(world.next() ?? expect.fail("nothing was sent"));
    const { events } = world.deps;
    let isThrottled = true;
    let throttles = 0;
    const throttled = {
      ...events,
      read: async (iterator: string, limit: number) => {
        if (!isThrottled) return await events.read(iterator, limit);
        throttles += 1;
        return { kind: "throttled" } as const;
      },
    };
    for (let step = 0; step < 20; step += 1) {
      expect(await world.handle(world.next() ?? expect.fail("it has ended"), { events: throttled })).toBe(true);
    }
    expect(throttles).toBeGreaterThan(4);
    isThrottled = false;
    await world.run();
    expect(numbersOf(world.sent)).toEqual(upTo(30));
  });

  it("reads a shard while no other replay reads it, and each has its turn", async () => {
    await world.put(numberedEvents(500));
    const replays = [await world.start(await world.addWebhook()), await world.start(await world.addWebhook())];
    const { events, turns } = world.deps;
    const readers = new Map<string, number>();
    let most = 0;
    const count = (shard: string, change: number): void => {
      readers.set(shard, (readers.get(shard) ?? 0) + change);
      most = Math.max(most, ...readers.values());
    };
    const watched: Partial<ReplayWorld["deps"]> = {
      events: {
        ...events,
        openShard: async (shard, from) => {
          count(shard, 1);
          return await events.openShard(shard, from);
        },
      },
      turns: {
        ...turns,
        giveBack: async (turn) => {
          count(turn.shard, -1);
          await turns.giveBack(turn);
        },
      },
    };
    // As many at once as the mapping takes.
    for (let step = 0; step < 100; step += 1) {
      const messages = Array.from({ length: 5 }, () => world.next()).filter((message) => message !== undefined);
      if (messages.length === 0) break;
      const isDone = await Promise.all(messages.map(async (message) => await world.handle(message, watched)));
      expect(isDone).not.toContain(false);
    }
    for (const replay of replays) expect((await world.read(replay)).replay.state).toBe("finished");
    expect(numbersOf(world.sent)).toEqual(upTo(500).flatMap((n) => [n, n]));
    expect(most).toBe(1);
  });

  it("leaves a shard to the replay that asked for it while it read, for as long as that one takes to ask again", async () => {
    const { turns } = world.deps;
    const shard = crypto.randomUUID();
    const take = async (holder: string, now: number) =>
      await turns.take({ shard, holder, now, until: now + 60, askedUntil: now + 15 });
    expect([await take("a", 1_000), await take("b", 1_001), await take("c", 1_002)]).toEqual([true, false, false]);
    await turns.giveBack({ shard, holder: "a", until: 1_060 });
    expect([await take("a", 1_003), await take("c", 1_003), await take("b", 1_005)]).toEqual([false, false, true]);
    // What "a" has left behind ends nobody's turn, and a turn that is not given back ends by itself.
    await turns.giveBack({ shard, holder: "a", until: 1_060 });
    expect([await take("a", 1_006), await take("a", 1_066)]).toEqual([false, true]);
    // Who asked and never came back is not waited for.
    expect([await take("b", 1_067), await take("c", 1_127)]).toEqual([false, true]);
  });

  it("crosses a long time without records once, over as many steps as it takes", async () => {
    const hourAgo = Date.now() - 3_600_000;
    await world.put(numberedEvents(10));
    await world.start(await world.addWebhook(), { from: new Date(hourAgo).toISOString() });
    const { events } = world.deps;
    const startTimes: number[] = [];
    let emptyPages = 100;
    const sparse: typeof events = {
      ...events,
      openShard: async (shard, from) => {
        if (from.kind === "time") startTimes.push(from.at);
        return await events.openShard(shard, from);
      },
      read: async (iterator, limit) => {
        if (emptyPages === 0) return await events.read(iterator, limit);
        emptyPages -= 1;
        const at = hourAgo + (100 - emptyPages) * 30_000;
        return { kind: "records", records: [], iterator, behindMs: world.deps.now() - at };
      },
    };
    await world.run(async (message) => await world.handle(message, { events: sparse }));
    expect(numbersOf(world.sent)).toEqual(upTo(10));
    expect(new Set(startTimes).size).toBeGreaterThan(2);
    expect(Math.max(...startTimes)).toBeGreaterThan(hourAgo + 2_000_000);
  });

  it("waits for records that arrived in its range but cannot be read yet", async () => {
    const webhook = await world.addWebhook();
    const replay = await world.start(webhook, { to: new Date(Date.now() + 75_000).toISOString() });
    for (let step = 0; step < 4; step += 1) await world.handle(world.next() ?? expect.fail("it has ended"));
    expect((await world.read(replay)).replay.state).toBe("running");
    await world.put(numberedEvents(10));
    await world.run();
    expect(numbersOf(world.sent)).toEqual(upTo(10));
  });
});
