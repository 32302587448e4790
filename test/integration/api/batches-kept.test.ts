import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Kept } from "#shared/delivery/kept-body.ts";
import { type BatchesApi, hour, isoAgo, minute, startBatchesApi } from "./batches-fixture.ts";

const day = 24 * hour;
const kept: Kept = { days: 7, encoding: "zstd" };
const events = Array.from({ length: 5 }, (_, n) => ({
  msys: { message_event: { type: "delivery", n, rcpt_to: "ann@example.com" } },
}));

let api: BatchesApi;
let webhookId: string;
beforeAll(async () => {
  api = await startBatchesApi();
});
afterAll(async () => await api.stop());
beforeEach(async () => {
  webhookId = await api.addWebhook({ keepBodiesDays: 7 });
});

const path = (batchId: string, route = "") => `/v1/webhooks/${webhookId}/batches/${batchId}${route}`;
const modify = { grants: ["webhooks/modify"] } as const;
const read = async (batchId: string, options: Parameters<BatchesApi["get"]>[1] = modify) =>
  await api.get(path(batchId, "/body"), options);

/** A batch that was delivered a minute after it was created, and whose body is kept. */
const addKept = async (fields: Partial<Parameters<BatchesApi["addBatch"]>[0]> = {}) => {
  const batch = await api.addBatch({ webhookId, attempts: [200], events: events.length, kept, ...fields });
  await api.keepBody(batch, fields.kept ?? kept, JSON.stringify(events));
  return batch;
};

describe("the kept body of a delivered batch", () => {
  it.each(["zstd", "gzip"] as const)("is read page by page (%s), and the batch says until when", async (encoding) => {
    const { batchId } = await addKept({ kept: { days: 7, encoding } });
    expect((await read(batchId, { ...modify, query: { limit: "2" } })).body).toEqual({
      results: events.slice(0, 2),
      total: 5,
      next_offset: 2,
    });
    expect((await read(batchId, { ...modify, query: { offset: "2" } })).body).toEqual({
      results: events.slice(2),
      total: 5,
    });
    const says = { state: "delivered", body_available: true, kept_until: isoAgo(hour - minute - 7 * day) };
    expect((await api.get(path(batchId))).result).toMatchObject(says);
    expect((await api.get(`/v1/batches/${batchId}`)).result).toMatchObject(says);
    expect((await api.get(`/v1/webhooks/${webhookId}/batches`)).results).toMatchObject([says]);
  });

  it("has its addresses masked for a key that may not change webhooks", async () => {
    const { batchId } = await addKept();
    const masked = JSON.stringify((await read(batchId, { grants: ["webhooks/view"] })).body);
    expect(masked).toContain("a***@example.com");
    expect(masked).not.toContain("ann@");
    // What waits for a retry, too.
    const waiting = await api.addBatch({ webhookId, attempts: [500] });
    await api.storeBody(waiting, JSON.stringify(events));
    expect(JSON.stringify((await read(waiting.batchId, { grants: ["webhooks/view"] })).body)).not.toContain("ann@");
    expect(JSON.stringify((await read(waiting.batchId)).body)).toContain("ann@");
  });

  it.each([
    ["was not kept", { kept: undefined }, { keepBodiesDays: 7 }, 30, "did not"],
    ["is past its days", { kept, ageMs: 7 * day + minute }, { keepBodiesDays: 7 }, 30, "time is over"],
    [
      "is past its webhook's present days",
      { kept, ageMs: 2 * day + minute },
      { keepBodiesDays: 2 },
      30,
      "time is over",
    ],
    [
      "is past the operator's present days",
      { kept, ageMs: 2 * day + minute },
      { keepBodiesDays: 7 },
      2,
      "time is over",
    ],
    ["is of a webhook that keeps no more", { kept }, {}, 30, "no longer"],
    ["is of a system where nobody may keep any", { kept }, { keepBodiesDays: 7 }, 0, "no longer"],
    [
      "is of an earlier webhook of that id",
      { kept },
      { keepBodiesDays: 7, createdAt: isoAgo(minute) },
      30,
      "no longer",
    ],
  ] as const)("cannot be read when it %s", async (_, { kept: recorded, ...batch }, webhook, maxKeepBodiesDays, why) => {
    webhookId = await api.addWebhook(webhook);
    const fields = { webhookId, attempts: [200], keptMs: 30 * day, ...batch } as const;
    const ref = await api.addBatch(recorded === undefined ? fields : { ...fields, kept: recorded });
    await api.keepBody(ref, kept, JSON.stringify(events));
    const answer = await read(ref.batchId, { ...modify, maxKeepBodiesDays });
    expect([answer.status, answer.errors[0]?.description]).toEqual([404, expect.stringContaining(why)]);
    const { result } = await api.get(path(ref.batchId), { maxKeepBodiesDays });
    expect(result).toMatchObject({ state: "delivered", body_available: false });
    expect(result).not.toHaveProperty("kept_until");
  });

  it("cannot be read when its webhook is deleted, or when it was never stored", async () => {
    const { batchId } = await api.addBatch({ webhookId, attempts: [200], kept });
    expect((await read(batchId)).errors).toMatchObject([{ message: "The batch's body is not kept" }]);
    const stored = await addKept();
    expect((await read(stored.batchId)).status).toBe(200);
    await api.removeWebhook("1", webhookId);
    expect([(await read(stored.batchId)).status, (await api.get(`/v1/batches/${stored.batchId}`)).status]).toEqual([
      404, 404,
    ]);
  });
});

describe("the days of a webhook", () => {
  const change = async (fields: object, maxKeepBodiesDays: number) =>
    await api.get(`/v1/webhooks/${webhookId}`, { ...modify, method: "PUT", body: fields, maxKeepBodiesDays });

  it("are limited by the operator, except for what is stored already", async () => {
    webhookId = await api.addWebhookWithSettings({ keepBodiesDays: 7 });
    const refused = await change({ keep_bodies_days: 8 }, 3);
    expect([refused.status, refused.errors[0]?.message]).toEqual([422, "'keep_bodies_days' must be at most 3"]);
    expect((await change({ keep_bodies_days: 1 }, 0)).errors[0]?.message).toBe("'keep_bodies_days' must be 0");
    expect((await change({ keep_bodies_days: 7, name: "as it was read" }, 0)).status).toBe(200);
    const show = async () => (await api.get(`/v1/webhooks/${webhookId}`)).result["keep_bodies_days"];
    expect(await show()).toBe(7);
    expect([(await change({ keep_bodies_days: 3 }, 3)).status, await show()]).toEqual([200, 3]);
    expect([(await change({ keep_bodies_days: 0 }, 3)).status, await show()]).toEqual([200, 0]);
    const { results } = await api.get(`/v1/webhooks/${webhookId}/changes`);
    expect(results[0]).toMatchObject({ fields: [{ field: "keep_bodies_days", kind: "removed", from: 3 }] });
  });
});
