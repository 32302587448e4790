import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { hoursBetween } from "#shared/delivery/hours.ts";
import type { TargetAnswer } from "#shared/delivery/outbound.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import type { ChainDeps } from "../../../lambdas/deliver/rest.ts";
import { type Aws, startAws } from "../../support/aws.ts";
import { deliverDeps } from "../../support/deliver-deps.ts";
import { webhook } from "../../support/builders.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";

const minute = 60_000;
const hour = 60 * minute;

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(async () => await aws.stop());

let now: number;
let system: Awaited<ReturnType<typeof createSystem>>;
beforeEach(async () => {
  now = Date.parse("2026-01-02T03:04:05Z");
  system = await createSystem();
});

const answered = (status: number, totalMs: number): TargetAnswer => ({
  kind: "answered",
  status,
  headers: {},
  excerpt: "",
  isTruncated: false,
  isUploaded: true,
  timings: { totalMs },
});

/** The handler with a target whose answers, durations included, are those of the test. */
const createSystem = async () => {
  const webhookId = crypto.randomUUID();
  const customerId = crypto.randomUUID();
  const answers: TargetAnswer[] = [];
  const settings = deliverySettingsTable(aws.tables.webhooks);
  const deliveryHours = deliveryHoursTable(aws.tables.batches);
  await settings.put({
    webhookId,
    revision: 1,
    settings: { target: "https://example.com/hook", authToken: "", auth: { type: "none" }, customHeaders: {} },
  });
  const deps = deliverDeps(aws, {
    retries: deliveryQueue(await aws.createQueue()),
    targets: { post: () => Promise.resolve(answers.shift() ?? answered(200, 1)) },
    now: () => now,
  });
  return {
    deps,
    answers,
    customerId,
    webhookId,
    deliveryHours,
    message: (events = 1): DeliveryMessage => ({
      version: 1,
      batchId: crypto.randomUUID(),
      webhookId,
      customerId,
      settingsRevision: 1,
      createdAt: "2026-01-02T03:04:00.000Z",
      events,
      bytes: 2,
      body: { kind: "inline", gzip: gzipSync("[]").toString("base64") },
      attempt: 1,
    }),
    run: async (messages: readonly DeliveryMessage[], changes: Partial<ChainDeps> = {}) =>
      await createHandler({ ...deps, ...changes })(sqsEvent(messages), lambdaContext()),
    counted: async () => {
      const hours = (
        await deliveryHours.findWhole({
          customerId,
          webhookIds: [webhookId],
          hours: hoursBetween(Date.parse("2026-01-02T00:00:00Z"), now),
        })
      ).toSorted((a, b) => a.hour.localeCompare(b.hour));
      return hours.map(({ latencies, ...counts }) => ({
        ...counts,
        latencies: Object.fromEntries(Object.entries(latencies).filter(([, count]) => count > 0)),
      }));
    },
    none: {
      webhookId,
      delivered: 0,
      failed: 0,
      failedAttempts: 0,
      expired: 0,
      events: 0,
      latencies: {},
      statuses: {},
      reasons: {},
      eventTypes: {},
      minutes: [],
    },
    noneIn: {
      delivered: 0,
      failed: 0,
      failedAttempts: 0,
      expired: 0,
      events: 0,
      durationMs: 0,
    },
  };
};

describe("the counters of an hour and its minutes", () => {
  it("tell of deliveries, failures, latency and expiry, by webhook and by when they happened", async () => {
    const { answers, none, noneIn } = system;
    const timeout = { kind: "failed", reason: "response_timeout", errorCode: "ETIMEDOUT", isUploaded: true } as const;
    answers.push(answered(500, 7), { ...timeout, timings: { totalMs: 6_002 } }, answered(200, 9), answered(503, 90));
    const closedAt = "2026-01-02T03:04:05.000Z";
    const formation = {
      closedBy: "window",
      closedAt,
      batchSize: 10_000,
      eventTypes: { click: 3, delivery: 4 },
    } as const;
    const recovers = { ...system.message(7), formation };
    for (const attempt of [1, 2, 3]) {
      await system.run([{ ...recovers, attempt }]);
      now += minute;
    }
    now += hour;
    const expires = system.message();
    await system.run([expires]);
    now += 4 * hour;
    await system.run([{ ...expires, attempt: 2 }]);
    expect(await system.counted()).toEqual([
      {
        ...none,
        hour: "2026-01-02T03:00:00.000Z",
        delivered: 1,
        events: 7,
        failed: 1,
        failedAttempts: 2,
        latencies: { 10: 2, 7_000: 1 },
        statuses: { 200: 1, 500: 1 },
        reasons: { http_5xx: 1, response_timeout: 1 },
        eventTypes: { click: 3, delivery: 4 },
        firstFailureAt: "2026-01-02T03:04:05.000Z",
        lastReason: "response_timeout",
        minutes: [
          { ...noneIn, minute: "2026-01-02T03:04:00.000Z", failed: 1, failedAttempts: 1, durationMs: 7 },
          { ...noneIn, minute: "2026-01-02T03:05:00.000Z", failedAttempts: 1, durationMs: 6_002 },
          { ...noneIn, minute: "2026-01-02T03:06:00.000Z", delivered: 1, events: 7, durationMs: 9 },
        ],
      },
      {
        ...none,
        hour: "2026-01-02T04:00:00.000Z",
        failed: 1,
        failedAttempts: 1,
        latencies: { 100: 1 },
        statuses: { 503: 1 },
        reasons: { http_5xx: 1 },
        firstFailureAt: "2026-01-02T04:07:05.000Z",
        lastReason: "http_5xx",
        minutes: [{ ...noneIn, minute: "2026-01-02T04:07:00.000Z", failed: 1, failedAttempts: 1, durationMs: 90 }],
      },
      {
        ...none,
        hour: "2026-01-02T08:00:00.000Z",
        expired: 1,
        firstFailureAt: "2026-01-02T08:07:05.000Z",
        lastExpiredAt: "2026-01-02T08:07:05.000Z",
        minutes: [{ ...noneIn, minute: "2026-01-02T08:07:00.000Z", expired: 1 }],
      },
    ]);
  });

  it("are read without types and minutes where nobody shows them", async () => {
    const { answers, customerId, deliveryHours, webhookId } = system;
    answers.push(answered(500, 7), answered(200, 9));
    const message = { ...system.message(7), attempt: 1 };
    await system.run([message]);
    await system.run([{ ...message, attempt: 2 }]);
    const counted = "2026-01-02T03:00:00.000Z";
    const summary = { webhookId, hour: counted, delivered: 1, failed: 1, failedAttempts: 1, expired: 0, events: 7 };
    const latencies = expect.objectContaining({ 10: 2 }) as object;
    const failure = { firstFailureAt: "2026-01-02T03:04:05.000Z", lastReason: "http_5xx" };
    const [found, ...others] = await deliveryHours.find({ customerId, webhookIds: [webhookId], hours: [counted] });
    expect(others).toEqual([]);
    expect(found).toEqual({ ...summary, ...failure, latencies });
    const details = { statuses: { 200: 1, 500: 1 }, reasons: { http_5xx: 1 }, eventTypes: {} };
    const sum = await deliveryHours.sum(customerId, counted, () => true);
    expect(sum).toEqual({ ...summary, ...details, webhookId: "", latencies });
  });

  it("count a batch once when its message comes again", async () => {
    const message = system.message();
    await system.run([message]);
    await system.run([message, message]);
    expect(await system.counted()).toMatchObject([
      { delivered: 1, failedAttempts: 0, minutes: [{ delivered: 1, failedAttempts: 0 }] },
    ]);
  });

  it("never fail a delivery, a retry or an expiry", async () => {
    const deliveryHours = { count: () => Promise.reject(new Error("table not available")) };
    const { batchLog } = system.deps;
    const recovers = system.message();
    const expires = system.message();
    system.answers.push(answered(500, 1), answered(200, 1), answered(500, 1));
    for (const message of [recovers, { ...recovers, attempt: 2 }, expires]) {
      expect(await system.run([message], { deliveryHours })).toEqual({ batchItemFailures: [] });
    }
    now += 4 * hour;
    expect(await system.run([{ ...expires, attempt: 2 }], { deliveryHours })).toEqual({ batchItemFailures: [] });
    expect(await system.counted()).toEqual([]);
    expect(system.answers).toEqual([]);
    await expect(batchLog.claim(claimOf(recovers))).resolves.toEqual({ kind: "ended" });
    await expect(batchLog.claim(claimOf(expires))).resolves.toEqual({ kind: "ended" });
  });
});

const claimOf = (message: DeliveryMessage) => ({
  ...message,
  now,
  firstAttemptAt: now,
  until: now + 1,
  cutoff: now + 1,
  ttl: 1,
});

describe("a webhook is healthy", () => {
  it("since its first delivered batch, and again since the last batch that had waited was delivered", async () => {
    const { customerId, webhookId } = system.message();
    const webhooks = webhooksTable(aws.tables.webhooks);
    await webhooks.create(webhook({ webhookId, customerId }));
    const since = async () => (await webhooks.find(customerId, webhookId))?.healthySince;
    await system.run([system.message()]);
    const first = new Date(now).toISOString();
    now += minute;
    await system.run([system.message()]);
    expect(await since()).toBe(first);
    const failing = system.message();
    system.answers.push(answered(500, 1));
    await system.run([failing]);
    expect(await since()).toBeUndefined();
    now += minute;
    // Another batch gets through while the failed one waits.
    await system.run([system.message()]);
    now += minute;
    await system.run([{ ...failing, attempt: 2, firstAttemptAt: now - 2 * minute }]);
    expect(await since()).toBe(new Date(now).toISOString());
    now += minute;
    await system.run([system.message()]);
    expect(await since()).toBe(new Date(now - minute).toISOString());
  });
});
