import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import type { Match, Search } from "#shared/delivery/search.ts";
import type { FindCriteria } from "#shared/events/find-events.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
import type { Aws } from "../../support/aws.ts";
import { kplAggregate } from "../../support/kpl.ts";
import type { Receiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { type RecoverWorld, useRecoverWorld } from "../../support/recover-world.ts";
import { events, eventOf, placesOf } from "../../support/searched-events.ts";

const hourMs = 3_600_000;
let aws: Aws;
let receiver: Receiver;
let world: RecoverWorld;
useRecoverWorld((begun) => {
  ({ aws, receiver, world } = begun);
});

const find = async (
  criteria: FindCriteria,
  fields: Partial<Search> = {},
): Promise<{ readonly search: Search; readonly matches: readonly Match[] }> => {
  const search = await world.search(criteria, fields);
  await world.replayAll();
  return await world.readSearch(search);
};

describe("a search", () => {
  it("finds an event by each criterion, and the part of each webhook's window that carried it", async () => {
    const whole = await world.addTarget({ eventsMode: "all" });
    const parts = await world.addTarget({ eventsMode: "all", batchSize: 4 });
    const some = await world.addTarget({ events: ["delivery"], batchSize: 7 });
    const bounces = await world.addTarget({ events: ["bounce"] });
    receiver.respond(world.path(whole), answer(503));
    for (let round = 0; round < 3; round += 1) {
      await world.put(events(40, {}, 100 * (round + 1)));
      await world.collect();
      await world.drain(20_000);
    }
    const n = 213;
    const criteria: readonly FindCriteria[] = [
      { id: `e-${n}` },
      { eventId: `e-${n}` },
      { id: `m-${n}` },
      { messageId: `m-${n}`, types: ["delivery"] },
      { transmissionId: `t-${n}` },
      { recipient: "ANN.13.@EXAMPLE.com", transmissionId: `t-${n}` },
    ];
    for (const wanted of criteria) {
      const { search, matches } = await find(wanted);
      expect(search.state).toBe("finished");
      const places = placesOf(matches);
      expect([...places.keys()].toSorted()).toEqual([whole, parts, some].map(({ webhookId }) => webhookId).toSorted());
      for (const webhook of [whole, parts, some]) {
        expect(places.get(webhook.webhookId)).toEqual({ ids: world.postedIn(webhook, n), isExact: true });
        expect(world.postedIn(webhook, n)).toHaveLength(1);
      }
      expect(places.has(bounces.webhookId)).toBe(false);
    }
    const { matches } = await find({ recipient: "ann.13.@example.com" });
    expect(matches.map(({ fields }) => fields["event_id"])).toEqual(["e-113", "e-213", "e-313"]);
    expect(matches[1]?.text).toBe(eventOf(n, { rcpt_to: "Ann.13.@example.com" }));
  });

  it("names the half that holds the event of a batch that was split", async () => {
    const webhook = await world.addTarget({ eventsMode: "all" });
    receiver.respond(world.path(webhook), { kind: "refuseText", text: '"e-5"', status: 400 });
    await world.put(events(9));
    await world.collect();
    await world.drain();
    for (const n of [2, 5, 8]) {
      const places = placesOf((await find({ eventId: `e-${n}` })).matches);
      const ids = places.get(webhook.webhookId)?.ids ?? [];
      expect(ids).toHaveLength(1);
      const record = (await world.recordsOf(webhook)).find(({ batchId }) => batchId === ids[0]);
      expect(record?.state).toBe(n === 5 ? "expired" : "delivered");
      expect(world.postedIn(webhook, n)).toContain(ids[0]);
      if (n === 5) expect(record?.events).toBe(1);
    }
  });

  it("finds what waits as the uncut rest of a chain, and what is not cut yet", async () => {
    const webhook = await world.addTarget({ eventsMode: "all", batchSize: 3 });
    receiver.respond(world.path(webhook), answer(500));
    await world.put(events(12));
    await world.collect();
    const waits = { ids: [], isExact: true, missing: "no_batch_yet" };
    const early = placesOf((await find({ eventId: "e-7" })).matches);
    expect(early.get(webhook.webhookId)).toEqual(waits);
    // What was taken goes out also when its webhook is paused before its batch has been cut.
    await world.drain(0);
    const [own] = world.postedIn(webhook, 7);
    const { batches } = world.deps;
    const listOrigins: typeof batches.listOrigins = async (query) => {
      const page = await batches.listOrigins(query);
      return { ...page, origins: page.origins.filter(({ batchId }) => batchId !== own) };
    };
    const paused = { ...webhook, active: false, activeChangedAt: new Date().toISOString() };
    const list = async () => await Promise.resolve([paused]);
    const again = await world.search({ eventId: "e-7" });
    await world.replayAll({ batches: { ...batches, listOrigins }, webhooks: { ...world.webhooks, list } });
    const later = placesOf((await world.readSearch(again)).matches);
    expect(later.get(webhook.webhookId)).toEqual(waits);
    await world.expire();
    const records = await world.recordsOf(webhook);
    for (const n of [0, 7, 11]) {
      const { ids = [] } = placesOf((await find({ eventId: `e-${n}` })).matches).get(webhook.webhookId) ?? {};
      const found = records.find(({ batchId }) => batchId === ids[0]);
      expect(found?.state).toBe("expired");
      const posted = world.postedIn(webhook, n);
      if (posted.length === 0) expect(found?.chain).toBeDefined();
      else expect(ids).toEqual(posted);
    }
  });

  it("names the batches of replays, too", async () => {
    const webhook = await world.addTarget({ eventsMode: "all", batchSize: 4 });
    await world.put(events(11));
    await world.collect();
    await world.drain();
    await world.start(webhook, { filter: { types: ["delivery"] } });
    await world.replayAll();
    await world.drain();
    for (const [n, times] of [
      [7, 2],
      [5, 1],
    ] as const) {
      const places = placesOf((await find({ eventId: `e-${n}` })).matches);
      expect(world.postedIn(webhook, n)).toHaveLength(times);
      expect(places.get(webhook.webhookId)).toEqual({ ids: [...world.postedIn(webhook, n)].toSorted(), isExact: true });
    }
    // Behind five others it is not looked at.
    for (let number = 2; number <= 6; number += 1) await world.start(webhook, { number, state: "finished" });
    const cut = placesOf((await find({ eventId: "e-7" })).matches);
    const [first = ""] = world.postedIn(webhook, 7);
    expect(cut.get(webhook.webhookId)).toEqual({ ids: [first], isExact: true, isCut: true });
  });

  it("says why there is no batch", async () => {
    const later = await world.addTarget({ eventsMode: "all", createdAt: new Date(Date.now() + hourMs).toISOString() });
    const paused = await world.addTarget({
      eventsMode: "all",
      active: false,
      activeChangedAt: new Date(Date.now() - hourMs).toISOString(),
    });
    const past = { eventsMode: "selected", events: ["click"], since: 1, until: 2 } as const;
    const changed = await world.addTarget({
      eventsMode: "all",
      revision: 2,
      rulesSince: 2,
      pastRules: [{ ...past, endedAt: new Date(Date.now() + hourMs).toISOString() }],
    });
    const resumed = await world.addTarget({
      eventsMode: "all",
      activeChangedAt: new Date(Date.now() + 3 * hourMs).toISOString(),
    });
    const pausedAt = new Date(Date.now() + 2 * hourMs).toISOString();
    const change = { revision: 1, at: pausedAt, action: "paused", fields: [] } as const;
    await changesTable(aws.tables.webhooks).keep(resumed, change, Date.now());
    await world.put(events(1));
    const places = placesOf((await find({ eventId: "e-0" })).matches);
    // It was paused long after the event.
    expect(places.get(resumed.webhookId)?.missing).toBe("no_batch_yet");
    expect(places.get(later.webhookId)?.missing).toBe("created_later");
    expect(places.get(paused.webhookId)?.missing).toBe("paused");
    expect(places.get(changed.webhookId)?.missing).toBe("not_subscribed");
  });

  it("does not name a replay's batch for an event that the replay's filter left out", async () => {
    const webhook = await world.addTarget({ eventsMode: "all" });
    await world.put(events(11));
    await world.collect();
    await world.drain();
    await world.start(webhook, { filter: { recipient: "ann.3.@example.com" } });
    await world.replayAll();
    await world.drain();
    for (const [n, times] of [
      [3, 2],
      [7, 1],
    ] as const) {
      const places = placesOf((await find({ eventId: `e-${n}` })).matches);
      expect(world.postedIn(webhook, n)).toHaveLength(times);
      expect(places.get(webhook.webhookId)).toEqual({ ids: [...world.postedIn(webhook, n)].toSorted(), isExact: true });
    }
  });

  it("goes by the rules that a window was routed by, not by those of today", async () => {
    const soon = new Date(Date.now() + hourMs).toISOString();
    const selected = { eventsMode: "selected", events: ["delivery"] } as const;
    const changed = await world.addTarget(selected);
    const moved = await world.addTarget({ eventsMode: "all", subaccountId: 8 });
    const forgotten = await world.addTarget(selected);
    await world.put([
      ...events(9, { subaccount_id: "8" }),
      eventOf(10, { subaccount_id: "7" }),
      eventOf(11, { subaccount_id: "7" }),
    ]);
    await world.collect();
    await world.drain();
    const past = { since: 1, until: 2, endedAt: soon };
    const now = { eventsMode: "all", revision: 2, rulesSince: 2 } as const;
    await world.webhooks.replace({ ...changed, ...now, pastRules: [{ ...selected, ...past }] }, 1);
    const before = { eventsMode: "all", events: [], subaccountId: 8 } as const;
    await world.webhooks.replace({ ...moved, ...now, subaccountId: 7, pastRules: [{ ...before, ...past }] }, 1);
    await world.webhooks.replace({ ...forgotten, ...now }, 1);
    const bounce = placesOf((await find({ eventId: "e-10" })).matches);
    expect(bounce.get(changed.webhookId)).toEqual({ ids: [], isExact: true, missing: "not_subscribed" });
    expect(bounce.get(moved.webhookId)).toEqual({ ids: [], isExact: true, missing: "not_subscribed" });
    expect(bounce.get(forgotten.webhookId)).toMatchObject({ isExact: false });
    const delivery = placesOf((await find({ eventId: "e-11" })).matches);
    expect(delivery.get(changed.webhookId)).toEqual({ ids: world.postedIn(changed, 11), isExact: true });
    const eight = placesOf((await find({ eventId: "e-3" })).matches);
    expect(eight.get(moved.webhookId)).toEqual({ ids: world.postedIn(moved, 3), isExact: true });
  });

  it("says that a webhook's filter has left an event out", async () => {
    const filter = { field: "campaign_id", eq: "spring" } as const;
    const some = await world.addTarget({ eventsMode: "all", filter });
    const none = await world.addTarget({ eventsMode: "all", filter: { field: "campaign_id", eq: "autumn" } });
    await world.put([...events(4, { campaign_id: "spring" }), eventOf(5, { filler: "x".repeat(20_000) }), eventOf(6)]);
    const early = placesOf((await find({ eventId: "e-6" })).matches);
    expect(early.get(none.webhookId)).toEqual({ ids: [], isExact: true, missing: "filtered" });
    await world.collect();
    await world.drain();
    const left = placesOf((await find({ eventId: "e-6" })).matches);
    for (const { webhookId } of [some, none]) {
      expect(left.get(webhookId)).toEqual({ ids: [], isExact: true, missing: "filtered" });
    }
    // What is too long to be kept is known by its window alone.
    const long = placesOf((await find({ eventId: "e-5" })).matches);
    expect(long.get(some.webhookId)).toEqual({ ids: [], isExact: true, missing: "filtered" });
    const taken = placesOf((await find({ eventId: "e-2" })).matches);
    expect(taken.get(some.webhookId)).toEqual({ ids: world.postedIn(some, 2), isExact: true });
  });

  it("reads records of every format", async () => {
    const { customerId } = world;
    const lines = (...numbers: readonly number[]): string =>
      numbers.map((n) => eventOf(n, { customer_id: customerId })).join("\n");
    await world.putData(Buffer.from(lines(1)));
    await world.putData(gzipSync(lines(2, 3)));
    await world.putData(
      kplAggregate([Buffer.from(lines(4)), zstdCompressSync(`[${eventOf(5, { customer_id: customerId })}]`)]),
    );
    await world.putData(
      zstdCompressSync(Buffer.concat([writeLinesHeader(customerId), Buffer.from(`${lines(6, 7)}\n`)])),
    );
    await world.put([eventOf(8)]);
    await world.putData(Buffer.from("damaged"));
    const webhook = await world.addTarget({ eventsMode: "all", batchSize: 3 });
    await world.collect();
    await world.drain();
    for (let n = 1; n <= 8; n += 1) {
      const places = placesOf((await find({ id: `m-${n}` })).matches);
      expect(places.get(webhook.webhookId)).toEqual({ ids: world.postedIn(webhook, n), isExact: true });
    }
  });

  it("names no webhook for an event about that webhook", async () => {
    const rules = { eventsMode: "selected", events: ["webhook_failing"] } as const;
    const [subject, other] = [await world.addTarget(rules), await world.addTarget(rules)];
    const fields = { type: "webhook_failing", event_id: "h-1", webhook_id: subject.webhookId };
    const event = { msys: { webhook_event: { ...fields, customer_id: world.customerId } } };
    await world.putData(Buffer.from(JSON.stringify(event)));
    await world.collect();
    await world.drain();
    const places = placesOf((await find({ eventId: "h-1" })).matches);
    expect([...places.keys()]).toEqual([other.webhookId]);
    expect(places.get(other.webhookId)).toMatchObject({ ids: [expect.any(String)], isExact: true });
  });

  it("reports what never was, and finds nothing of another customer", async () => {
    await world.put(events(20), crypto.randomUUID());
    await world.putData(Buffer.from(eventOf(3, { customer_id: "somebody" })));
    await world.put(events(5, { subaccount_id: "7" }));
    const { search, matches, shards } = await world.readSearch((await find({ eventId: "e-13" })).search);
    expect(search.state).toBe("finished");
    expect(matches).toEqual([]);
    expect(shards).toHaveLength(2);
    expect(shards.every(({ isDone, isStopped, droppedTo }) => isDone && !isStopped && droppedTo === undefined)).toBe(
      true,
    );
    expect(shards.reduce((sum, { records }) => sum + records, 0)).toBe(1);
    expect((await find({ eventId: "e-3" })).matches).toHaveLength(1);
    expect((await find({ eventId: "e-3", subaccountId: 7 })).matches).toHaveLength(1);
    expect((await find({ eventId: "e-3", subaccountId: 0 })).matches).toEqual([]);
  });

  it("stops at a hundred events, and says so", async () => {
    await world.put(events(140, { campaign_id: "spring" }));
    const { matches, shards } = await world.readSearch((await find({ campaignId: "spring" })).search);
    expect(matches).toHaveLength(100);
    expect(shards.some(({ isStopped }) => isStopped)).toBe(true);
    const exact = await world.readSearch((await find({ campaignId: "spring", types: ["bounce"] })).search);
    expect(exact.matches).toHaveLength(28);
    expect(exact.shards.some(({ isStopped }) => isStopped)).toBe(false);
  });

  it("estimates and finds nothing in a dry run", async () => {
    await world.put(events(140));
    const { search, matches, shards } = await world.readSearch(
      (await find({ eventId: "e-1" }, { dryRun: true })).search,
    );
    expect([search.state, matches.length]).toEqual(["finished", 0]);
    const records = shards.reduce((sum, { estimate }) => sum + (estimate?.records ?? 0), 0);
    expect(records).toBeGreaterThanOrEqual(1);
    expect(shards.every(({ estimate }) => (estimate?.readMs ?? 0) > 0)).toBe(true);
  });

  it("ends when it is cancelled in the middle, and keeps what it has found", async () => {
    await world.put(events(10));
    const search = await world.search({ eventId: "e-1" });
    while ((await world.searches.listMatches(search)).length === 0) {
      const message = world.next();
      if (message === undefined) throw new Error("nothing was found");
      await world.handle(message);
    }
    await world.searches.end(search, { state: "cancelled", at: Date.now() });
    await world.replayAll();
    expect(await world.searches.find(search)).toMatchObject({ state: "cancelled" });
    expect(await world.searches.listMatches(search)).toHaveLength(1);
    expect(await world.searches.listBegun(world.customerId)).toEqual([]);
  });

  it("notes what the stream dropped before it could be read", async () => {
    await world.put(events(3));
    const from = new Date(Date.now() - 25 * hourMs).toISOString();
    const { search, shards } = await world.readSearch((await find({ eventId: "e-1" }, { from })).search);
    expect(search.state).toBe("finished");
    expect(shards.every(({ droppedTo }) => droppedTo !== undefined && droppedTo > from)).toBe(true);
  });

  it("keeps the telling fields of an event that is too long to be kept", async () => {
    await world.put([eventOf(1, { filler: "x".repeat(20_000) })]);
    const { matches } = await find({ eventId: "e-1" });
    expect(matches[0]?.text).toBeUndefined();
    expect(matches[0]?.fields).toMatchObject({ event_id: "e-1", rcpt_to: "Ann.1.@example.com" });
  });

  it("writes that it waits to look an event up once, however often it asks", async () => {
    await world.addTarget({ eventsMode: "all", batchSize: 2 });
    await world.put(events(5));
    await world.collect();
    await world.drain();
    const search = await world.search({ eventId: "e-1" });
    let denied = 0;
    let written = 0;
    const revisions = new Set<number>();
    const take: typeof world.deps.turns.take = async (turn) => {
      const { shards } = await world.readSearch(search);
      const isLookingUp = shards.some(({ shard, open }) => shard === turn.shard && open.length > 0);
      if (isLookingUp) denied += 1;
      return (!isLookingUp || denied > 4) && (await world.deps.turns.take(turn));
    };
    const putMatch: typeof world.searches.putMatch = async (...match) => {
      written += 1;
      await world.searches.putMatch(...match);
    };
    await world.run(async (message) => {
      const changes = { turns: { ...world.deps.turns, take }, searches: { ...world.searches, putMatch } };
      await world.handle(message, changes);
      const { shards } = await world.readSearch(search);
      for (const { waitsFor, revision } of shards) if (waitsFor === "turn") revisions.add(revision);
    });
    // When it was found, when it first waited, and when it was looked up.
    expect([denied, written, revisions.size]).toEqual([5, 3, 1]);
    expect(await world.readSearch(search)).toMatchObject({ matches: [{ isLookedUp: true }] });
  });
});
