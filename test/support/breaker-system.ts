import { zstdCompressSync } from "node:zlib";
import { expect } from "vitest";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { createHandler } from "../../lambdas/deliver/handler.ts";
import type { SettleDeps } from "../../lambdas/deliver/settle.ts";
import { bodyText } from "./body-text.ts";
import { webhook } from "./builders.ts";
import { asBatch, deliverDeps } from "./deliver-deps.ts";
import { lambdaContext, sqsEvent } from "./lambda-events.ts";
import type { Receiver } from "./receiver.ts";
import { answer } from "./receiver-behaviour.ts";
import type { Emulated } from "./use-emulators.ts";

/**
 * `deliver` with one webhook at the receiver's path `/hook`, a queue that the test looks into and a clock that the test moves.
 */
export const createBreakerSystem = async ({ aws, receiver }: Emulated) => {
  /** Unix milliseconds. */
  const clock = { now: Date.parse("2026-01-02T03:04:05Z") };
  const webhookId = crypto.randomUUID();
  const bodies = batchBodies(aws.bucket);
  const batchLog = batchesTable(aws.tables.batches);
  const webhooks = webhooksTable(aws.tables.webhooks);
  const settingsTable = deliverySettingsTable(aws.tables.webhooks);
  const clocks = { connectTimeoutMs: 10_000, uploadTimeoutMs: 10_000, answerTimeoutMs: 2_000 };
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"], clocks });
  const auth = { type: "none" } as const;
  const settings = { target: `${receiver.url}/hook`, authToken: "", auth, customHeaders: {} };
  await settingsTable.put({ webhookId, revision: 1, settings });
  await webhooks.create(webhook({ webhookId }));
  /** What is on the retry queue, with the time at which it shows. */
  const queue: { readonly message: DeliveryMessage; readonly due: number }[] = [];
  const send: SettleDeps["retries"]["send"] = (message, delaySeconds) => {
    queue.push({ message: asBatch(message), due: clock.now + delaySeconds * 1_000 });
    return Promise.resolve();
  };
  const handlerWith = (changes: Partial<Parameters<typeof deliverDeps>[1]>) =>
    createHandler(deliverDeps(aws, { retries: { send }, targets, now: () => clock.now, ...changes }));
  const handler = handlerWith({});
  const run = async (messages: readonly QueueMessage[]) =>
    expect(await handler(sqsEvent(messages), lambdaContext())).toEqual({ batchItemFailures: [] });
  return {
    clock,
    webhookId,
    webhooks,
    batchLog,
    queue,
    handler,
    handlerWith,
    run,
    message: (events = 1, textOf: (n: number) => string = () => ""): DeliveryMessage => {
      const list = Array.from({ length: events }, (_, n) => ({
        msys: { message_event: { type: "delivery", n, text: textOf(n) } },
      }));
      const body = JSON.stringify(list);
      return {
        version: 1,
        batchId: crypto.randomUUID(),
        webhookId,
        customerId: "1",
        settingsRevision: 1,
        createdAt: "2026-01-02T03:04:00.000Z",
        events,
        bytes: body.length,
        body: { kind: "inline", zstd: zstdCompressSync(body).toString("base64") },
        attempt: 1,
      };
    },
    /** Lets time pass until the queue shows something, and handles all that it shows then. */
    next: async (): Promise<void> => {
      const due = Math.min(...queue.map((entry) => entry.due));
      clock.now = Math.max(clock.now, due);
      const shown = queue.filter((entry) => entry.due <= clock.now);
      for (const entry of shown) queue.splice(queue.indexOf(entry), 1);
      await run(shown.map(({ message }) => message));
    },
    recordOf: async (sent: DeliveryMessage) => await batchLog.find(sent),
    breaker: async () => (await webhooks.readHealth("1", webhookId))?.breaker,
    change: async (fields: { readonly active: boolean }) => {
      const current = await webhooks.find("1", webhookId);
      if (current === undefined) throw new Error("no webhook");
      await webhooks.replace({ ...current, ...fields, revision: current.revision + 1 }, current.revision);
    },
    bodyOf: async (message: DeliveryMessage) => await bodyText(bodies, message),
  };
};

export type BreakerSystem = Awaited<ReturnType<typeof createBreakerSystem>>;

/** Five failed batches open the breaker. */
export const openBreaker = async (system: BreakerSystem, receiver: Receiver): Promise<readonly DeliveryMessage[]> => {
  receiver.respond("/hook", answer(500));
  const messages = [1, 2, 3, 4, 5].map(() => system.message());
  for (const message of messages) await system.run([message]);
  expect(await system.breaker()).toMatchObject({ kind: "open", reason: "http_5xx" });
  return messages;
};
