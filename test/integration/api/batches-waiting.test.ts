import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BatchesApi, hour, isoAgo, minute, startBatchesApi } from "./batches-fixture.ts";

let api: BatchesApi;
let webhookId: string;
beforeAll(async () => {
  api = await startBatchesApi();
});
afterAll(async () => await api.stop());
beforeEach(async () => {
  webhookId = await api.addWebhook({ lastFailure: isoAgo(minute) });
});

const path = (batchId: string, route: string) => `/v1/webhooks/${webhookId}/batches/${batchId}/${route}`;
const redeliver = async (batchId: string) =>
  await api.get(path(batchId, "redeliver"), { method: "POST", grants: ["webhooks/modify"] });
const eventsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ msys: { track_event: { type: "click", n } } }));

describe("the body of a batch", () => {
  it.each(["zstd", "gzip"] as const)("is read page by page while the batch waits (%s)", async (encoding) => {
    const batch = await api.addBatch({ webhookId, attempts: [500] });
    const events = eventsOf(5);
    await api.storeBody(batch, JSON.stringify(events), encoding);
    const first = await api.get(path(batch.batchId, "body"), { query: { limit: "2" } });
    expect(first.body).toEqual({ results: events.slice(0, 2), total: 5, next_offset: 2 });
    const last = await api.get(path(batch.batchId, "body"), { query: { offset: "2" } });
    expect(last.body).toEqual({ results: events.slice(2), total: 5 });
    expect((await api.get(path(batch.batchId, "body"), { query: { offset: "99" } })).body).toEqual({
      results: [],
      total: 5,
    });
  });

  it("of large events has pages that fit an answer", async () => {
    const batch = await api.addBatch({ webhookId, attempts: [500] });
    const events = Array.from({ length: 20 }, (_, n) => ({ msys: { track_event: { n, text: "x".repeat(250_000) } } }));
    await api.storeBody(batch, JSON.stringify(events));
    const { body } = await api.get(path(batch.batchId, "body"));
    expect(body).toMatchObject({ total: 20, next_offset: 8 });
  });

  it.each([
    ["delivered", { attempts: [200] }],
    ["expired", { attempts: [500], expired: true }],
    ["sending", {}],
  ] as const)("is not there when the batch is %s", async (state, fields) => {
    const batch = await api.addBatch({ webhookId, ...fields });
    const answer = await api.get(path(batch.batchId, "body"));
    expect([answer.status, answer.errors[0]?.description]).toEqual([404, expect.stringContaining(`is ${state}`)]);
    const { result } = await api.get(path(batch.batchId, "").slice(0, -1));
    expect(result).toMatchObject({ state, body_available: false });
  });
});

describe("redelivery", () => {
  it.each(["zstd", "gzip"] as const)(
    "puts the next attempt on the queue, with the same id and body (%s)",
    async (encoding) => {
      const batch = await api.addBatch({ webhookId, attempts: [500, "response_timeout"], events: 3 });
      const body = await api.storeBody(batch, "[]", encoding);
      expect(await redeliver(batch.batchId)).toMatchObject({
        status: 200,
        result: { batch_id: batch.batchId, attempt: 3 },
      });
      expect(await api.retries()).toEqual([
        {
          version: 1,
          ...batch,
          customerId: "1",
          settingsRevision: 1,
          events: 3,
          bytes: 300,
          body,
          attempt: 3,
          redelivery: true,
        },
      ]);
    },
  );

  it.each([
    ["was delivered", { attempts: [200] }, "is gone"],
    ["has expired", { attempts: [500], expired: true }, "is gone"],
    ["has lost its body", { attempts: [500] }, "is gone"],
    ["is being attempted", {}, "under way"],
  ] as const)("is refused for a batch that %s", async (_, fields, message) => {
    const batch = await api.addBatch({ webhookId, ...fields });
    const answer = await redeliver(batch.batchId);
    expect([answer.status, answer.errors[0]?.message]).toEqual([409, expect.stringContaining(message)]);
    expect(await api.retries()).toEqual([]);
  });

  it("is refused once the record has no room for the attempts that follow by themselves", async () => {
    const excerpt = "€".repeat(3_333);
    const attempts = Array.from({ length: 19 }, () => 500);
    const batch = await api.addBatch({ webhookId, attempts, excerpt });
    await api.storeBody(batch, "[]");
    expect((await redeliver(batch.batchId)).status).toBe(200);
    const full = await api.addBatch({ webhookId, attempts: [...attempts, 500], excerpt });
    await api.storeBody(full, "[]");
    expect(await redeliver(full.batchId)).toMatchObject({
      status: 409,
      errors: [{ message: "The batch's record is full after attempt 20" }],
    });
    expect(await api.retries()).toHaveLength(1);
  });

  it("is refused while the webhook is paused", async () => {
    webhookId = await api.addWebhook({ active: false });
    const batch = await api.addBatch({ webhookId, parked: true });
    await api.storeBody(batch, "[]");
    expect(await redeliver(batch.batchId)).toMatchObject({
      status: 409,
      errors: [{ message: "The webhook is paused" }],
    });
  });
});

describe("what waits", () => {
  const summary = async () => (await api.get(`/v1/webhooks/${webhookId}/summary`)).result;

  it("is counted in the summary: retrying and parked batches, the oldest, and the first that expires", async () => {
    await api.addBatch({ webhookId, ageMs: 10 * minute, attempts: [500], events: 7 });
    await api.addBatch({ webhookId, ageMs: 3 * hour, attempts: [500, 500], events: 5 });
    await api.addBatch({ webhookId, ageMs: 2 * hour, parked: true, events: 1 });
    await api.addBatch({ webhookId, attempts: [500, 200] });
    await api.addBatch({ webhookId, attempts: [500], expired: true });
    await api.addBatch({ webhookId });
    expect(await summary()).toMatchObject({
      id: webhookId,
      state: "failed",
      pending_batches: 3,
      pending_events: 13,
      pending_is_complete: true,
      oldest_pending_at: isoAgo(3 * hour),
      next_expiry_at: isoAgo(3 * hour - minute - 4 * hour),
    });
  });

  it("is nothing once all is delivered", async () => {
    await api.addBatch({ webhookId, attempts: [500, 200] });
    const row = await summary();
    expect(row).toMatchObject({ state: "ok", pending_batches: 0, pending_events: 0 });
    expect(row).not.toHaveProperty("next_expiry_at");
  });

  it("of a paused webhook is counted however long nothing has failed", async () => {
    webhookId = await api.addWebhook({ active: false });
    await api.addBatch({ webhookId, parked: true });
    expect(await summary()).toMatchObject({ state: "paused", pending_batches: 1 });
  });
});

describe("what is left of a chain", () => {
  const events = eventsOf(8);

  it("is one batch that is parked, whose events are read from where it begins", async () => {
    const { batchId } = await api.addRest(webhookId, events, 2);
    expect((await api.get(path(batchId, "").slice(0, -1))).result).toMatchObject({
      state: "parked",
      events: 6,
      event_types: { click: 6 },
      uncut: true,
      body_available: true,
    });
    expect((await api.get(path(batchId, "body"), { query: { offset: "1", limit: "3" } })).body).toEqual({
      results: events.slice(3, 6),
      total: 6,
      next_offset: 4,
    });
    expect((await api.get(path(batchId, "body"), { query: { offset: "4" } })).body).toEqual({
      results: events.slice(6),
      total: 6,
    });
    expect((await api.get(`/v1/webhooks/${webhookId}/summary`)).result).toMatchObject({
      pending_batches: 1,
      pending_events: 6,
    });
  });

  it("says why it expired, and is not counted as waiting any more", async () => {
    const { batchId } = await api.addRest(webhookId, events, 2, "backlog");
    const { result } = await api.get(path(batchId, "").slice(0, -1));
    expect(result).toMatchObject({ state: "expired", events: 6, uncut: true, expired_for: "backlog" });
    expect((await redeliver(batchId)).status).toBe(409);
    const { results } = await api.get(`/v1/webhooks/${webhookId}/batches`, { query: { state: "expired" } });
    expect(results).toMatchObject([{ batch_id: batchId, events: 6 }]);
    expect((await api.get(`/v1/webhooks/${webhookId}/summary`)).result).toMatchObject({ pending_batches: 0 });
  });

  it("is hurried on, as the message that waits", async () => {
    const { batchId, chain } = await api.addRest(webhookId, events, 2);
    expect(await redeliver(batchId)).toMatchObject({ status: 200, result: { batch_id: batchId, attempt: 1 } });
    expect(await api.retries()).toEqual([{ ...chain, redelivery: true }]);
  });
});

describe("lists", () => {
  const list = async (query: Readonly<Record<string, string>>) =>
    (await api.get(`/v1/webhooks/${webhookId}/batches`, { query })).results.map((row) => row["batch_id"]);

  it("filter by the reason of the last failure, and go forward in time on demand", async () => {
    const old = await api.addBatch({ webhookId, ageMs: 3 * hour, attempts: [500] });
    const timedOut = await api.addBatch({ webhookId, ageMs: 2 * hour, attempts: [500, "response_timeout"] });
    const young = await api.addBatch({ webhookId, ageMs: hour, attempts: [503] });
    await api.addBatch({ webhookId, ageMs: hour / 2, attempts: [200] });
    expect(await list({ reason: "http_5xx" })).toEqual([young.batchId, old.batchId]);
    expect(await list({ reason: "response_timeout, dns_failed" })).toEqual([timedOut.batchId]);
    const pages = await api.pages(`/v1/webhooks/${webhookId}/batches`, {
      order: "asc",
      limit: "1",
      reason: "http_5xx",
    });
    expect(pages.flat().map((row) => row["batch_id"])).toEqual([old.batchId, young.batchId]);
    expect((await list({ order: "asc" }))[0]).toBe(old.batchId);
  });

  it.each([{ reason: "http_6xx" }, { order: "up" }])("refuse %j", async (query) => {
    expect(await api.get(`/v1/webhooks/${webhookId}/batches`, { query })).toMatchObject({ status: 400 });
  });
});
