import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { batchKeyOf } from "#shared/adapters/dynamodb/batch-item.ts";
import { replayCounts } from "#shared/delivery/replay.ts";
import { rememberRules } from "#shared/webhooks/past-rules.ts";
import type { Aws } from "../../support/aws.ts";
import type { Receiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { type RecoverWorld, useRecoverWorld } from "../../support/recover-world.ts";
import { numberedEvents } from "../../support/replay-world.ts";

const hourMs = 3_600_000;
const from = (first: number, next: number): readonly number[] =>
  Array.from({ length: next - first }, (_, n) => first + n);
const numbered = (first: number, next: number, fields: object = {}): readonly string[] =>
  numberedEvents(next, fields).slice(first);

let aws: Aws;
let receiver: Receiver;
let world: RecoverWorld;
useRecoverWorld((begun) => {
  ({ aws, receiver, world } = begun);
});

/** The target takes some events, is down until others have expired, and takes events again. */
const downUntilExpired = async (fields: Parameters<typeof world.addTarget>[0] = {}) => {
  const webhook = await world.addTarget(fields);
  await world.put(numbered(0, 30));
  await world.collect();
  await world.drain();
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(30, 75));
  await world.collect();
  await world.expire();
  receiver.respond(world.path(webhook), answer(200));
  await world.put(numbered(75, 90));
  await world.collect();
  await world.drain();
  return { webhook, before: receiver.requests.length };
};

const statesOf = async (webhook: Parameters<typeof world.recordsOf>[0]) =>
  new Set((await world.recordsOf(webhook)).map(({ state }) => state));

it("a recovery sends exactly the events that have expired, each once, in the batches that expired", async () => {
  const { webhook, before } = await downUntilExpired();
  const expired = (await world.recordsOf(webhook)).filter(({ state }) => state === "expired");
  expect(expired.length).toBeGreaterThan(0);
  const replay = await world.recover(webhook);
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(30, 75));
  const after = await world.recordsOf(webhook);
  for (const { batchId, attempts, bytes } of expired) {
    const again = after.find((record) => record.batchId === batchId);
    expect(again).toMatchObject({ state: "delivered", bytes, recovery: 1, replayId: replay.replayId });
    expect(again?.recordedAttempts).toBe((attempts.at(-1)?.attempt ?? 0) + 1);
  }
  const posted = receiver.requests.slice(before).map(({ headers }) => headers["x-messagesystems-batch-id"]);
  expect(new Set(posted)).toEqual(new Set(expired.map(({ batchId }) => batchId)));
  const { shards } = await world.read(replay);
  expect(replayCounts(shards)).toMatchObject({ events: 45, batchesSent: expired.length });
  expect(await aws.listKeys(`batches/${webhook.webhookId}/`)).toEqual([]);
});

it("what a target that was down for hours takes by retries afterwards is not sent again by a recovery", async () => {
  const webhook = await world.addTarget({ batchSize: 7 });
  await world.put(numbered(0, 20));
  await world.collect();
  await world.drain();
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(20, 50));
  await world.collect();
  await world.drain(3 * hourMs);
  // An hour before the target is back. What came first expires; this waits.
  await world.put(numbered(50, 80));
  await world.collect();
  await world.drain(1.5 * hourMs);
  expect((await statesOf(webhook)).has("expired")).toBe(true);
  receiver.respond(world.path(webhook), answer(200));
  const back = receiver.requests.length;
  await world.drain();
  expect(world.taken(webhook, back)).toEqual(from(50, 80));
  const before = receiver.requests.length;
  await world.recover(webhook);
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(20, 50));
});

it("recoveries that are started twice, or whose messages come twice, send nothing twice", async () => {
  const { webhook, before } = await downUntilExpired({ batchSize: 4 });
  await world.recover(webhook);
  await world.replayAll();
  // Another one sends what the first has sent, and nothing of that has been worked on.
  await world.recover(webhook, { number: 2 });
  await world.run(async (message) => {
    await world.handle(message, { retries: world.retries });
    await world.handle(message, { retries: world.retries });
  });
  await world.drain();
  await world.recover(webhook, { number: 3 });
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(30, 75));
  expect(await statesOf(webhook)).toEqual(new Set(["delivered", "split"]));
});

it("of a chain that was delivered in part only the other part is sent", async () => {
  const webhook = await world.addTarget({ batchSize: 3 });
  receiver.respond(world.path(webhook), {
    kind: "sequence",
    steps: [answer(200), answer(200), answer(500)],
  });
  await world.put(numbered(0, 40));
  await world.collect();
  await world.expire();
  receiver.respond(world.path(webhook), answer(200));
  const accepted = receiver.requests.slice(0, 2).flatMap(({ body }) => JSON.parse(body.toString()));
  const numbers = new Set(accepted.map(({ msys }) => msys.message_event.n));
  const before = receiver.requests.length;
  const dry = await world.recover(webhook, { dryRun: true });
  await world.replayAll();
  const counted = await world.read(dry);
  expect(replayCounts(counted.shards)).toMatchObject({ events: 34, batchesSent: 0 });
  const expired = (await world.recordsOf(webhook)).filter(({ state }) => state === "expired");
  expect(new Set(counted.shards[0]?.recovery?.batchIds)).toEqual(new Set(expired.map(({ batchId }) => batchId)));
  expect(receiver.requests).toHaveLength(before);
  await world.recover(webhook, { number: 2, rate: 1 });
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(0, 40).filter((n) => !numbers.has(n)));
  expect((await statesOf(webhook)).has("expired")).toBe(false);
});

it("a batch is formed again by the rules that its webhook had then", async () => {
  const webhook = await world.addTarget({ events: ["delivery"] });
  receiver.respond(world.path(webhook), answer(500));
  await world.put([...numbered(0, 20), ...numbered(20, 40, { type: "bounce" })]);
  await world.collect();
  await world.expire();
  const past = { ...webhook, since: 1, until: 2, endedAt: new Date(world.deps.now()).toISOString() };
  const { since, until, endedAt, eventsMode, events } = past;
  const changed = {
    ...webhook,
    events: ["bounce"],
    revision: 2,
    rulesSince: 2,
    pastRules: [{ since, until, endedAt, eventsMode, events }],
  };
  await world.webhooks.replace(changed, 1);
  receiver.respond(world.path(webhook), answer(200));
  const before = receiver.requests.length;
  await world.recover(webhook);
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(0, 20));
});

it.each([
  ["one batch", 10_000],
  ["a chain", 4],
])(
  "%s of filtered and masked events is formed again with the same bytes, whatever the filter is now",
  async (_, batchSize) => {
    const rules = {
      filter: { field: "n", gte: 10 },
      fields: { exclude: ["secret"] },
      mask: ["rcpt_to"],
      maskKey: "key",
    };
    const webhook = await world.addTarget({ ...rules, batchSize });
    receiver.respond(world.path(webhook), answer(500));
    await world.put(numbered(0, 30, { rcpt_to: "ann@example.com", secret: "s" }));
    await world.collect();
    await world.expire();
    const failed = receiver.requests.map(({ headers, body }) => [
      headers["x-messagesystems-batch-id"],
      body.toString(),
    ]);
    const bodies = new Map(failed as [string, string][]);
    receiver.respond(world.path(webhook), answer(200));
    const { filter: _filter, ...found } = webhook;
    const changed = { ...found, filter: { field: "n", lt: 0 }, revision: 2 } as const;
    const past = rememberRules(webhook, changed, { revision: 2, at: world.deps.now(), keptMs: 24 * hourMs });
    await world.webhooks.replace({ ...changed, ...past }, 1);
    const before = receiver.requests.length;
    await world.recover({ ...changed, ...past }, { filter: { recipient: "ann@example.com" } });
    await world.replayAll();
    await world.drain();
    expect(world.taken(webhook, before)).toEqual(from(10, 30));
    for (const { headers, body } of receiver.requests.slice(before)) {
      const text = body.toString();
      expect(text).not.toMatch(/example|secret/);
      const same = bodies.get(headers["x-messagesystems-batch-id"] as string);
      if (same !== undefined) expect(text).toBe(same);
    }
    expect(
      receiver.requests.slice(before).some(({ headers }) => bodies.has(headers["x-messagesystems-batch-id"] as string)),
    ).toBe(true);
  },
);

it("a batch of which nobody knows the events, or whose events the stream has dropped, is counted and left alone", async () => {
  const { webhook } = await downUntilExpired();
  const expired = (await world.recordsOf(webhook)).filter(({ state }) => state === "expired");
  await world.webhooks.replace({ ...webhook, revision: 9, rulesSince: 9 }, 1);
  const unknown = await world.recover(webhook);
  await world.replayAll();
  expect((await world.read(unknown)).shards[0]?.recovery).toMatchObject({ unknown: expired.length, dropped: 0 });
  world.pass(25 * hourMs);
  const dropped = await world.recover(webhook, { number: 2 });
  await world.replayAll();
  expect((await world.read(dropped)).shards[0]?.recovery).toMatchObject({ unknown: 0, dropped: expired.length });
  expect(world.queue.all()).toEqual([]);
  expect(await statesOf(webhook)).toContain("expired");
});

it("a recovery takes one batch, or those with an event of a type, to a recipient or of a message", async () => {
  const webhook = await world.addTarget({ eventsMode: "all", batchSize: 5 });
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(0, 20));
  await world.collect();
  await world.put(numbered(20, 23, { type: "bounce", rcpt_to: "Ann@Example.com", message_id: "m-1" }));
  await world.collect();
  await world.expire();
  const records = await world.recordsOf(webhook);
  const bounced = records.find(({ eventTypes }) => eventTypes?.["bounce"] === 3);
  let number = 0;
  const chosen = async (fields: Parameters<typeof world.recover>[1]) => {
    number += 1;
    const replay = await world.recover(webhook, { dryRun: true, number, ...fields });
    await world.replayAll();
    return (await world.read(replay)).shards[0]?.recovery?.batchIds;
  };
  const bouncedIds = [bounced?.batchId];
  expect(await chosen({ filter: { types: ["bounce"] } })).toEqual(bouncedIds);
  expect(await chosen({ filter: { recipient: "ann@example.COM" } })).toEqual(bouncedIds);
  expect(await chosen({ filter: { messageId: "m-1" } })).toEqual(bouncedIds);
  expect(await chosen({ filter: { messageId: "m-2" } })).toEqual([]);
  expect(await chosen({ filter: { types: ["delivery"], messageId: "m-1" } })).toEqual([]);
  expect(await chosen({ batchId: bounced?.batchId ?? "" })).toEqual(bouncedIds);
  receiver.respond(world.path(webhook), answer(200));
  const before = receiver.requests.length;
  await world.recover(webhook, { number: 20, filter: { recipient: "ann@example.com" } });
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual([20, 21, 22]);
});

it("what waits is sent at once, and not formed again", async () => {
  const { webhook, before } = await downUntilExpired();
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(90, 95));
  await world.collect();
  await world.drain(60_000);
  receiver.respond(world.path(webhook), answer(200));
  const failed = receiver.requests.length;
  await world.recover(webhook, { only: "undelivered" });
  await world.replayAll();
  await world.drain(60_000);
  expect(world.taken(webhook, failed)).toEqual([...from(30, 75), ...from(90, 95)]);
  await world.drain();
  expect(world.taken(webhook, failed)).toEqual([...from(30, 75), ...from(90, 95)]);
  expect(before).toBeGreaterThan(0);
});

it("what waits goes on by its schedule when its record has no room for an attempt that is asked for", async () => {
  const webhook = await world.addTarget();
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(0, 5));
  await world.collect();
  await world.drain(25_000);
  const [waiting] = await world.recordsOf(webhook);
  if (waiting === undefined) throw new Error("no batch");
  const { client, tableName } = aws.tables.batches;
  await client.send(
    new UpdateCommand({
      TableName: tableName,
      Key: batchKeyOf(waiting),
      UpdateExpression: "SET attempts[0].excerpt = :long",
      ExpressionAttributeValues: { ":long": "x".repeat(200_000) },
    }),
  );
  receiver.respond(world.path(webhook), answer(200));
  const replay = await world.recover(webhook, { only: "undelivered" });
  await world.replayAll();
  expect(replayCounts((await world.read(replay)).shards)).toMatchObject({ batchesSent: 0 });
  await world.drain();
  expect(world.taken(webhook, 1)).toEqual(from(0, 5));
});

it("a half of a batch that expired is formed again alone", async () => {
  const webhook = await world.addTarget();
  receiver.respond(world.path(webhook), { kind: "refuseText", text: '"n":3,', status: 400 });
  const events = Array.from({ length: 6 }, (_, n) =>
    JSON.stringify({ msys: { message_event: { type: "delivery", n, x: 1 } } }),
  );
  await world.put(events);
  await world.collect();
  await world.drain();
  const expired = (await world.recordsOf(webhook)).filter(({ state }) => state === "expired");
  expect(expired.map((record) => record.events)).toEqual([1]);
  receiver.respond(world.path(webhook), answer(200));
  const before = receiver.requests.length;
  await world.recover(webhook);
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual([3]);
});

it("a batch of a replay that expired is formed again as that replay formed it", async () => {
  const webhook = await world.addTarget();
  await world.put([...numbered(0, 10), ...numbered(10, 20, { rcpt_to: "ann@example.com" })]);
  await world.collect();
  await world.drain();
  receiver.respond(world.path(webhook), answer(500));
  await world.start(webhook, { filter: { recipient: "ann@example.com" } });
  await world.replayAll();
  await world.expire();
  receiver.respond(world.path(webhook), answer(200));
  const before = receiver.requests.length;
  await world.recover(webhook, { number: 2 });
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(10, 20));
});

it("a message of before the expiry has no part in a batch that was recovered", async () => {
  const webhook = await world.addTarget();
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(0, 3));
  await world.collect();
  await world.drain(25_000);
  const stale = world.queue.all().filter(({ webhookId }) => webhookId === webhook.webhookId);
  expect(stale).toHaveLength(1);
  await world.expire();
  const before = receiver.requests.length;
  await world.recover(webhook);
  await world.replayAll();
  // The recovered batch waits for the breaker or for its next attempt when the old message comes once more.
  await world.drain(25_000);
  const posts = receiver.requests.length;
  expect(posts).toBe(before + 1);
  for (const message of stale) await world.queue.send(message);
  await world.drain(25_000);
  expect(receiver.requests).toHaveLength(posts);
  receiver.respond(world.path(webhook), answer(200));
  await world.drain();
  expect(world.taken(webhook, posts)).toEqual([0, 1, 2]);
  expect(await statesOf(webhook)).toEqual(new Set(["delivered"]));
});

it("a recovery that is cancelled sends nothing more, and another one sends the rest", async () => {
  const webhook = await world.addTarget({ batchSize: 1 });
  receiver.respond(world.path(webhook), answer(500));
  await world.put(numbered(0, 30));
  await world.collect();
  await world.expire();
  receiver.respond(world.path(webhook), answer(200));
  const before = receiver.requests.length;
  const replay = await world.recover(webhook, { rate: 1 });
  await world.run(async (message) => {
    await world.handle(message, { retries: world.retries });
    if (world.queue.all().length > 0) await world.replays.end(replay, { state: "cancelled", at: world.deps.now() });
  });
  await world.drain();
  const sent = world.taken(webhook, before);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.length).toBeLessThan(30);
  await world.recover(webhook, { number: 2 });
  await world.replayAll();
  await world.drain();
  expect(world.taken(webhook, before)).toEqual(from(0, 30));
});
