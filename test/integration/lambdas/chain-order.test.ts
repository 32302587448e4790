import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { createBatchSystem, eventsOf, packed } from "../../support/batch-system.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";

/** Time that passes with each POST: chains are passed on. */
const postMs = 250;

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

/** A target that works on one POST at a time, and knows how many came at once. */
let target: Server;
let posts: { readonly path: string; readonly id: string; readonly numbers: readonly number[] }[];
let mostAtOnce: number;
let now: number;
let system: Awaited<ReturnType<typeof createBatchSystem>>;
beforeEach(async () => {
  posts = [];
  mostAtOnce = 0;
  let atOnce = 0;
  target = createServer((request, response) => {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const events = JSON.parse(Buffer.concat(chunks).toString()) as { msys: { message_event: { n: number } } }[];
      const numbers = events.map(({ msys }) => msys.message_event.n);
      posts.push({ path: request.url ?? "", id: String(request.headers["x-messagesystems-batch-id"]), numbers });
      void delay(2).then(() => {
        atOnce -= 1;
        response.end();
      });
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => target.once("listening", resolve));
  now = Date.parse("2026-01-02T03:04:10Z");
  system = await createBatchSystem(aws, () => now);
});
afterEach(() => {
  target.close();
  target.closeAllConnections();
});

const addWebhook = async (path: string, fields: Partial<Webhook>): Promise<void> => {
  const { port } = target.address() as AddressInfo;
  const { webhookId } = await system.addWebhook(fields);
  const settings = {
    target: `http://127.0.0.1:${port}${path}`,
    authToken: "",
    auth: { type: "none" },
    customHeaders: {},
  } as const;
  await deliverySettingsTable(aws.tables.webhooks).put({ webhookId, revision: 1, settings });
};

/**
 * Hands messages to `deliver` in one invocation; returns what it puts on the queue of retries.
 *
 * @param waitMs how long the target is said to have taken for each POST
 */
const deliver = async (messages: readonly QueueMessage[], waitMs = 2): Promise<readonly QueueMessage[]> => {
  const passedOn: QueueMessage[] = [];
  const client = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const handler = createHandler(
    deliverDeps(aws, {
      retries: {
        send: (message) => {
          passedOn.push(message);
          return Promise.resolve();
        },
      },
      targets: {
        post: async (request) => {
          const answer = await client.post(request);
          now += postMs;
          return { ...answer, timings: { ...answer.timings, uploadMs: 0, waitMs } };
        },
      },
      now: () => now,
    }),
  );
  const endsAt = now + 30_000;
  const context = { ...lambdaContext(), getRemainingTimeInMillis: () => endsAt - now };
  expect(await handler(sqsEvent(messages), context)).toEqual({ batchItemFailures: [] });
  await client.close();
  return passedOn;
};

it("a target that works on one POST at a time gets one at a time: 2,400 events in batches of 100", async () => {
  await addWebhook("/one", { batchSize: 100 });
  await system.run(packed(system.customerId, eventsOf(2_400)));
  let messages = await system.received();
  expect(messages).toHaveLength(1);
  let invocations = 0;
  // Every message comes twice, as SQS may deliver it.
  for (; messages.length > 0; invocations += 1) {
    messages = (await Promise.all([deliver(messages), deliver(messages)])).flat();
    now += 60_000;
  }
  expect(mostAtOnce).toBe(1);
  expect(posts.map(({ numbers }) => numbers)).toEqual(
    Array.from({ length: 24 }, (_, part) => Array.from({ length: 100 }, (__, n) => part * 100 + n)),
  );
  expect(new Set(posts.map(({ id }) => id)).size).toBe(24);
  expect(invocations).toBeGreaterThan(1);
});

it("5,000 batches of one event are one message, and hold up no other webhook", async () => {
  await addWebhook("/one", { batchSize: 1 });
  await addWebhook("/all", {});
  await system.run(packed(system.customerId, eventsOf(5_000)));
  const messages = await system.received();
  expect(messages).toHaveLength(2);
  const chainFirst = messages.toSorted((a, b) => b.version - a.version);
  const passedOn = await deliver(chainFirst);
  const ofAll = posts.findIndex(({ path }) => path === "/all");
  expect(ofAll).toBeGreaterThanOrEqual(0);
  // The other webhook's POSTs do not all come first.
  expect(ofAll).toBeLessThan(posts.length - 1);
  expect(posts[ofAll]?.numbers).toHaveLength(5_000);
  const ofOne = posts.filter(({ path }) => path === "/one");
  expect(ofOne.length).toBeLessThanOrEqual(6_000 / postMs);
  expect(ofOne.map(({ numbers }) => numbers)).toEqual(ofOne.map((_, n) => [n]));
  expect(passedOn).toEqual([expect.objectContaining({ version: 2, next: ofOne.length, hop: 1, slow: true })]);
});

it("windows of a target that answers slowly take turns: 2,400 events of four windows, in batches of 100", async () => {
  await addWebhook("/one", { batchSize: 100 });
  for (let window = 0; window < 4; window += 1) {
    const events = eventsOf(2_400).slice(window * 600, (window + 1) * 600);
    await system.run(packed(system.customerId, events), {}, 100 + window * 10);
  }
  let messages = await system.received();
  expect(messages).toHaveLength(4);
  // Each message comes twice at first, and each time in an invocation of its own.
  for (let round = 0; messages.length > 0 && round < 500; round += 1) {
    const received = round === 0 ? [...messages, ...messages] : messages;
    messages = (await Promise.all(received.map((message) => deliver([message], 500)))).flat();
    now += 1_000;
  }
  expect(messages).toEqual([]);
  expect(mostAtOnce).toBe(1);
  expect(posts).toHaveLength(24);
  const firsts = posts.map(({ numbers }) => numbers[0] ?? 0);
  for (let window = 0; window < 4; window += 1) {
    const own = firsts.filter((n) => Math.floor(n / 600) === window);
    expect(own).toEqual([0, 1, 2, 3, 4, 5].map((part) => window * 600 + part * 100));
  }
});
