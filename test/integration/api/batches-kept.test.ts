import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Kept } from "#shared/delivery/kept-body.ts";
import { captureLog } from "../../support/capture-log.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { answer as answering } from "../../support/receiver-behaviour.ts";
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

  it("shows what is no event as an empty one in its place", async () => {
    const ref = await api.addBatch({ webhookId, attempts: [200], events: 3, kept });
    await api.keepBody(ref, kept, '[{"msys":{}},{"a":no json},5]');
    expect((await read(ref.batchId)).body).toEqual({ results: [{ msys: {} }, {}, {}], total: 3 });
    expect((await read(ref.batchId, { grants: ["webhooks/view"] })).body).toMatchObject({
      results: [{ msys: {} }, {}, {}],
    });
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

  it("is for who acts for all when its webhook has been moved to a sub-account since", async () => {
    const acting = { ...modify, headers: { "X-MSYS-SUBACCOUNT": "5" } };
    const ofMoved = async (subaccountSince: string) => {
      webhookId = await api.addWebhook({ keepBodiesDays: 7, subaccountId: 5, subaccountSince });
      const { batchId } = await addKept();
      const asked = { ...acting, method: "POST" } as const;
      const { result: row } = await api.get(path(batchId), acting);
      return {
        all: (await read(batchId)).status,
        one: (await read(batchId, acting)).status,
        again: (await api.get(path(batchId, "/redeliver"), asked)).status,
        says: [row["body_available"], "kept_until" in row],
        listed: (await api.get(`/v1/webhooks/${webhookId}/batches`, acting)).results[0]?.["body_available"],
      };
    };
    // Routing may use what it knew a minute before.
    const before = { all: 200, one: 404, again: 404, says: [false, false], listed: false };
    expect(await ofMoved(isoAgo(hour + 2 * minute - 1))).toEqual(before);
    expect(await api.retries()).toEqual([]);
    const after = { all: 200, one: 200, again: 200, says: [true, true], listed: true };
    expect(await ofMoved(isoAgo(hour + 2 * minute))).toEqual(after);
    expect(await api.retries()).toHaveLength(1);
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

describe("a delivered batch that is kept", () => {
  const redeliver = async (batchId: string, options = {}) =>
    await api.get(path(batchId, "/redeliver"), { ...modify, method: "POST", ...options });

  it("is put on the queue once more, as itself, for one POST with the present settings", async () => {
    webhookId = await api.addWebhook({ keepBodiesDays: 7, settingsRevision: 4 });
    const ref = await addKept({ attempts: [500, 200] });
    const asked = await redeliver(ref.batchId);
    expect(asked).toMatchObject({ status: 200, result: { batch_id: ref.batchId, attempt: 3 } });
    // Whoever asks twice before it was sent asks for the same POST.
    await redeliver(ref.batchId);
    const message = {
      version: 1,
      ...ref,
      customerId: "1",
      settingsRevision: 4,
      events: events.length,
      bytes: events.length * 100,
      body: { kind: "stored", key: `kept/7/${webhookId}/${ref.batchId}.json.zst` },
      attempt: 3,
      redelivery: true,
      again: 1,
    };
    expect(await api.retries()).toEqual([message, message]);
  });

  it.each([
    ["was not kept", {}, "is gone"],
    ["is past its days", { ageMs: 7 * day + minute, kept }, "is gone"],
    ["has lost its body", { kept }, "is gone"],
    ["has been sent again too often", { kept, sentAgain: 20 }, "20 times"],
    ["has a full record", { kept, excerpt: "x".repeat(200_000) }, "full after attempt 1"],
  ] as const)("is refused when it %s", async (why, fields, message) => {
    const ref = await api.addBatch({ webhookId, attempts: [200], keptMs: 30 * day, ...fields });
    if (why !== "has lost its body") await api.keepBody(ref, kept, JSON.stringify(events));
    const answer = await redeliver(ref.batchId);
    expect([answer.status, answer.errors[0]?.message]).toEqual([409, expect.stringContaining(message)]);
    expect(await api.retries()).toEqual([]);
  });

  it("stays delivered, and lists what was sent again as an attempt of its own kind", async () => {
    const ref = await addKept({ sentAgain: 1 });
    const { result } = await api.get(path(ref.batchId));
    expect(result).toMatchObject({ state: "delivered", response_code: 200, latency_ms: 101 });
    expect(result).not.toHaveProperty("reason");
    expect(result["attempts"]).toMatchObject([
      { n: 1, outcome: "delivered" },
      { n: 2, outcome: "failed", status: 503, again: true },
    ]);
    const status = await api.get(`/v1/webhooks/${webhookId}/batches`);
    expect(status.results).toMatchObject([{ attempts: 1, response_code: 200 }]);
    expect((await redeliver(ref.batchId)).result).toMatchObject({ attempt: 3 });
    expect(await api.retries()).toMatchObject([{ attempt: 3, again: 2 }]);
  });
});

describe("a batch that is sent to a URL", () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => await receiver.close());

  const secrets = ["s3cret-token", "s3cret-password", "s3cret-header", "whsec_"];
  const send = async (batchId: string, target: string, options = {}) =>
    await api.get(path(batchId, "/send"), { ...modify, method: "POST", body: { target }, ...options });
  const own = async (compression?: "gzip") =>
    await api.addWebhookWithSettings(
      { keepBodiesDays: 7 },
      {
        target: `${receiver.url}/hook`,
        authToken: "s3cret-token",
        auth: { type: "basic", username: "ann", password: "s3cret-password" },
        customHeaders: { "X-Key": "s3cret-header" },
        signing: { secret: `whsec_${Buffer.alloc(32).toString("base64")}`, rotated: [] },
        ...(compression === undefined ? {} : { compression }),
      },
    );

  it.each([undefined, "gzip"] as const)(
    "has the body and headers of a delivery but for secrets (%s)",
    async (compression) => {
      webhookId = await own(compression);
      const { batchId } = await addKept();
      receiver.respond("/mine", answering(201, { "x-answer": "yes" }, "thanks"));
      const { status, result } = await send(batchId, `${receiver.url}/mine`);
      const [test, request, ...others] = receiver.requests;
      expect([others.length, test?.path, request?.path]).toEqual([0, "/mine", "/mine"]);
      const tested = test?.body ?? Buffer.alloc(0);
      expect((compression === "gzip" ? gunzipSync(tested) : tested).toString()).toBe('[{"msys":{}}]');
      const sent = request?.body ?? Buffer.alloc(0);
      expect(JSON.parse((compression === "gzip" ? gunzipSync(sent) : sent).toString())).toEqual(events);
      expect(request?.headers).toMatchObject({
        "content-type": "application/json",
        "x-messagesystems-batch-id": batchId,
        "x-tidepost-hop": "1",
        ...(compression === undefined ? {} : { "content-encoding": compression }),
      });
      const names = Object.keys(request?.headers ?? {}).filter((name) =>
        /auth|token|key|signature|webhook-/.test(name),
      );
      expect(names).toEqual([]);
      for (const secret of secrets) {
        expect(JSON.stringify(receiver.requests.map(({ headers }) => headers))).not.toContain(secret);
      }
      expect([status, result]).toEqual([
        200,
        expect.objectContaining({
          batch_id: batchId,
          ok: true,
          stage: "response",
          response: expect.objectContaining({ status: 201, body: "thanks" }) as unknown,
          request: expect.objectContaining({ url: `${receiver.url}/mine`, bytes: sent.length }) as unknown,
        }),
      ]);
    },
  );

  it("says why it failed, and changes nothing of batch and webhook", async () => {
    webhookId = await own();
    const { batchId } = await addKept();
    const before = await Promise.all([api.get(path(batchId)), api.get(`/v1/webhooks/${webhookId}`)]);
    receiver.respond("/mine", { kind: "sequence", steps: [answering(200), answering(500)] });
    expect((await send(batchId, `${receiver.url}/mine`)).result).toMatchObject({ ok: false, reason: "http_5xx" });
    const refused = await send(batchId, "http://10.0.0.1/");
    expect([refused.status, refused.errors[0]]).toMatchObject([422, { reason: "address_refused" }]);
    const after = await Promise.all([api.get(path(batchId)), api.get(`/v1/webhooks/${webhookId}`)]);
    expect(after).toEqual(before);
    expect(await api.retries()).toEqual([]);
  });

  it("does not go to a URL that does not take the test POST, and goes to others twenty times, each on record", async () => {
    webhookId = await own();
    const { batchId } = await addKept();
    receiver.respond("/theirs", answering(404));
    for (let n = 1; n <= 21; n += 1) expect((await send(batchId, `${receiver.url}/theirs`)).status).toBe(400);
    expect(new Set(receiver.requests.map(({ body }) => body.toString()))).toEqual(new Set(['[{"msys":{}}]']));
    const log = await captureLog(async () => {
      expect((await send(batchId, `${receiver.url}/mine`, { maxKeepBodiesDays: 30 })).status).toBe(200);
    });
    for (const text of ["batch.sent_elsewhere", batchId, webhookId, new URL(receiver.url).host]) {
      expect(log).toContain(text);
    }
    for (let n = 2; n <= 20; n += 1) expect((await send(batchId, `${receiver.url}/mine`)).status).toBe(200);
    const posts = receiver.requests.filter(({ path: to }) => to === "/mine").length;
    const often = await send(batchId, `${receiver.url}/mine`);
    expect([posts, often.status, often.errors[0]?.message]).toEqual([40, 409, expect.stringContaining("20 times")]);
    expect(receiver.requests.at(-1)?.body.toString()).toBe('[{"msys":{}}]');
  });

  it("may be one that waits, and must be one whose body is there", async () => {
    webhookId = await own();
    const waiting = await api.addBatch({ webhookId, attempts: [500] });
    await api.storeBody(waiting, JSON.stringify(events));
    expect((await send(waiting.batchId, `${receiver.url}/mine`)).result).toMatchObject({ ok: true });
    const gone = await api.addBatch({ webhookId, attempts: [200] });
    expect((await send(gone.batchId, `${receiver.url}/mine`)).status).toBe(404);
    expect(receiver.requests).toHaveLength(2);
  });

  it("needs the grant that changes webhooks, and the sub-account of its webhook", async () => {
    webhookId = await api.addWebhook({ keepBodiesDays: 7, subaccountId: 5 });
    const { batchId } = await addKept();
    const target = `${receiver.url}/mine`;
    expect((await send(batchId, target, { grants: ["webhooks/view", "ingest/write"] })).status).toBe(403);
    for (const route of ["/send", "/redeliver"]) {
      const foreign = { ...modify, method: "POST", body: { target }, headers: { "X-MSYS-SUBACCOUNT": "6" } } as const;
      expect((await api.get(path(batchId, route), foreign)).status).toBe(404);
    }
    expect((await api.get(path(batchId, "/body"), { ...modify, headers: { "X-MSYS-SUBACCOUNT": "6" } })).status).toBe(
      404,
    );
    expect((await send(batchId, target, { headers: { "X-MSYS-SUBACCOUNT": "5" } })).result).toMatchObject({ ok: true });
    expect(receiver.requests).toHaveLength(2);
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
