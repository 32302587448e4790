import { beforeEach, expect, it, vi } from "vitest";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import type { Targets } from "#shared/stores.ts";
import type { Aws } from "../../support/aws.ts";
import { type BreakerSystem, createBreakerSystem } from "../../support/breaker-system.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { useEmulators } from "../../support/use-emulators.ts";

/** Longer than the test: what hangs does so until the receiver ends the connection. */
const patienceMs = 60_000;

let aws: Aws;
let receiver: Receiver;
let system: BreakerSystem;
useEmulators(async (emulated) => {
  ({ aws, receiver } = emulated);
  system = await createBreakerSystem(emulated);
});

/** A target that is known to answer fast, and that was given many turns when it was slow. */
beforeEach(async () => {
  const webhook = { customerId: "1", webhookId: system.webhookId };
  const at = new Date(system.clock.now - 1).toISOString();
  await system.webhooks.noteAttempt({ ...webhook, kind: "success", at, answerMs: 20 });
  const turns = { held: {}, width: 12, widenedAt: 0 };
  await turnsTable(aws.tables.webhooks).change({ ...webhook, turns, expectedRevision: 0 });
});

const patient = () => {
  const clocks = { connectTimeoutMs: patienceMs, uploadTimeoutMs: patienceMs, answerTimeoutMs: patienceMs };
  return outboundClient({ allowedRanges: ["127.0.0.0/8"], clocks });
};

const answerMs = async () => (await system.webhooks.readHealth("1", system.webhookId))?.answerMs ?? 0;

const turnsHeld = async () => Object.keys((await system.webhooks.readHealth("1", system.webhookId))?.turns.held ?? {});

it("a fast target that hangs gets no second POST before the first has timed out, whatever its turns were", async () => {
  const handler = system.handlerWith({ targets: patient() });
  const deliver = async (message = system.message()) => await handler(sqsEvent([message]), lambdaContext());
  receiver.respond("/hook", { kind: "hang" });

  const hanging = system.message();
  const first = deliver(hanging);
  await vi.waitUntil(async () => (await turnsHeld()).length > 0, { timeout: patienceMs });
  expect(await turnsHeld()).toEqual([hanging.batchId]);
  expect(await answerMs()).toBeGreaterThanOrEqual(250);
  const second = system.message();
  await deliver(second);
  expect(system.queue.map(({ message }) => [message.batchId, message.waitingSince])).toEqual([
    [second.batchId, system.clock.now],
  ]);
  expect(receiver.requests).toHaveLength(1);

  receiver.endConnections();
  await first;
  expect(await turnsHeld()).toEqual([]);
});

/** Delivers a batch to a target that answers only once it is noted how slow it is. */
const deliverLate = (note: () => Promise<boolean>) => {
  const noted = Promise.withResolvers<void>();
  const client = patient();
  const targets: Targets = {
    post: async (request) => {
      const answer = await client.post(request);
      await noted.promise;
      return answer;
    },
  };
  const turns = {
    ...turnsTable(aws.tables.webhooks),
    change: async () => {
      noted.resolve();
      return await note();
    },
  };
  const message = system.message();
  const done = system.handlerWith({ targets, turns })(sqsEvent([message]), lambdaContext());
  return { message, done };
};

it("a batch that was delivered is recorded while the note of a slow target is still being written", async () => {
  const written = Promise.withResolvers<boolean>();
  const { message, done } = deliverLate(async () => await written.promise);
  await vi.waitUntil(async () => (await system.recordOf(message))?.state === "delivered", { timeout: patienceMs });
  written.resolve(true);
  expect(await done).toEqual({ batchItemFailures: [] });
});

it("a batch is delivered and its target's answer noted though the note of a slow target cannot be written", async () => {
  const { message, done } = deliverLate(async () => await Promise.reject(new Error("throttled")));
  expect(await done).toEqual({ batchItemFailures: [] });
  expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
  expect(await answerMs()).not.toBe(20);
});

it("the note of a slow target does not replace what is known to be longer", async () => {
  const webhook = { customerId: "1", webhookId: system.webhookId };
  const turns = turnsTable(aws.tables.webhooks);
  await turns.noteSlow({ ...webhook, answerMs: 5_000 });
  await turns.noteSlow({ ...webhook, answerMs: 3_000 });
  const change = { ...webhook, turns: { held: {}, width: 1, widenedAt: 0 }, expectedRevision: 1 };
  expect(await turns.change({ ...change, answerMs: 3_000 })).toBe(false);
  expect(await answerMs()).toBe(5_000);
  expect(await turns.change({ ...change, answerMs: 6_000 })).toBe(true);
  expect(await answerMs()).toBe(6_000);
});
