import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import { type BatchesApi, hour, isoAgo, minute, now, type Row, startBatchesApi } from "./batches-fixture.ts";

let api: BatchesApi;
let customerId: string;
beforeAll(async () => {
  api = await startBatchesApi();
});
afterAll(async () => await api.stop());
beforeEach(() => {
  customerId = crypto.randomUUID();
});

const path = "/v1/webhooks/summary";
const count = async (webhookId: string, ageMs: number, ...facts: readonly DeliveryFact["what"][]) => {
  for (const what of facts) await api.deliveryHours.count({ customerId, webhookId, at: now - ageMs, what });
};
const delivered = (events: number, durationMs: number) => ({ kind: "delivered", events, durationMs }) as const;
const failed = (attempt: number, reason: "http_5xx" | "connect_failed" = "http_5xx") =>
  ({ kind: "failed", attempt, reason, durationMs: 5_500 }) as const;
const bucketsOf = (row: Row | undefined) => (row?.["buckets"] ?? []) as readonly Row[];

describe("the summary", () => {
  it("is empty for a customer without webhooks", async () => {
    expect(await api.get(path, { customerId })).toMatchObject({ status: 200, results: [] });
  });

  it("has 24 hours up to the current one for a webhook that never had a batch", async () => {
    const id = await api.addWebhook({ customerId, name: "quiet" });
    const [row] = (await api.get(`${path}/`, { customerId, query: { buckets: "24" } })).results;
    expect(row).toMatchObject({
      id,
      name: "quiet",
      state: "pending",
      state_reason: "no_batch_yet",
      state_since: "2026-01-02T03:04:05.000Z",
      expired_24h: 0,
      p95_ms: null,
    });
    expect(row).not.toHaveProperty("last_successful");
    expect(bucketsOf(row)).toHaveLength(24);
    const zero = { delivered: 0, failed: 0, failed_attempts: 0, expired: 0, events: 0, p95_ms: null };
    expect(bucketsOf(row)[0]).toEqual({ at: "2026-01-09T13:00:00.000Z", ...zero });
    expect(bucketsOf(row)[23]).toEqual({ at: "2026-01-10T12:00:00.000Z", ...zero });
  });

  it("counts batches, events, failures and latency by the hour", async () => {
    const id = await api.addWebhook({ customerId });
    await count(id, 5 * minute, delivered(100, 12), delivered(50, 90), failed(1), failed(2, "connect_failed"));
    await count(id, hour, failed(3), { kind: "expired" });
    const [row] = (await api.get(path, { customerId })).results;
    const buckets = bucketsOf(row);
    expect(buckets[23]).toMatchObject({ delivered: 2, events: 150, failed: 1, failed_attempts: 2, p95_ms: 6_000 });
    expect(buckets[22]).toMatchObject({ delivered: 0, failed: 0, failed_attempts: 1, expired: 1, p95_ms: 6_000 });
    expect(row).toMatchObject({
      state: "failed",
      state_reason: "expired",
      state_since: isoAgo(hour),
      expired_24h: 1,
      p95_ms: 6_000,
    });
  });

  it("forgets what is older than its first hour", async () => {
    const id = await api.addWebhook({ customerId });
    await count(id, 23.5 * hour + 1, failed(1));
    await count(id, 23.5 * hour, delivered(1, 10));
    const [row] = (await api.get(path, { customerId })).results;
    expect(row).toMatchObject({ state: "ok", state_reason: null });
    expect(bucketsOf(row)[0]).toMatchObject({ at: isoAgo(23.5 * hour), delivered: 1, failed: 0, p95_ms: 10 });
  });

  it("tells the webhooks of a customer apart and lists the oldest first", async () => {
    const young = await api.addWebhook({ customerId, createdAt: "2026-01-03T00:00:00.000Z" });
    const old = await api.addWebhook({ customerId, active: false, activeChangedAt: isoAgo(minute) });
    await count(young, minute, delivered(1, 1));
    await count(crypto.randomUUID(), minute, delivered(7, 1));
    const { results } = await api.get(path, { customerId });
    expect(results).toMatchObject([
      { id: old, state: "paused", state_since: isoAgo(minute) },
      { id: young, state: "ok" },
    ]);
    expect(bucketsOf(results[0])[23]).toMatchObject({ events: 0 });
    expect(bucketsOf(results[1])[23]).toMatchObject({ events: 1 });
  });
});

describe("a webhook", () => {
  const stateAfter = async (
    notes: readonly (readonly [kind: "success" | "recovery" | "failure", ageMs: number])[],
  ): Promise<Row | undefined> => {
    const webhookId = await api.addWebhook({ customerId });
    for (const [kind, ageMs] of notes) await api.noteAttempt({ customerId, webhookId, kind, at: isoAgo(ageMs) });
    return (await api.get(path, { customerId })).results[0];
  };

  it("is OK since its first delivered batch, not since its creation", async () => {
    const row = await stateAfter([
      ["success", 3 * hour],
      ["success", minute],
    ]);
    expect(row).toMatchObject({ state: "ok", state_since: isoAgo(3 * hour), last_successful: isoAgo(minute) });
  });

  it("is OK again since what had failed was delivered, not since it failed", async () => {
    const row = await stateAfter([
      ["success", 5 * hour],
      ["failure", 4 * hour],
      // Another batch got through meanwhile.
      ["success", 3 * hour],
      ["recovery", 2 * hour],
      ["success", minute],
    ]);
    expect(row).toMatchObject({ state: "ok", state_since: isoAgo(2 * hour) });
  });

  it("has failed since its waiting batch was first attempted, not since the batch was begun", async () => {
    const webhookId = await api.addWebhook({ customerId, lastFailure: isoAgo(minute) });
    await api.addBatch({ webhookId, ageMs: hour, attempts: [500, 500] });
    const row = (await api.get(path, { customerId })).results[0];
    expect(row).toMatchObject({ state: "failed", state_since: isoAgo(hour - minute), oldest_pending_at: isoAgo(hour) });
  });
});

describe("two customers", () => {
  it("do not see each other's webhooks in the summary", async () => {
    await count(await api.addWebhook({ customerId }), minute, delivered(1, 1));
    expect((await api.get(path, { customerId: `${customerId}0` })).results).toEqual([]);
  });

  it.each(["batch-status", "batches", "batches/{batch_id}"])("do not reach each other's %s", async (route) => {
    const webhookId = await api.addWebhook({ customerId });
    const { batchId } = await api.addBatch({ webhookId, attempts: [500] });
    const wanted = `/v1/webhooks/${webhookId}/${route.replace("{batch_id}", batchId)}`;
    expect(await api.get(wanted, { customerId })).toMatchObject({ status: 200 });
    for (const other of [
      await api.get(wanted, { customerId: crypto.randomUUID() }),
      await api.get(wanted.replace(webhookId, crypto.randomUUID()), { customerId }),
      await api.get(wanted.replace(webhookId, "none"), { customerId }),
    ]) {
      expect(other).toMatchObject({ status: 404, results: [], errors: [{ code: "1600" }] });
    }
  });

  it("find batches by their ids alone when they are their own", async () => {
    const webhookId = await api.addWebhook({ customerId, subaccountId: 5 });
    const { batchId } = await api.addBatch({ webhookId, attempts: [500] });
    const wanted = `/v1/batches/${batchId}`;
    for (const headers of [{}, { "X-MSYS-SUBACCOUNT": "5" }]) {
      const found = await api.get(wanted, { customerId, headers });
      expect(found).toMatchObject({ status: 200, results: { batch_id: batchId, webhook_id: webhookId } });
    }
    for (const other of [
      await api.get(wanted, { customerId: crypto.randomUUID() }),
      await api.get(wanted, { customerId, headers: { "X-MSYS-SUBACCOUNT": "6" } }),
      await api.get(`/v1/batches/${crypto.randomUUID()}`, { customerId }),
      await api.get("/v1/batches/none", { customerId }),
    ]) {
      expect(other).toMatchObject({ status: 404, results: [], errors: [{ code: "1600" }] });
    }
  });

  it.each(["summary", "{id}/batch-status", "{id}/batches", "{id}/batches/{id}"])(
    "need the grant to view webhooks for %s",
    async (route) => {
      const wanted = `/v1/webhooks/${route.replaceAll("{id}", await api.addWebhook({ customerId }))}`;
      expect(await api.get(wanted, { customerId, grants: ["ingest/write"] })).toMatchObject({ status: 403 });
    },
  );
});
