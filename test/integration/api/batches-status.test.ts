import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BatchesApi, hour, isoAgo, minute, startBatchesApi } from "./batches-fixture.ts";

let api: BatchesApi;
let webhookId: string;
let path: string;
beforeAll(async () => {
  api = await startBatchesApi();
});
afterAll(async () => await api.stop());
beforeEach(async () => {
  webhookId = await api.addWebhook();
  path = `/v1/webhooks/${webhookId}/batch-status`;
});

describe("batch status", () => {
  it("is empty for a webhook without batches, with and without a trailing slash", async () => {
    expect(await api.get(path)).toMatchObject({ status: 200, results: [] });
    expect(await api.get(`${path}/`)).toMatchObject({ status: 200, results: [] });
  });

  it("shows a batch that was delivered after failing, with codes as strings", async () => {
    const { batchId } = await api.addBatch({ webhookId, ageMs: hour, events: 7, attempts: [503, 500, 200] });
    expect((await api.get(path)).results).toEqual([
      {
        batch_id: batchId,
        ts: "2026-01-10T11:30:00.000Z",
        attempts: 2,
        response_code: "200",
        latency: 103,
        batch_size: 7,
        webhook_id: webhookId,
      },
    ]);
  });

  it("shows a batch that still fails, with the status as failure code", async () => {
    await api.addBatch({ webhookId, attempts: [500, 503] });
    expect((await api.get(path)).results).toMatchObject([{ attempts: 2, response_code: "503", failure_code: "503" }]);
  });

  it("gives the reason in place of a status where there was no answer", async () => {
    await api.addBatch({ webhookId, attempts: [500, "response_timeout"] });
    const [row] = (await api.get(path)).results;
    expect(row).toMatchObject({ attempts: 2, failure_code: "response_timeout", latency: 102 });
    expect(row).not.toHaveProperty("response_code");
  });

  it("lists failed, recovered and expired batches newest first, and none that was delivered or sent at once", async () => {
    const recovered = await api.addBatch({ webhookId, ageMs: 3 * hour, attempts: [500, 200] });
    await api.addBatch({ webhookId, ageMs: 2 * hour, attempts: [200] });
    const failing = await api.addBatch({ webhookId, ageMs: hour, attempts: [500] });
    await api.addBatch({ webhookId, ageMs: minute });
    const expired = await api.addBatch({ webhookId, ageMs: 5 * hour, attempts: [500], expired: true });
    const { results } = await api.get(path);
    expect(results.map((row) => row["batch_id"])).toEqual([failing.batchId, recovered.batchId, expired.batchId]);
    expect(results[2]).toMatchObject({ attempts: 1, failure_code: "500" });
  });

  it("shows a late delivery even if its failed attempt was never recorded", async () => {
    const { batchId } = await api.addBatch({ webhookId, attempts: [500, 200], failuresLost: true });
    expect((await api.get(path)).results).toMatchObject([{ batch_id: batchId, attempts: 1, response_code: "200" }]);
  });

  it("shows an expired batch even if its failed attempts were never recorded", async () => {
    const { batchId } = await api.addBatch({ webhookId, attempts: [500], failuresLost: true, expired: true });
    expect((await api.get(path)).results).toMatchObject([{ batch_id: batchId, attempts: 0, latency: 0 }]);
  });

  it("covers 24 hours", async () => {
    const within = await api.addBatch({ webhookId, ageMs: 24 * hour, attempts: [500, 200] });
    await api.addBatch({ webhookId, ageMs: 24 * hour + 1, attempts: [500, 200] });
    expect((await api.get(path)).results).toMatchObject([{ batch_id: within.batchId, ts: isoAgo(24 * hour) }]);
  });

  it("obeys its limit and stops at 1,000 without one", async () => {
    const ages = Array.from({ length: 1_001 }, (_, index) => minute + index);
    await api.addAlike({ webhookId, attempts: [500] }, ages);
    const all = (await api.get(path, { query: { limit: "10000" } })).results;
    expect(all.map((row) => row["ts"])).toEqual(ages.map((ageMs) => isoAgo(ageMs)));
    expect((await api.get(path)).results).toEqual(all.slice(0, 1_000));
    expect((await api.get(path, { query: { limit: "1" } })).results).toEqual(all.slice(0, 1));
  });

  it.each(["0", "10001", "-1", "1.5", "ten", "", "1e3"])("refuses limit %j and says what it takes", async (limit) => {
    expect(await api.get(path, { query: { limit } })).toMatchObject({
      status: 400,
      errors: [
        {
          message: "'limit' must be an integer from 1 to 10000",
          description: `Sent: ${JSON.stringify(limit)}.`,
          code: "1200",
        },
      ],
    });
  });
});

describe("one batch", () => {
  it("comes with its attempts, each with what happened and what to do", async () => {
    const { batchId, createdAt } = await api.addBatch({ webhookId, attempts: ["response_timeout", 500, 200] });
    const { status, result } = await api.get(`/v1/webhooks/${webhookId}/batches/${batchId}`);
    expect(status).toBe(200);
    expect(result).toMatchObject({
      batch_id: batchId,
      created_at: createdAt,
      state: "delivered",
      response_code: 200,
      latency_ms: 103,
      ended_at: "2026-01-10T11:33:00.000Z",
      attempts: [
        {
          n: 1,
          started_at: "2026-01-10T11:31:00.000Z",
          outcome: "failed",
          reason: "response_timeout",
          error_code: "ETIMEDOUT",
          fix: expect.any(String),
          latency_ms: 101,
        },
        { n: 2, outcome: "failed", status: 500, reason: "http_5xx", response_excerpt: "no", latency_ms: 102 },
        { n: 3, outcome: "delivered", status: 200, response_excerpt: "thanks", latency_ms: 103 },
      ],
    });
    expect(result).not.toHaveProperty("reason");
  });

  it("is found by an id in capitals", async () => {
    const { batchId } = await api.addBatch({ webhookId });
    const wanted = `/v1/webhooks/${webhookId}/batches/${batchId.toUpperCase()}`;
    expect(await api.get(wanted)).toMatchObject({ status: 200, result: { batch_id: batchId, state: "sending" } });
  });

  it("is absent when its id is unknown or none, it is another webhook's, or its record has ended", async () => {
    const other = await api.addBatch({ webhookId: await api.addWebhook() });
    const ended = await api.addBatch({ webhookId, keptMs: -1_000 });
    for (const id of [crypto.randomUUID(), "none", other.batchId, ended.batchId]) {
      expect(await api.get(`/v1/webhooks/${webhookId}/batches/${id}`)).toMatchObject({
        status: 404,
        errors: [{ message: "Resource could not be found", code: "1600" }],
      });
    }
  });
});
