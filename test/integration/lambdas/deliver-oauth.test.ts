import { zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Targets } from "#shared/stores.ts";
import type { Authentication } from "#shared/webhooks/settings.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { deliveryMessage } from "../../support/builders.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";

const body = '[{"msys":{"message_event":{"type":"delivery"}}}]';

let aws: Aws;
let receiver: Receiver;
let now: number;
let system: Awaited<ReturnType<typeof createSystem>>;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

/** The handler on real adapters, with a clock of the test's own; what it sends to the queue of retries is kept. */
const createSystem = async (auth: Authentication) => {
  const webhookId = crypto.randomUUID();
  const settings = { target: `${receiver.url}/hook`, authToken: "", auth, customHeaders: {} };
  await deliverySettingsTable(aws.tables.webhooks).put({ webhookId, revision: 1, settings });
  const sent: QueueMessage[] = [];
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const retries = {
    send: async (message: QueueMessage) => {
      sent.push(message);
      await Promise.resolve();
    },
  };
  const deps = deliverDeps(aws, { retries, targets, now: () => now });
  return {
    sent,
    targets,
    run: async (messages: readonly unknown[], changes: { readonly targets?: Targets } = {}) =>
      await createHandler({ ...deps, ...changes })(sqsEvent(messages), lambdaContext()),
    recordOf: async (message: DeliveryMessage) => await batchesTable(aws.tables.batches).find(message),
    message: async (): Promise<DeliveryMessage> => {
      const batchId = crypto.randomUUID();
      return deliveryMessage({
        batchId,
        webhookId,
        bytes: body.length,
        body: await aws.storeObject(`batches/${webhookId}/${batchId}.json.zst`, zstdCompressSync(body)),
      });
    },
  };
};

describe("OAuth 2", () => {
  const oauth2 = (): Authentication => ({
    type: "oauth2",
    url: `${receiver.url}/token`,
    body: { client_id: "me", client_secret: "secret" },
    contentType: "application/x-www-form-urlencoded",
    headers: {},
  });
  const paths = () => receiver.requests.map(({ path }) => path);
  const bearers = () =>
    receiver.requests.filter(({ path }) => path === "/hook").map(({ headers }) => headers.authorization);
  const tokenAnswer = (token: string) => answer(200, {}, JSON.stringify({ access_token: token, expires_in: 3_600 }));

  beforeEach(async () => {
    receiver = await startReceiver();
    now = Date.parse("2026-01-02T03:04:05Z");
    system = await createSystem(oauth2());
    receiver.respond("/token", { kind: "sequence", steps: [tokenAnswer("one"), tokenAnswer("two")] });
  });

  afterEach(async () => await receiver.close());

  it("requests one token for many batches", async () => {
    await system.run(await Promise.all([system.message(), system.message()]));
    await system.run([await system.message()]);
    expect(paths().filter((path) => path === "/token")).toHaveLength(1);
    expect(bearers()).toEqual(["Bearer one", "Bearer one", "Bearer one"]);
  });

  it("requests another one before the first expires", async () => {
    await system.run([await system.message()]);
    now += 3_541_000;
    await system.run([await system.message()]);
    expect(bearers()).toEqual(["Bearer one", "Bearer two"]);
  });

  it.each([400, 401])("repeats the POST once with a new token when the target answers %i", async (status) => {
    await system.run([await system.message()]);
    now += 61_000;
    receiver.respond("/hook", { kind: "sequence", steps: [answer(status), answer(200)] });
    const message = await system.message();
    await system.run([message]);
    expect(bearers()).toEqual(["Bearer one", "Bearer one", "Bearer two"]);
    expect(await system.recordOf(message)).toMatchObject({ state: "delivered", attempts: [{ attempt: 1 }] });
  });

  it.each([
    { seconds: 12, when: "within the attempt", tokens: ["one", "two"] },
    { seconds: 14, when: "with the next attempt", tokens: ["one"] },
  ])("sends a new token $when after a 401 that took $seconds s", async ({ seconds, tokens }) => {
    await system.run([await system.message()]);
    now += 61_000;
    const before = receiver.requests.length;
    receiver.respond("/hook", { kind: "sequence", steps: [answer(401), answer(200)] });
    const targets: Targets = {
      post: async (request) => {
        now += seconds * 1_000;
        return await system.targets.post(request);
      },
    };
    await system.run([await system.message()], { targets });
    expect(bearers().slice(1)).toEqual(tokens.map((token) => `Bearer ${token}`));
    await system.run(system.sent.splice(0));
    expect(bearers().slice(1)).toEqual(["Bearer one", "Bearer two"]);
    expect(receiver.requests.length - before).toBe(3);
  });

  it("does not blame a token that is younger than a minute", async () => {
    receiver.respond("/hook", answer(401));
    await system.run([await system.message()]);
    expect(bearers()).toEqual(["Bearer one"]);
  });

  it("counts a token endpoint that fails as a failed attempt", async () => {
    receiver.respond("/token", answer(500));
    const message = await system.message();
    await system.run([message]);
    expect(paths()).toEqual(["/token"]);
    expect(await system.recordOf(message)).toMatchObject({ state: "retrying", attempts: [{ reason: "token_failed" }] });
  });
});
