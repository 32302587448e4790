import { gzipSync, zstdCompressSync } from "node:zlib";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import type { ChainDeps } from "../../../lambdas/deliver/rest.ts";
import type { Aws } from "../../support/aws.ts";
import { captureLog } from "../../support/capture-log.ts";
import { deliveryMessage } from "../../support/builders.ts";
import { asBatch, deliverDeps } from "../../support/deliver-deps.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useEmulators } from "../../support/use-emulators.ts";

const body = '[{"msys":{"message_event":{"type":"delivery"}}}]';
const minute = 60_000;
const hour = 60 * minute;

let aws: Aws;
let receiver: Receiver;
let now: number;
let system: Awaited<ReturnType<typeof createSystem>>;
useEmulators(async (emulated) => {
  ({ aws, receiver } = emulated);
  now = Date.parse("2026-01-02T03:04:05Z");
  system = await createSystem();
});

/** The handler on real adapters, with a clock of the test's own. */
const createSystem = async () => {
  const webhookId = crypto.randomUUID();
  const queue = await aws.createQueue();
  const bodies = batchBodies(aws.bucket);
  const batchLog = batchesTable(aws.tables.batches);
  const settingsTable = deliverySettingsTable(aws.tables.webhooks);
  const targets = outboundClient({
    allowedRanges: ["127.0.0.0/8"],
    clocks: { connectTimeoutMs: 10_000, uploadTimeoutMs: 10_000, answerTimeoutMs: 2_000 },
  });
  const settings: DeliverySettings = {
    target: `${receiver.url}/hook`,
    authToken: "s3cret",
    auth: { type: "none" },
    customHeaders: { "X-Account-ID": "7" },
  };
  await settingsTable.put({ webhookId, revision: 1, settings });
  const deps = deliverDeps(aws, { retries: deliveryQueue(queue), targets, now: () => now });
  const message = async (fields: Partial<DeliveryMessage> = {}): Promise<DeliveryMessage> => {
    const batchId = crypto.randomUUID();
    return deliveryMessage({
      batchId,
      webhookId,
      bytes: body.length,
      body: await aws.storeObject(`batches/${webhookId}/${batchId}.json.zst`, zstdCompressSync(body)),
      ...fields,
    });
  };
  return {
    deps,
    message,
    run: async (messages: readonly unknown[], changes: Partial<ChainDeps> = {}) =>
      await createHandler({ ...deps, ...changes })(sqsEvent(messages), lambdaContext()),
    /** The retry on the queue, with its delay, whenever it shows. */
    nextMessages: async () => {
      const { Messages = [] } = await aws.clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue.queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      return Messages;
    },
    bodyOf: async ({ body: place }: DeliveryMessage) => await bodies.load(place),
    recordOf: async (sent: DeliveryMessage) => await batchLog.find(sent),
  };
};

/** Watches what is put on the retry queue: the emulator does not show delayed messages. */
const watchRetries = () => {
  const sent: { readonly message: DeliveryMessage; readonly delaySeconds: number }[] = [];
  const retries = {
    send: async (message: QueueMessage, delaySeconds: number) => {
      sent.push({ message: asBatch(message), delaySeconds });
      await system.deps.retries.send(message, delaySeconds);
    },
  };
  return { sent, retries };
};

describe("a delivered batch", () => {
  it("is POSTed with the contract's headers and the body's own bytes", async () => {
    const message = await system.message();
    expect(await system.run([message])).toEqual({ batchItemFailures: [] });
    const [request] = receiver.requests;
    expect(request?.method).toBe("POST");
    expect(request?.path).toBe("/hook");
    expect(request?.body.toString()).toBe(body);
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(body.length),
      "x-messagesystems-batch-id": message.batchId,
      "x-messagesystems-webhook-token": "s3cret",
      "user-agent": expect.stringMatching(/^Tidepost\//),
    });
  });

  it("spells header names as the contract does, and custom ones as they were registered", async () => {
    const names = ["Content-Type", "X-MessageSystems-Batch-ID", "X-MessageSystems-Webhook-Token", "X-Account-ID"];
    const replayId = crypto.randomUUID();
    await system.run([
      await system.message(),
      await system.message({ attempt: 2 }),
      await system.message({ replayId }),
    ]);
    expect(receiver.requests).toHaveLength(3);
    for (const { headerNames } of receiver.requests) expect(headerNames).toEqual(expect.arrayContaining(names));
    expect(receiver.requests.flatMap(({ headerNames }) => headerNames)).toContain("X-Tidepost-Replay");
  });

  it("is recorded, its body is gone, and nothing waits for it", async () => {
    const message = await system.message();
    await system.run([message]);
    expect(await system.recordOf(message)).toMatchObject({
      state: "delivered",
      events: 1,
      attempts: [{ attempt: 1, at: "2026-01-02T03:04:05.000Z", status: 200 }],
      expiresAt: "2026-01-02T07:04:05.000Z",
    });
    expect(await system.bodyOf(message)).toBeUndefined();
    expect(await system.nextMessages()).toEqual([]);
  });

  it("also travels inside the message", async () => {
    const message = await system.message({ body: { kind: "inline", gzip: gzipSync(body).toString("base64") } });
    await system.run([message]);
    expect(receiver.requests[0]?.body.toString()).toBe(body);
  });

  it("is not POSTed again when its message comes again", async () => {
    const message = await system.message();
    await system.run([message]);
    expect(await system.run([message, message])).toEqual({ batchItemFailures: [] });
    expect(receiver.requests).toHaveLength(1);
  });

  it("is not POSTed again when it cannot be recorded", async () => {
    const message = await system.message();
    const batchLog = {
      ...system.deps.batchLog,
      recordDelivered: () => Promise.reject(new Error("table not available")),
    };
    expect(await system.run([message], { batchLog })).toEqual({ batchItemFailures: [] });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe("a failed attempt", () => {
  it.each([
    ["an error", answer(500), { status: 500, reason: "http_5xx" }],
    ["a redirect, which is not followed", answer(302, { location: "/other" }), { status: 302, reason: "http_3xx" }],
    ["no answer in time", { kind: "hang" } as const, { reason: "response_timeout" }],
    ["a reset", { kind: "reset", when: "afterBody" } as const, { reason: "connection_reset" }],
  ])("by %s is recorded and put on the retry queue before it is acknowledged", async (_, behaviour, expected) => {
    receiver.respond("/hook", behaviour);
    const message = await system.message();
    const { sent, retries } = watchRetries();
    expect(await system.run([message], { retries })).toEqual({ batchItemFailures: [] });
    expect(sent).toMatchObject([{ message: { ...message, attempt: 2 }, delaySeconds: 30 }]);
    expect(await system.recordOf(message)).toMatchObject({
      state: "retrying",
      attempts: [{ attempt: 1, ...expected }],
      nextAttemptAt: "2026-01-02T03:04:35.000Z",
    });
    expect(await system.bodyOf(message)).toBeDefined();
    expect(receiver.requests).toHaveLength(1);
  });

  it("stays on its queue when the retry cannot be sent, and is tried again when it comes again", async () => {
    receiver.respond("/hook", { kind: "sequence", steps: [answer(500), answer(200)] });
    const message = await system.message();
    const retries = { send: () => Promise.reject(new Error("queue not available")) };
    expect(await system.run([message], { retries })).toEqual({ batchItemFailures: [{ itemIdentifier: "0" }] });
    now += 3 * minute;
    expect(await system.run([message])).toEqual({ batchItemFailures: [] });
    expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
    expect(receiver.requests.map(({ headers }) => headers["x-messagesystems-batch-id"])).toEqual([
      message.batchId,
      message.batchId,
    ]);
  });

  it("is not made again by a copy of its message once it is recorded", async () => {
    receiver.respond("/hook", answer(500));
    const message = await system.message();
    await system.run([message]);
    now += 3 * minute;
    const { sent, retries } = watchRetries();
    await system.run([message], { retries });
    expect(receiver.requests).toHaveLength(1);
    expect(sent).toEqual([]);
  });

  it("is delivered by its retry with the same id and body", async () => {
    receiver.respond("/hook", { kind: "sequence", steps: [answer(503, { "retry-after": "120" }), answer(200)] });
    const message = await system.message();
    const { sent, retries } = watchRetries();
    await system.run([message], { retries });
    expect(sent[0]?.delaySeconds).toBe(120);
    now += 120_000;
    await system.run(sent.map((entry) => entry.message));
    const [first, second] = receiver.requests;
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers["x-messagesystems-batch-id"]).toBe(first?.headers["x-messagesystems-batch-id"]);
    expect((await system.recordOf(message))?.attempts.map(({ status }) => status)).toEqual([503, 200]);
  });
});

describe("the attempts of a batch", () => {
  it("are spans of one trace, which the log names", async () => {
    receiver.respond("/hook", { kind: "sequence", steps: [answer(503), answer(200)] });
    const message = await system.message();
    const { sent, retries } = watchRetries();
    const log = await captureLog(async () => {
      const telemetry = createTelemetry("deliver");
      await system.run([message], { retries, telemetry });
      now += 120_000;
      await system.run(
        sent.map((entry) => entry.message),
        { telemetry },
      );
    });
    const traceId = message.batchId.replaceAll("-", "");
    const parents = receiver.requests.map(({ headers }) => String(headers["traceparent"]));
    expect(parents).toHaveLength(2);
    for (const parent of parents) expect(parent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(new Set(parents).size).toBe(2);
    expect(log.split("delivery.attempted")).toHaveLength(3);
    expect(log.split(`"traceId":"${traceId}"`)).toHaveLength(3);
  });
});

describe("copies at the same time", () => {
  it("make one POST, and the others wait for its outcome", async () => {
    receiver.respond("/hook", { kind: "hang" });
    const message = await system.message();
    const { sent, retries } = watchRetries();
    await system.run([message, message, message], { retries });
    expect(receiver.requests).toHaveLength(1);
    const waiting = sent.filter((entry) => entry.message.attempt === 1);
    expect(waiting).toHaveLength(2);
    now += 40_000;
    await system.run(waiting.map((entry) => entry.message));
    expect(receiver.requests).toHaveLength(1);
  });

  it("are taken over when the one that made the POST has died", async () => {
    const message = await system.message();
    const { deps } = system;
    const dies = { post: () => Promise.reject(new Error("killed")) };
    expect(await system.run([message], { targets: dies })).toEqual({ batchItemFailures: [{ itemIdentifier: "0" }] });
    const { sent, retries } = watchRetries();
    await system.run([message], { retries });
    expect(receiver.requests).toHaveLength(0);
    now += (sent[0]?.delaySeconds ?? 0) * 1_000;
    await system.run(
      sent.map((entry) => entry.message),
      { targets: deps.targets },
    );
    expect(receiver.requests).toHaveLength(1);
    expect(await system.recordOf(message)).toMatchObject({ state: "delivered" });
  });
});

describe("the end of the retry window", () => {
  it("deletes the body, records the batch as expired, and makes no attempt", async () => {
    receiver.respond("/hook", answer(500));
    const message = await system.message();
    await system.run([message]);
    now += 4 * hour;
    await system.run([{ ...message, attempt: 2 }]);
    expect(receiver.requests).toHaveLength(1);
    expect(await system.recordOf(message)).toMatchObject({ state: "expired", endedAt: new Date(now).toISOString() });
    expect(await system.bodyOf(message)).toBeUndefined();
  });

  it("is awaited on the queue when the next attempt would come after it", async () => {
    receiver.respond("/hook", answer(500));
    const message = await system.message();
    await system.run([message]);
    now += 4 * hour - 50_000;
    const { sent, retries } = watchRetries();
    await system.run([{ ...message, attempt: 2 }], { retries });
    expect(receiver.requests).toHaveLength(2);
    expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([50]);
    now += 50_000;
    await system.run(sent.map((entry) => entry.message));
    expect(receiver.requests).toHaveLength(2);
    expect(await system.recordOf(message)).toMatchObject({ state: "expired" });
  });
});

describe("messages", () => {
  it("that are not ours fail alone and reach the dead-letter queue", async () => {
    const message = await system.message();
    expect(await system.run(["{}", message, "not json"])).toEqual({
      batchItemFailures: [{ itemIdentifier: "0" }, { itemIdentifier: "2" }],
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it("never show their body or the token in a log line", async () => {
    receiver.respond("/hook", answer(500));
    const inline = { kind: "inline", gzip: gzipSync(body).toString("base64") } as const;
    const message = await system.message({ body: inline });
    const log = await captureLog(async () => {
      const telemetry = createTelemetry("deliver");
      await system.run([message, "{}"], { telemetry });
      now += 5 * hour;
      await system.run([{ ...message, attempt: 2 }], { telemetry });
    });
    expect(log).toContain("delivery.attempted");
    expect(log).toContain("batch.expired");
    expect(log).not.toContain(inline.gzip.slice(0, 40));
    expect(log).not.toContain("s3cret");
  });
});
