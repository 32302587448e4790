import { afterEach, describe, expect, it } from "vitest";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { batchListing } from "#shared/adapters/dynamodb/batch-listing.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { chainIdOf } from "#shared/delivery/batch.ts";
import { isChain } from "#shared/contract/chain-message.ts";
import { maxChainMs, retryWindowMs } from "#shared/contract/limits.ts";
import type { Aws } from "../../support/aws.ts";
import { webhook } from "../../support/builders.ts";
import { createDeliverWorld, type DeliverWorld, type WorldOptions, worldStart } from "../../support/deliver-world.ts";
import { killSwitch } from "../../support/kill-switch.ts";
import type { Receiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useEmulators } from "../../support/use-emulators.ts";

let aws: Aws;
let receiver: Receiver;
let world: DeliverWorld;
useEmulators((emulated) => {
  ({ aws, receiver } = emulated);
});
afterEach(async () => await world.close());

const begin = async (options: Partial<WorldOptions> = {}): Promise<void> => {
  world = await createDeliverWorld({ aws, receiver, behaviour: answer(200), ...options });
};

/** Numbers of the events of each POST, in the order of the POSTs. */
const posted = (): readonly (readonly number[])[] =>
  receiver.requests.map(({ body }) =>
    (JSON.parse(body.toString()) as { msys: { message_event: { n: number } } }[]).map(
      ({ msys }) => msys.message_event.n,
    ),
  );
const hops = () => world.queued().filter(isChain);
const states = async () => {
  const found = (await world.recordsOf()).map(({ state, events }) => [state, events] as const);
  return found.toSorted(([a], [b]) => b.localeCompare(a));
};
const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);
/** The invocation of the messages that are on the queue at the beginning. */
const firstInvocation = { until: worldStart + 1 };

it("the batches of a chain go out one after the other, in order, cut at events", async () => {
  await begin();
  await world.sendChain({ events: 12, batchSize: 5, frameEvents: 4 });
  const plan = killSwitch(0, "before");
  await world.drain({ plan });
  expect(posted()).toEqual([
    [0, 1, 2, 3, 4],
    [5, 6, 7, 8, 9],
    [10, 11],
  ]);
  const records = await world.recordsOf();
  const found = records.map(({ batchSize, bytes, closedBy, eventTypes }) => ({
    batchSize,
    bytes,
    closedBy,
    eventTypes,
  }));
  const lengths = receiver.requests.map(({ body }) => body.length);
  expect(found.toSorted((a, b) => lengths.indexOf(a.bytes) - lengths.indexOf(b.bytes))).toEqual([
    { batchSize: 5, bytes: lengths[0], closedBy: "count", eventTypes: { delivery: 5 } },
    { batchSize: 5, bytes: lengths[1], closedBy: "count", eventTypes: { delivery: 5 } },
    { batchSize: 5, bytes: lengths[2], closedBy: "window", eventTypes: { delivery: 2 } },
  ]);
  const stretches = records.map(
    ({ stretch }) => `${stretch?.firstSequenceNumber}: ${stretch?.first} to ${stretch?.next}`,
  );
  expect(new Set(stretches)).toEqual(new Set(["100: 0 to 5", "100: 5 to 10", "100: 10 to 12"]));
  // Once the chain's body: its batches go out as they are cut, and are never stored.
  expect(plan.calls().filter((call) => call.startsWith("s3."))).toEqual(["s3.load", "s3.remove"]);
  expect(await world.violations()).toEqual([]);
});

it("the fast lane has a chain for some seconds; the rest goes on in the queue of retries, hop by hop", async () => {
  await begin({ postMs: 2_500 });
  await world.sendChain({ events: 20, batchSize: 1 });
  await world.drain(firstInvocation);
  expect(posted()).toEqual([[0], [1], [2]]);
  expect(hops()).toEqual([expect.objectContaining({ next: 3, hop: 1, slow: true })]);
  await world.drain();
  expect(posted().flat()).toEqual(Array.from({ length: 20 }, (_, n) => n));
  expect(await world.violations()).toEqual([]);
});

it("of a chain that has been passed on, a copy of an earlier message costs one look", async () => {
  await begin({ postMs: 2_500 });
  const first = await world.sendChain({ events: 20, batchSize: 1 });
  await world.drain(firstInvocation);
  await world.enqueue(first);
  const plan = killSwitch(0, "before");
  const isWaiting = (): boolean => world.queued().some((message) => isChain(message) && message.hop === 0);
  expect(isWaiting()).toBe(true);
  await world.drain({ plan, until: world.now() + 1 });
  expect(isWaiting()).toBe(false);
  expect(plan.calls().filter((call) => call === "target.post").length).toBeLessThanOrEqual(8);
  await world.drain();
  await world.enqueue(first);
  const after = killSwitch(0, "before");
  await world.drain({ plan: after });
  expect(after.calls()).toEqual(["dynamodb.GetCommand", "dynamodb.UpdateCommand", "dynamodb.GetCommand", "s3.remove"]);
  expect(posted()).toHaveLength(20);
  expect(await world.violations()).toEqual([]);
});

it("a batch that fails goes to the queue of retries alone, and the chain goes on", async () => {
  await begin({ behaviour: { kind: "sequence", steps: [answer(200), answer(500), answer(200)] } });
  await world.sendChain({ events: 6, batchSize: 2 });
  await world.drain(firstInvocation);
  expect(posted()).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(world.queued()).toEqual([expect.objectContaining({ version: 1, attempt: 2, events: 2 })]);
  expect(await world.storedBodies()).toHaveLength(1);
  await world.drain();
  expect(posted().at(-1)).toEqual([2, 3]);
  expect(await world.violations()).toEqual([]);
});

it("a frame that is damaged goes to quarantine, and the chain goes on behind it", async () => {
  await begin();
  const chain = await world.sendChain({ events: 12, batchSize: 3, frameEvents: 4, damagedFrame: 1 });
  await world.drain();
  expect(posted()).toEqual([
    [0, 1, 2],
    [3, 8, 9],
    [10, 11],
  ]);
  expect((await states()).map(([state, events]) => `${state} ${events}`).toSorted()).toEqual([
    "delivered 2",
    "delivered 3",
    "delivered 3",
  ]);
  const name = `quarantine/2026-01-02/batch-${chainIdOf(chain, 4)}.json`;
  expect(await aws.listKeys("quarantine/")).toEqual([name]);
  expect(await world.storedBodies()).toEqual([]);
});

describe("what is left of a chain", () => {
  it("waits as one message and one record when the breaker opens", async () => {
    await begin({ behaviour: answer(500) });
    await world.sendChain({ events: 40, batchSize: 2, isInline: true });
    await world.drain(firstInvocation);
    expect(world.posts).toHaveLength(5);
    expect(hops()).toEqual([
      expect.objectContaining({ next: 10, parked: true, body: expect.objectContaining({ kind: "stored" }) }),
    ]);
    expect(await states()).toEqual([...times(5, ["retrying", 2]), ["parked", 30]]);
    const pending = await batchListing(aws.tables.batches).countPending(world.webhookId, world.now());
    expect(pending).toMatchObject({ batches: 6, events: 40 });
    receiver.respond(/hook/, answer(200));
    await world.drain();
    expect(await states()).toEqual(times(20, ["delivered", 2]));
    expect(await world.violations()).toEqual([]);
  });

  it("waits while its webhook is paused, and goes on when it is resumed", async () => {
    await begin({ postMs: 4_000 });
    await world.sendChain({ events: 10, batchSize: 1 });
    await world.drain(firstInvocation);
    const own = webhook({ webhookId: world.webhookId, customerId: world.customerId });
    await world.webhooks.replace({ ...own, active: false, revision: 2 }, 1);
    await world.drain({ until: world.now() + 130_000 });
    expect(world.posts).toHaveLength(2);
    expect(await states()).toEqual(expect.arrayContaining([["parked", 8]]));
    await world.webhooks.replace({ ...own, revision: 3 }, 2);
    for (let look = 0; world.posts.length === 2 && look < 20; look += 1) {
      world.pass(10_000);
      await world.drain({ until: world.now() + 1 });
    }
    expect(hops()).toHaveLength(1);
    expect((await states()).filter(([state]) => state === "parked")).toEqual([]);
    await world.drain();
    expect(posted().flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await world.violations()).toEqual([]);
  });

  it("expires four hours after it began to wait", async () => {
    await begin();
    const until = worldStart + 20 * 60 * 60 * 1_000;
    await world.setBreaker({ kind: "open", openedAt: worldStart, reason: "http_5xx", failedProbes: 0, until });
    await world.sendChain({ events: 10, batchSize: 1 });
    await world.drain();
    expect(await world.recordsOf()).toEqual([
      expect.objectContaining({
        state: "expired",
        events: 10,
        expiredFor: "retry_window",
        expiresAt: new Date(worldStart + retryWindowMs).toISOString(),
        endedAt: new Date(worldStart + retryWindowMs).toISOString(),
      }),
    ]);
    expect(await world.violations()).toEqual([]);
  });

  it("has a record without events once it has expired", async () => {
    await begin();
    const message = await world.sendChain({ events: 10, batchSize: 1, isInline: true });
    await world.webhooks.remove(world.customerId, world.webhookId);
    await world.drain();
    expect(await world.recordsOf()).toEqual([
      expect.objectContaining({
        state: "expired",
        chain: { ...message, hop: 1, slow: true, body: { kind: "inline", frames: "" } },
      }),
    ]);
  });

  it("expires as one when its webhook is deleted", async () => {
    await begin({ postMs: 4_000 });
    await world.sendChain({ events: 10, batchSize: 1 });
    await world.drain(firstInvocation);
    await world.webhooks.remove(world.customerId, world.webhookId);
    await world.drain();
    expect(await states()).toEqual(
      expect.arrayContaining([
        ["delivered", 1],
        ["delivered", 1],
        ["expired", 8],
      ]),
    );
    expect((await world.recordsOf()).find(({ state }) => state === "expired")).toMatchObject({
      expiredFor: "webhook_deleted",
      eventTypes: { delivery: 8 },
    });
    expect(await world.violations()).toEqual([]);
  });

  it("expires as one a day after its window, however many batches were delivered", async () => {
    await begin({ postMs: 4_000 });
    const closedAt = new Date(worldStart + 6_000 - maxChainMs).toISOString();
    await world.sendChain({ events: 5_000, batchSize: 1, frameEvents: 500, closedAt });
    const plan = killSwitch(0, "before");
    await world.drain({ plan });
    expect(await states()).toEqual(
      expect.arrayContaining([
        ["delivered", 1],
        ["delivered", 1],
        ["expired", 4_998],
      ]),
    );
    expect(plan.calls().filter((call) => call.startsWith("dynamodb")).length).toBeLessThan(30);
    expect((await world.recordsOf()).find(({ state }) => state === "expired")).toMatchObject({ expiredFor: "backlog" });
    expect(await world.violations()).toEqual([]);
  });

  it("keeps its sizes, and goes with the present settings", async () => {
    await begin({ postMs: 4_000 });
    await world.sendChain({ events: 9, batchSize: 2 });
    await world.drain(firstInvocation);
    const settings = {
      target: `${receiver.url}/other`,
      authToken: "",
      auth: { type: "none" },
      customHeaders: {},
    } as const;
    await deliverySettingsTable(aws.tables.webhooks).put({ webhookId: world.webhookId, revision: 2, settings });
    const own = webhook({ webhookId: world.webhookId, customerId: world.customerId });
    await world.webhooks.replace({ ...own, batchSize: 9, revision: 2, settingsRevision: 2 }, 1);
    await world.drain();
    expect(posted()).toEqual([[0, 1], [2, 3], [4, 5], [6, 7], [8]]);
    expect(receiver.requests.map(({ path }) => path === "/other")).toEqual([false, false, true, true, true]);
    expect(await world.violations()).toEqual([]);
  });
});

it("a target that takes four seconds a batch gets one at a time, and keeps up with two shards of three batches each", async () => {
  await begin({ postMs: 4_000, answerMs: 4_000 });
  const windowMs = 30_000;
  const windows = 6;
  for (let window = 0; window < windows; window += 1) {
    const first = window * 60;
    await world.sendChain({ first, events: 30, batchSize: 10, sequenceNumber: 1_000 + first });
    await world.sendChain({ first: first + 30, events: 30, batchSize: 10, sequenceNumber: 2_000 + first });
    await world.drain({ until: worldStart + (window + 1) * windowMs });
    expect(posted()).toHaveLength((window + 1) * 6);
    world.pass(worldStart + (window + 1) * windowMs - world.now());
  }
  const firsts = posted().map(([first = -1]) => first);
  for (let shard = 0; shard < 2 * windows; shard += 1) {
    const own = firsts.filter((n) => Math.floor(n / 30) === shard);
    expect(own).toEqual([0, 10, 20].map((n) => shard * 30 + n));
  }
  await world.drain();
  expect(await states()).toEqual(times(6 * windows, ["delivered", 10]));
  expect(await world.violations()).toEqual([]);
});

it("a batch that has waited for its turn for a day expires, and so does a retry at its cutoff", async () => {
  await begin({ answerMs: 500 });
  const { customerId, webhookId } = world;
  const turns = { held: { other: worldStart + 600_000 }, width: 1, widenedAt: worldStart };
  await turnsTable(aws.tables.webhooks).change({ customerId, webhookId, turns, expectedRevision: 0 });
  const first = await world.send({}, { waitingSince: worldStart + 60_000 - maxChainMs });
  const fields = { attempt: 2, firstAttemptAt: worldStart + 30_000 - retryWindowMs };
  const retry = await world.send({ first: 1 }, fields);
  await world.drain();
  expect(world.posts).toEqual([]);
  const records = await world.recordsOf();
  expect(records.map(({ batchId, expiredFor, endedAt }) => [batchId, expiredFor, endedAt])).toEqual(
    expect.arrayContaining([
      [first.batchId, "backlog", expect.stringMatching(/03:05:0\d/)],
      [retry.batchId, undefined, expect.stringMatching(/03:04:[34]\d/)],
    ]),
  );
  expect(await world.violations()).toEqual([]);
});

it("a batch that another worker has claimed is waited for, and never skipped", async () => {
  await begin();
  await world.sendChain({ events: 4, batchSize: 2 });
  const undisturbed = killSwitch(0, "before");
  await world.drain({ plan: undisturbed });
  await world.close();
  await begin();
  const chain = await world.sendChain({ events: 4, batchSize: 2 });
  // A worker that dies before its first POST.
  const plan = killSwitch(undisturbed.calls().indexOf("target.post") + 1, "before");
  await world.drain({ plan, ...firstInvocation });
  expect(plan.struck()).toBe("target.post");
  const [begun] = await world.recordsOf();
  expect(begun).toMatchObject({ state: "sending" });
  await world.enqueue({ ...chain, hop: 1, slow: true });
  await world.drain({ until: worldStart + 30_000 });
  expect(world.posts).toEqual([]);
  await world.drain();
  expect(posted().slice(-2)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(world.posts).toHaveLength(2);
  expect(await batchesTable(aws.tables.batches).find(begun ?? chain)).toMatchObject({ state: "delivered" });
  expect(await world.violations()).toEqual([]);
});
