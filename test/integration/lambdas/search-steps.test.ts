import { describe, expect, it } from "vitest";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import { initialSearchProgress } from "#shared/delivery/search.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { eventTexts } from "../../support/builders.ts";
import type { Aws } from "../../support/aws.ts";
import { type RecoverWorld, useRecoverWorld } from "../../support/recover-world.ts";
import { events, eventOf, placesOf } from "../../support/searched-events.ts";

let aws: Aws;
let world: RecoverWorld;
useRecoverWorld((begun) => {
  ({ aws, world } = begun);
});

describe("a step of a search", () => {
  it("ends when a closed shard is gone, and notes what is missing", async () => {
    await world.put(events(3));
    const search = await world.search({ eventId: "e-1" });
    const shards = [...(await world.deps.events.listShards()), "shardId-000000000099"];
    await world.replayAll({ events: { ...world.deps.events, listShards: async () => await Promise.resolve(shards) } });
    const found = await world.readSearch(search);
    expect(found.search.state).toBe("finished");
    expect(found.matches).toHaveLength(1);
    expect(found.shards.filter(({ droppedTo }) => droppedTo !== undefined)).toMatchObject([{ isDone: true }]);
  });

  it("counts a window once for all batches that were made of it", async () => {
    const webhook = await world.addTarget({ eventsMode: "all", batchSize: 1 });
    await world.put(events(12));
    await world.collect();
    await world.start(webhook);
    await world.replayAll();
    await world.drain();
    const search = await world.search({ eventId: "e-7" });
    let lists = 0;
    const list: typeof world.replays.list = async (...ref) => {
      lists += 1;
      return await world.replays.list(...ref);
    };
    await world.replayAll({ replays: { ...world.replays, list } });
    const places = placesOf((await world.readSearch(search)).matches);
    expect(places.get(webhook.webhookId)?.ids).toEqual([...world.postedIn(webhook, 7)].toSorted());
    expect(lists).toBeLessThan(6);
  });

  it("looks at a webhook in each step, however long it takes to list them", async () => {
    const webhook = await world.addTarget({ eventsMode: "all" });
    await world.put(events(3));
    await world.collect();
    await world.drain();
    const search = await world.search({ eventId: "e-1" });
    const list: typeof world.webhooks.list = async (customerId) => {
      const webhooks = await world.webhooks.list(customerId);
      world.pass(30_000);
      return webhooks;
    };
    await world.replayAll({ webhooks: { ...world.webhooks, list } });
    const places = placesOf((await world.readSearch(search)).matches);
    expect(places.get(webhook.webhookId)?.ids).toEqual(world.postedIn(webhook, 1));
  });

  it("says of each event as of when all of its webhooks were looked at", async () => {
    await world.addTarget({ eventsMode: "all" });
    await world.addTarget({ eventsMode: "all" });
    await world.put(events(1));
    const search = await world.search({ eventId: "e-0" });
    let beganAt = Infinity;
    let looks = 0;
    const list: typeof world.replays.list = async (...ref) => {
      beganAt = Math.min(beganAt, world.deps.now());
      looks += 1;
      // Each webhook takes a step of its own.
      world.pass(30_000);
      return await world.replays.list(...ref);
    };
    await world.replayAll({ replays: { ...world.replays, list } });
    const { matches } = await world.readSearch(search);
    expect(placesOf(matches).size).toBe(2);
    expect(looks).toBe(2);
    expect(Date.parse(matches[0]?.lookedUpAt ?? "")).toBeLessThanOrEqual(beganAt);
  });

  it("says that there may be more batches where not all replays of a webhook are listed", async () => {
    const webhook = await world.addTarget({ eventsMode: "all" });
    await world.put(events(1));
    const estimate = await world.start(webhook, { dryRun: true });
    await world.replayAll();
    const isCut = async (replays: number): Promise<boolean | undefined> => {
      const listed = Array.from({ length: replays }, (_, n) => ({
        replay: { ...estimate, replayId: String(n) },
        shards: [],
      }));
      const search = await world.search({ eventId: "e-0" });
      const list = async () => await Promise.resolve(listed);
      await world.replayAll({ replays: { ...world.replays, list } });
      return (await world.readSearch(search)).matches[0]?.whereabouts?.[0]?.isCut;
    };
    expect([await isCut(99), await isCut(100)]).toEqual([undefined, true]);
  });

  it("looks at a sub-account's own webhooks, however many older ones take the event", async () => {
    const createdAt = new Date(Date.now() - 3_600_000).toISOString();
    const own = await world.addTarget({ eventsMode: "all", subaccountId: 7, createdAt });
    await world.put([eventOf(1, { subaccount_id: "7" })]);
    await world.collect();
    await world.drain();
    for (let n = 0; n < 100; n += 1) await world.addWebhook({ eventsMode: "all" });
    const search = await world.search({ eventId: "e-1" }, { actsFor: 7 });
    await world.replayAll();
    const { matches } = await world.readSearch(search);
    expect([...placesOf(matches)]).toEqual([[own.webhookId, { ids: world.postedIn(own, 1), isExact: true }]]);
    expect(matches[0]?.takers).toBe(1);
  });

  it("takes nothing away that is known, when a copy of it comes late", async () => {
    await world.addTarget({ eventsMode: "all" });
    await world.addTarget({ eventsMode: "all", batchSize: 2 });
    await world.put(events(5));
    await world.collect();
    await world.drain();
    const search = await world.search({ eventId: "e-1" });
    const late: (() => Promise<unknown>)[] = [];
    await world.run(async (message) => {
      if (message.kind === "search_step") {
        const [running, progress] = [
          await world.searches.find(search),
          await world.searches.findShard(search, message.shard),
        ];
        const searches: typeof world.searches = {
          ...world.searches,
          find: async () => await Promise.resolve(running),
          findShard: async () => await Promise.resolve(progress),
        };
        const list: typeof world.webhooks.list = async (customerId) =>
          (await world.webhooks.list(customerId)).slice(0, 1);
        late.push(async () => await world.handle(message, { searches, webhooks: { ...world.webhooks, list } }));
      }
      await world.handle(message);
    });
    const { matches } = await world.readSearch(search);
    expect(placesOf(matches).size).toBe(2);
    for (const copy of late) await copy();
    expect((await world.readSearch(search)).matches).toEqual(matches);
  });

  it("stops when the shards have found more than is shown together, and looks up no more than is shown", async () => {
    await world.addTarget({ eventsMode: "all" });
    await world.put(events(1));
    const search = await world.search({ eventId: "e-0" });
    const other = "shardId-000000000099";
    const shards = [...(await world.deps.events.listShards()), other];
    const stream = { ...world.deps.events, listShards: async () => await Promise.resolve(shards) };
    const held: ReplayMessage[] = [];
    let isFound = false;
    await world.run(async (message) => {
      if (message.kind === "search_step" && message.shard === other) return void held.push(message);
      await world.handle(message, { events: stream });
      if (isFound || (await world.searches.listMatches(search)).length === 0) return;
      isFound = true;
      // Meanwhile the other shard has found as many as are shown, and earlier ones.
      const estimate = { records: 1, bytes: 1, readMs: 1 };
      const progress = { ...initialSearchProgress(search, other), revision: 1, estimate, found: 100 };
      await world.searches.putShard(search, progress);
      for (let item = 0; item < 100; item += 1) {
        const place = { shard: other, sequenceNumber: "1", item, event: 0, arrivedAt: 1, type: "delivery" };
        await world.searches.putMatch(search, { ...place, fields: {}, bytes: 2 });
      }
    });
    for (const message of held) world.putBack(message);
    await world.run();
    const found = await world.readSearch(search);
    expect(found.search.state).toBe("finished");
    expect(found.matches).toHaveLength(101);
    expect(found.matches.at(-1)?.isLookedUp).toBeUndefined();
    expect(found.shards.find(({ shard }) => shard === other)).toMatchObject({ isStopped: true, isDone: true });
  });

  it("reads windows as long as there is time, and goes on behind those that it has counted", async () => {
    const webhook = await world.addTarget({ eventsMode: "all" });
    const stream = eventStream(aws.stream);
    for (let round = 1; round <= 3; round += 1) {
      // In one shard, so that each replay has a window of its own that holds the first event.
      const records = packRecords(world.customerId, eventTexts([eventOf(round)]));
      await stream.putAll(records.map((record) => ({ ...record, partitionKey: "one" })));
      await world.collect();
      await world.drain();
      await world.start(webhook, { number: round });
      await world.replayAll();
      await world.drain();
    }
    const search = await world.search({ eventId: "e-1" });
    let windows = 0;
    const slow: typeof world.deps.events = {
      ...world.deps.events,
      openShard: async (shard, from) => {
        if (from.kind === "at") {
          windows += 1;
          world.pass(15_000);
        }
        return await world.deps.events.openShard(shard, from);
      },
    };
    let asked = 0;
    const turns: typeof world.deps.turns = {
      ...world.deps.turns,
      // The shard is another's to read from time to time.
      take: async (turn) => (windows > 0 && (asked += 1) % 2 === 1 ? false : await world.deps.turns.take(turn)),
    };
    await world.run(async (message) => {
      const before = windows;
      await world.handle(message, { events: slow, turns });
      expect(windows - before).toBeLessThanOrEqual(1);
    });
    const places = placesOf((await world.readSearch(search)).matches);
    expect(world.postedIn(webhook, 1)).toHaveLength(4);
    expect(places.get(webhook.webhookId)).toEqual({ ids: [...world.postedIn(webhook, 1)].toSorted(), isExact: true });
    expect(windows).toBe(3);
  });

  it("does not call looked up what it has no webhooks left for", async () => {
    await world.addTarget({ eventsMode: "all" });
    await world.put([eventOf(1)]);
    const search = await world.search({ eventId: "e-1" });
    const other = initialSearchProgress(search, "shardId-000000000099");
    await world.searches.putShard(search, { ...other, revision: 1, webhooks: 500, isDone: true });
    await world.replayAll();
    const found = await world.readSearch(search);
    expect(found.search.state).toBe("finished");
    expect(found.matches).toMatchObject([{ isLookedUp: false, whereabouts: [], takers: 1 }]);
    expect(found.matches[0]?.lookedUpAt).toBeUndefined();
  });

  it("samples no more than a replay may read", async () => {
    const filler = "x".repeat(40_000);
    for (let n = 0; n < 30; n += 1)
      await world.putData(Buffer.from(eventOf(n, { customer_id: world.customerId, filler })));
    let bytes = 0;
    let pausedMs = 0;
    const counting: typeof world.deps.events = {
      ...world.deps.events,
      read: async (...wanted) => {
        const page = await world.deps.events.read(...wanted);
        if (page.kind === "records") bytes += page.records.reduce((sum, { data }) => sum + data.length, 0);
        return page;
      },
    };
    const pause: typeof world.deps.pause = async (ms) => {
      pausedMs += ms;
      return await world.deps.pause(ms);
    };
    const from = new Date(Date.now() - 60_000);
    const to = new Date(from.getTime() + 1).toISOString();
    const search = await world.search({ eventId: "e-1" }, { dryRun: true, from: from.toISOString(), to });
    await world.replayAll({ events: counting, pause });
    expect((await world.readSearch(search)).search.state).toBe("finished");
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(pausedMs * 1_000);
  });
});
