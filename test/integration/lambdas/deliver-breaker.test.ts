import { describe, expect, it } from "vitest";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Aws } from "../../support/aws.ts";
import type { Receiver } from "../../support/receiver.ts";
import { type BreakerSystem, createBreakerSystem, openBreaker } from "../../support/breaker-system.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useEmulators } from "../../support/use-emulators.ts";

const hour = 3_600_000;

let aws: Aws;
let receiver: Receiver;
let system: BreakerSystem;
useEmulators(async (emulated) => {
  ({ aws, receiver } = emulated);
  system = await createBreakerSystem(emulated);
});

const open = async () => await openBreaker(system, receiver);

/** The batch, of whose four hours this much is left. */
const withTimeLeft = (message: DeliveryMessage, ms: number): DeliveryMessage => ({
  ...message,
  firstAttemptAt: system.clock.now + ms - 4 * hour,
});

describe("an open breaker", () => {
  it("parks new batches without a POST, and records when they are looked at next", async () => {
    await open();
    const message = system.message();
    await system.run([message]);
    expect(receiver.requests).toHaveLength(5);
    const body = { kind: "stored", key: `batches/${message.webhookId}/${message.batchId}.json.zst` };
    expect(system.queue.at(-1)?.message).toEqual({ ...message, body, parked: true, firstAttemptAt: system.clock.now });
    expect(await system.recordOf(message)).toMatchObject({
      state: "parked",
      attempts: [],
      nextAttemptAt: new Date(system.clock.now + 30_000).toISOString(),
      expiresAt: new Date(system.clock.now + 4 * hour).toISOString(),
    });
  });

  it("lets one probe go at a time, also when several batches race for it", async () => {
    await open();
    const waiting = [1, 2, 3, 4].map(() => system.message());
    await system.run(waiting);
    receiver.respond("/hook", { kind: "hang" });
    system.clock.now += 30_000;
    await system.run(waiting.map((message) => ({ ...message, parked: true })));
    expect(receiver.requests).toHaveLength(6);
    expect(await system.breaker()).toMatchObject({ kind: "open", failedProbes: 1, reason: "response_timeout" });
  });

  it("closes when a probe succeeds, and everything is delivered once", async () => {
    const failing = await open();
    const waiting = [1, 2, 3].map(() => system.message());
    await system.run(waiting);
    receiver.respond("/hook", answer(200));
    while (system.queue.length > 0) await system.next();
    expect(await system.breaker()).toMatchObject({ kind: "closed", failures: 0 });
    for (const message of [...failing, ...waiting]) {
      expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
    }
    expect(receiver.requests).toHaveLength(5 + 8);
  });

  it("never extends the retry window: parked batches expire at their cutoff", async () => {
    await open();
    const message = system.message();
    system.queue.length = 0;
    await system.run([message]);
    const started = system.clock.now;
    while (system.queue.length > 0) await system.next();
    const record = await system.recordOf(message);
    expect(record).toMatchObject({ state: "expired", endedAt: record?.expiresAt });
    expect(system.clock.now - started).toBeLessThanOrEqual(4 * hour);
    for (const { receivedAt } of receiver.requests) expect(receivedAt).toBeInstanceOf(Date);
  });

  it("bounds the POSTs at a dead target by the probe rate", async () => {
    await open();
    await system.run([1, 2, 3].map(() => system.message()));
    const end = system.clock.now + hour;
    while (Math.min(...system.queue.map(({ due }) => due)) < end) await system.next();
    // One probe every five minutes at the most after the first ones at 30 s, 1, 2 and 4 minutes.
    expect(receiver.requests.length).toBeLessThanOrEqual(5 + 4 + 12);
    expect(receiver.requests.length).toBeGreaterThan(10);
  });
});

describe("a paused webhook", () => {
  it("parks its batches until it is resumed", async () => {
    const message = system.message();
    await system.change({ active: false });
    await system.run([message]);
    await system.next();
    expect(receiver.requests).toHaveLength(0);
    expect(await system.recordOf(message)).toMatchObject({ state: "parked" });
    await system.change({ active: true });
    await system.next();
    expect(receiver.requests).toHaveLength(1);
    expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
  });
});

describe("a deleted webhook", () => {
  it("drains: its batches are still delivered", async () => {
    await system.webhooks.remove("1", system.webhookId);
    const message = system.message();
    await system.run([message]);
    expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
  });
});

describe("an attempt that fails", () => {
  it("is noted with the failure that its breaker counts, in one write", async () => {
    receiver.respond("/hook", answer(500));
    const writes: string[] = [];
    const changeBreaker: BreakerSystem["webhooks"]["changeBreaker"] = async (change) => {
      writes.push("breaker");
      return await system.webhooks.changeBreaker(change);
    };
    const noteAttempt: BreakerSystem["webhooks"]["noteAttempt"] = async (note) => {
      writes.push("note");
      await system.webhooks.noteAttempt(note);
    };
    const handler = system.handlerWith({ health: { ...system.webhooks, changeBreaker, noteAttempt } });
    await handler(sqsEvent([system.message()]), lambdaContext());
    expect(writes).toEqual(["breaker"]);
    expect(await system.breaker()).toEqual({ kind: "closed", failures: 1 });
    const at = new Date(system.clock.now).toISOString();
    expect(await system.webhooks.find("1", system.webhookId)).toMatchObject({ lastFailure: at });
  });

  it("counts after another one that ended while it was under way", async () => {
    receiver.respond("/hook", answer(500));
    let isFirst = true;
    const changeBreaker: BreakerSystem["webhooks"]["changeBreaker"] = async (change) => {
      const breaker = { kind: "closed", failures: 3 } as const;
      if (isFirst) await system.webhooks.changeBreaker({ ...change, breaker });
      isFirst = false;
      return await system.webhooks.changeBreaker(change);
    };
    const handler = system.handlerWith({ health: { ...system.webhooks, changeBreaker } });
    await handler(sqsEvent([system.message()]), lambdaContext());
    expect(await system.breaker()).toEqual({ kind: "closed", failures: 4 });
  });
});

it("sees attempts whose retries cannot be put on the queue, and holds back the batch that comes again", async () => {
  receiver.respond("/hook", answer(500));
  const send = async () => await Promise.reject(new Error("the message is too long"));
  const handler = system.handlerWith({ retries: { send } });
  const message = system.message();
  for (let time = 1; time <= 8; time += 1) {
    expect((await handler(sqsEvent([message]), lambdaContext())).batchItemFailures).toHaveLength(1);
    system.clock.now += 70_000;
    if (time === 5) expect(await system.breaker()).toMatchObject({ kind: "open", reason: "http_5xx" });
  }
  // Two of them were probes; the eighth time the next probe was not due.
  expect(await system.breaker()).toMatchObject({ kind: "open", failedProbes: 2 });
  expect(receiver.requests).toHaveLength(7);
});

describe("an attempt that somebody asked for", () => {
  const redelivery = (sent: DeliveryMessage): DeliveryMessage => ({ ...sent, redelivery: true });

  it("is made although the breaker is open, and closes it; the parked copy makes no other one", async () => {
    await open();
    const message = system.message();
    await system.run([message]);
    const parked = system.queue.at(-1)?.message ?? message;
    receiver.respond("/hook", answer(200));
    await system.run([redelivery({ ...message, body: parked.body })]);
    expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
    expect(await system.breaker()).toMatchObject({ kind: "closed" });
    const posts = receiver.requests.length;
    await system.run([parked]);
    expect(receiver.requests).toHaveLength(posts);
  });

  it("takes its turn at a slow target although the breaker is open", async () => {
    await open();
    const ids = { customerId: "1", webhookId: system.webhookId };
    const store = turnsTable(aws.tables.webhooks);
    await store.noteSlow({ ...ids, answerMs: 3_000 });
    const turns = { held: { other: system.clock.now + 60_000 }, width: 1, widenedAt: 0 };
    await store.change({
      ...ids,
      turns,
      expectedRevision: (await system.webhooks.readHealth("1", system.webhookId))?.turnsRevision ?? 0,
    });
    const posts = receiver.requests.length;
    const message = redelivery(system.message());
    await system.run([message]);
    expect(receiver.requests).toHaveLength(posts);
    expect(system.queue.at(-1)?.message).toEqual({ ...message, slow: true, waitingSince: system.clock.now });
  });

  it("leads back to the schedule when it fails, asked for several times or not", async () => {
    receiver.respond("/hook", answer(500));
    const message = system.message();
    await system.run([message]);
    const [waiting] = system.queue.splice(0);
    const second = redelivery({ ...(waiting?.message ?? message) });
    await system.run([second]);
    await system.run([second]);
    expect(receiver.requests).toHaveLength(2);
    const next = system.queue.at(-1)?.message;
    expect(next).toMatchObject({ attempt: 3 });
    expect(next).not.toHaveProperty("redelivery");
    expect(await system.recordOf(message)).toMatchObject({
      state: "retrying",
      attempts: [{ attempt: 1 }, { attempt: 2 }],
    });
  });

  it("waits while the webhook is paused", async () => {
    const message = system.message();
    await system.change({ active: false });
    await system.run([redelivery(message)]);
    expect(receiver.requests).toHaveLength(0);
    expect(await system.recordOf(message)).toMatchObject({ state: "parked" });
  });
});

/** Numbers of the events in the bodies that a receiver has taken, in ascending order. */
const taken = (isTaken: (body: Buffer) => boolean): readonly number[] =>
  receiver.requests
    .filter(({ headers, body }) => Number(headers["content-length"]) === body.length && isTaken(body))
    .flatMap(({ body }) => JSON.parse(body.toString()) as readonly { msys: { message_event: { n: number } } }[])
    .map(({ msys }) => msys.message_event.n)
    .toSorted((a, b) => a - b);

describe("a target that refuses some events", () => {
  it("gets all others of their batch, and no event twice", async () => {
    receiver.respond("/hook", { kind: "refuseText", text: "poison", status: 422 });
    const message = system.message(102, (n) => (n === 17 || n === 80 ? "poison" : ""));
    await system.run([withTimeLeft(message, 2 * hour)]);
    while (system.queue.length > 0) await system.next();
    expect(taken((body) => !body.includes("poison"))).toEqual(
      Array.from({ length: 102 }, (_, n) => n).filter((n) => n !== 17 && n !== 80),
    );
    expect(await system.recordOf(message)).toMatchObject({ state: "split", recordedAttempts: 3 });
    expect(await system.breaker()).toMatchObject({ kind: "closed" });
  });

  it("tells the breaker nothing by refusing one part of a batch when it has taken another", async () => {
    const whole = system.message();
    await system.run([whole]);
    await system.batchLog.notePartDelivered(whole);
    const half = { rootBatchId: whole.batchId, halvings: 1, isOnPath: false };
    const part = () => ({ ...system.message(), half });
    receiver.respond("/hook", answer(422));
    await system.run([part()]);
    for (let attempt = 2; attempt <= 7; attempt += 1) await system.next();
    expect(await system.breaker()).toEqual({ kind: "closed", failures: 0 });
    await open();
    await system.run([{ ...part(), redelivery: true }]);
    expect(receiver.requests).toHaveLength(1 + 7 + 5 + 1);
    expect(await system.breaker()).toMatchObject({ kind: "open" });
  });

  it("is not flooded when it refuses everything: one path is halved, down to one event", async () => {
    receiver.respond("/hook", answer(500));
    await system.run([withTimeLeft(system.message(16), 2 * hour)]);
    const parts = new Set<string>();
    while (system.queue.length > 0) {
      for (const { message } of system.queue) parts.add(message.batchId);
      await system.next();
    }
    // At most the batch itself, and two halves for each of four halvings.
    expect(parts.size).toBeGreaterThan(1);
    expect(parts.size).toBeLessThanOrEqual(1 + 4 * 2);
  });
});

describe("a target that has just timed out", () => {
  it("is not waited for on the lane of first attempts, until an attempt succeeds", async () => {
    receiver.respond("/hook", { kind: "hang" });
    await system.run([system.message()]);
    expect(await system.breaker()).toMatchObject({ kind: "closed", failures: 1, timedOut: true });
    const second = system.message();
    await system.run([second]);
    expect(receiver.requests).toHaveLength(1);
    expect(system.queue.at(-1)).toEqual({ message: { ...second, slow: true }, due: system.clock.now });
    expect(await system.recordOf(second)).toBeUndefined();

    receiver.respond("/hook", answer(200));
    await system.next();
    expect(await system.recordOf(second)).toMatchObject({ state: "delivered", recordedAttempts: 1 });
    expect(await system.breaker()).toEqual({ kind: "closed", failures: 0 });
    await system.run([system.message()]);
    expect(receiver.requests).toHaveLength(3);
  });

  it("is left alone by what comes while its next POST is under way: that goes to wait for its turn at once", async () => {
    receiver.respond("/hook", { kind: "hang" });
    await system.run([system.message()]);
    const { turnsRevision: expectedRevision = 0 } = (await system.webhooks.readHealth("1", system.webhookId)) ?? {};
    const until = system.clock.now + 60_000;
    const first = { id: "first", since: 1, until };
    const turns = { held: { next: until }, width: 1, widenedAt: 0, first };
    const ids = { customerId: "1", webhookId: system.webhookId };
    await turnsTable(aws.tables.webhooks).change({ ...ids, turns, expectedRevision });
    const message = system.message();
    await system.run([message]);
    const waiting = system.queue.at(-1);
    expect(waiting?.message).toEqual({ ...message, slow: true, waitingSince: system.clock.now });
    expect(waiting?.due).toBeGreaterThanOrEqual(system.clock.now + 10_000);
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("a batch that is too large", () => {
  it("gets through in pieces at a target that resets the connection on large bodies", async () => {
    receiver.respond("/hook", { kind: "resetOver", bytes: 1_000_000 });
    const message = system.message(2_500, () => "x".repeat(1_000));
    await system.run([message]);
    while (system.queue.length > 0) await system.next();
    expect(taken(({ length }) => length <= 1_000_000)).toEqual(Array.from({ length: 2_500 }, (_, n) => n));
  });

  it("gets through in pieces at a target that answers 413 and closes at once", async () => {
    receiver.respond("/hook", { kind: "refuseOver", bytes: 1_000_000, close: true });
    const message = system.message(2_500, () => "x".repeat(1_000));
    await system.run([message]);
    while (system.queue.length > 0) await system.next();
    expect(taken(({ length }) => length <= 1_000_000)).toEqual(Array.from({ length: 2_500 }, (_, n) => n));
  });

  it("is split down to single events when the target answers 413", async () => {
    const message = system.message(5);
    const single = message.bytes / 4;
    receiver.respond("/hook", { kind: "refuseOver", bytes: Math.ceil(single) });
    await system.run([message]);
    while (system.queue.length > 0) await system.next();
    const accepted = receiver.requests.filter(({ body }) => body.length > 0 && body.length <= single);
    const numbers = accepted.flatMap(({ body }) => JSON.parse(body.toString())).map(({ msys }) => msys.message_event.n);
    expect(numbers.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    const record = await system.recordOf(message);
    expect(record).toMatchObject({ state: "split", attempts: [{ status: 413 }] });
    expect(record?.splitInto).toHaveLength(2);
    const [half] = (record?.splitInto ?? []).map((batchId) => ({ ...message, batchId }));
    expect(half && (await system.recordOf(half))).toMatchObject({ splitFrom: message.batchId, closedBy: "split" });
    expect(await system.breaker()).toEqual({ kind: "closed", failures: 0 });
  });

  it("keeps its retry window", async () => {
    receiver.respond("/hook", answer(413));
    const message = withTimeLeft(system.message(2), hour);
    await system.run([message]);
    const [part] = system.queue;
    expect(part?.message).toMatchObject({ attempt: 1, events: 1, firstAttemptAt: message.firstAttemptAt });
    const started = system.clock.now;
    while (system.queue.length > 0) await system.next();
    expect(system.clock.now).toBe(started + hour);
  });

  // Each with a webhook of its own: in a race for the one probe of an open breaker either may wait.
  it.each([
    ["a large one is split after its second time-out", 2_000, "split"],
    ["a small one is not split by time-outs", 2, "retrying"],
  ] as const)("%s", async (_, events, state) => {
    receiver.respond("/hook", { kind: "hang" });
    const message = system.message(events);
    await system.run([message]);
    await system.next();
    const record = await system.recordOf(message);
    expect(record?.attempts).toHaveLength(2);
    expect(record).toMatchObject({ state });
  });
});
