import { describe, expect, it } from "vitest";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import { maxTestedBytes } from "#shared/contract/limits.ts";
import { initialSearchProgress, type TestCounts } from "#shared/delivery/search.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
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

  it("says what it waits for, once, and no longer when it goes on", async () => {
    await world.put(events(3));
    const search = await world.search({ eventId: "e-1" });
    let asked = 0;
    // The first three turns are another's.
    const take: typeof world.deps.turns.take = async (turn) => (asked += 1) > 3 && (await world.deps.turns.take(turn));
    const waiting: object[] = [];
    await world.run(async (message) => {
      await world.handle(message, { turns: { ...world.deps.turns, take } });
      const { shards } = await world.readSearch(search);
      if (asked <= 3) waiting.push(...shards.map(({ revision, waitsFor }) => ({ revision, waitsFor })));
    });
    expect(waiting.length).toBeGreaterThan(0);
    for (const shard of waiting) expect(shard).toEqual({ revision: 1, waitsFor: "turn" });
    const found = await world.readSearch(search);
    expect(found).toMatchObject({ search: { state: "finished" }, matches: [{ isLookedUp: true }] });
    expect(found.shards.filter(({ waitsFor }) => waitsFor !== undefined)).toEqual([]);
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

describe("a test of rules on the stream", () => {
  const rules = {
    eventsMode: "selected",
    events: ["bounce", "open"],
    exceptionSubaccounts: [8],
    filter: {
      and: [{ field: "rcpt_meta.plan", in: ["pro", "team"] }, { not: { field: "n", lt: 20 } }],
    },
    fields: { exclude: ["subject"] },
    mask: ["rcpt_to"],
    maskKey: "a key of the test alone",
  } as const;
  const types = ["bounce", "delivery", "open", "click"];
  const mixed = Array.from({ length: 700 }, (_, n) => ({
    type: types[n % types.length] ?? "",
    n: n % 3 === 0 ? String(n) : n,
    rcpt_to: `ann.${n}@example.com`,
    subject: "x",
    ...(n % 7 === 0 ? {} : { subaccount_id: String(7 + (n % 3)) }),
    ...(n % 5 === 0 ? {} : { rcpt_meta: { plan: ["pro", "team", "free"][n % 3] } }),
  }));
  type Fields = (typeof mixed)[number];
  const isOfTypes = ({ type, subaccount_id: subaccount }: Fields): boolean =>
    ["bounce", "open"].includes(type) && subaccount !== "8";
  const isTaken = (fields: Fields): boolean =>
    isOfTypes(fields) && ["pro", "team"].includes(fields.rcpt_meta?.plan ?? "") && Number(fields.n) >= 20;
  const text = (fields: object): string => JSON.stringify({ msys: { message_event: fields } });
  const lines = (texts: string): Buffer =>
    Buffer.concat([writeLinesHeader(world.customerId), Buffer.from(`${texts}\n`)]);
  const countsOf = (shards: readonly { readonly counts?: TestCounts }[]) => ({
    events: shards.reduce((sum, { counts }) => sum + (counts?.events ?? 0), 0),
    ofTypes: shards.reduce((sum, { counts }) => sum + (counts?.ofTypes ?? 0), 0),
    taken: shards.reduce((sum, { counts }) => sum + (counts?.taken ?? 0), 0),
  });
  const naive = (own: readonly Fields[]) => ({
    events: own.length,
    ofTypes: own.filter(isOfTypes).length,
    taken: own.filter(isTaken).length,
  });
  /** Puts what is mixed on the stream: in frames of many and of one event, and as lines, among events of others. */
  const put = async (): Promise<void> => {
    const texts = mixed.map(text);
    await world.put(texts.slice(0, 300));
    await world.put(events(50, { rcpt_meta: { plan: "pro" } }), crypto.randomUUID());
    for (let n = 300; n < 310; n += 1) await world.put([texts[n] ?? ""]);
    await world.putData(lines(texts.slice(310).join("\n")));
  };

  it("counts what a webhook with these rules gets, each event once, also when each step comes twice", async () => {
    const webhook = await world.addTarget(rules);
    await put();
    await world.collect();
    await world.drain();
    const test = await world.search({}, { tested: rules });
    await world.run(async (message) => {
      await world.handle(message);
      await world.handle(message);
    });
    const { search, shards, matches } = await world.readSearch(test);
    expect(search.state).toBe("finished");
    expect(countsOf(shards)).toEqual(naive(mixed));
    expect(naive(mixed).taken).toBeGreaterThan(50);
    const numbers = mixed.filter(isTaken).map(({ n }) => Number(n));
    expect(world.taken(webhook).toSorted((a, b) => a - b)).toEqual(numbers);
    const shown = (isLeftOut?: true) =>
      matches
        .filter((match) => match.isLeftOut === isLeftOut)
        .map((match) => (JSON.parse(match.text ?? "") as { msys: { message_event: Fields } }).msys.message_event);
    expect(shown().length).toBeGreaterThanOrEqual(5);
    for (const fields of shown()) {
      expect(isTaken(fields)).toBe(true);
      expect(fields.rcpt_to).toMatch(/^[0-9a-f]{64}$/);
      expect(fields).not.toHaveProperty("subject");
    }
    expect(shown(true).length).toBeGreaterThanOrEqual(5);
    for (const fields of shown(true)) {
      expect([isOfTypes(fields), isTaken(fields)]).toEqual([true, false]);
      expect(fields.rcpt_to).toContain("@example.com");
    }
  });

  it("counts a sub-account's own events alone, and all of a type where there is no filter", async () => {
    await put();
    const { filter: _filter, fields: _fields, mask: _mask, exceptionSubaccounts: _exceptions, ...byType } = rules;
    const test = await world.search({}, { tested: { ...byType, subaccountId: 9 }, actsFor: 9 });
    await world.replayAll();
    const { shards } = await world.readSearch(test);
    const own = mixed.filter(({ subaccount_id: subaccount }) => subaccount === "9");
    const ofTypes = own.filter(({ type }) => ["bounce", "open"].includes(type)).length;
    expect(countsOf(shards)).toEqual({ events: own.length, ofTypes, taken: ofTypes });
  });

  it("leaves out what is no JSON, as a window does, and stops when all shards have read enough", async () => {
    await world.put(mixed.slice(0, 40).map(text));
    await world.putData(lines('{"msys":{"message_event":{"type":"bounce",}}}'));
    const whole = await world.search({}, { tested: rules });
    await world.replayAll();
    const { shards } = await world.readSearch(whole);
    expect(countsOf(shards)).toMatchObject({ ...naive(mixed.slice(0, 40)), events: expect.any(Number) });
    const test = await world.search({}, { tested: rules });
    const read = { events: 9, ofTypes: 9, taken: 9, inflatedBytes: maxTestedBytes };
    const other = { ...initialSearchProgress(test, "another"), revision: 1, isDone: true, counts: read };
    await world.deps.searches.putShard(test, other);
    await world.replayAll();
    const stopped = await world.readSearch(test);
    expect(stopped.search.state).toBe("finished");
    expect(stopped.shards.some(({ isStopped }) => isStopped)).toBe(true);
    expect(countsOf(stopped.shards).events).toBe(9);
  });
});
