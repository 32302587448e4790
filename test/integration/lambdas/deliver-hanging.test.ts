import { expect, it, vi } from "vitest";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { type BreakerSystem, createBreakerSystem } from "../../support/breaker-system.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { useEmulators } from "../../support/use-emulators.ts";

/** Longer than the test: what hangs does so until the receiver ends the connection. */
const patienceMs = 60_000;

let receiver: Receiver;
let system: BreakerSystem;
useEmulators(async (emulated) => {
  ({ receiver } = emulated);
  system = await createBreakerSystem(emulated);
});

const answerMs = async () => (await system.webhooks.readHealth("1", system.webhookId))?.answerMs ?? 0;

it("a fast target that hangs gets one POST at a time before the first has timed out", async () => {
  const at = new Date(system.clock.now).toISOString();
  await system.webhooks.noteAttempt({
    customerId: "1",
    webhookId: system.webhookId,
    kind: "success",
    at,
    answerMs: 20,
  });
  const clocks = { connectTimeoutMs: patienceMs, uploadTimeoutMs: patienceMs, answerTimeoutMs: patienceMs };
  const handler = system.handlerWith({ targets: outboundClient({ allowedRanges: ["127.0.0.0/8"], clocks }) });
  const deliver = async (message = system.message()) => await handler(sqsEvent([message]), lambdaContext());
  receiver.respond("/hook", { kind: "hang" });

  const first = deliver();
  await receiver.until(({ requests }) => requests.length === 1);
  await vi.waitUntil(async () => (await answerMs()) >= 250, { timeout: patienceMs });
  const second = deliver();
  await receiver.until(({ requests }) => requests.length === 2);
  const third = system.message();
  await deliver(third);
  expect(system.queue.map(({ message }) => [message.batchId, message.waitingSince])).toEqual([
    [third.batchId, system.clock.now],
  ]);
  expect(receiver.requests).toHaveLength(2);

  receiver.endConnections();
  await Promise.all([first, second]);
});
