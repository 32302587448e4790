import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BatchesApi, hour, isoAgo, minute, type Row, startBatchesApi } from "./batches-fixture.ts";

let api: BatchesApi;
let webhookId: string;
let path: string;
beforeAll(async () => {
  api = await startBatchesApi();
});
afterAll(async () => await api.stop());
beforeEach(async () => {
  webhookId = await api.addWebhook();
  path = `/v1/webhooks/${webhookId}/batches`;
});

const idsOf = (rows: readonly Row[]) => rows.map((row) => row["batch_id"]);

describe("the list of batches", () => {
  it("is empty, without a cursor, for a webhook without batches", async () => {
    expect(await api.get(path)).toMatchObject({ status: 200, results: [], nextCursor: undefined });
  });

  it("shows one batch that was delivered at once, on one page", async () => {
    const { batchId } = await api.addBatch({ webhookId, events: 3, attempts: [200] });
    const { results, nextCursor } = await api.get(path, { query: { limit: "1" } });
    expect(results).toEqual([
      {
        batch_id: batchId,
        webhook_id: webhookId,
        created_at: "2026-01-10T11:30:00.000Z",
        state: "delivered",
        events: 3,
        bytes: 300,
        attempts: 1,
        body_available: false,
        response_code: 200,
        latency_ms: 101,
        expires_at: "2026-01-10T15:31:00.000Z",
        ended_at: "2026-01-10T11:31:00.000Z",
      },
    ]);
    expect(nextCursor).toBeUndefined();
  });

  it("shows why and until when a batch is tried again, and when it expired", async () => {
    await api.addBatch({ webhookId, ageMs: hour, attempts: [500, "response_timeout"] });
    await api.addBatch({ webhookId, ageMs: 5 * hour, attempts: [500], expired: true });
    const [retrying, expired] = (await api.get(path)).results;
    expect(retrying).toMatchObject({
      state: "retrying",
      attempts: 2,
      reason: "response_timeout",
      next_attempt_at: "2026-01-10T11:33:00.000Z",
      expires_at: "2026-01-10T15:31:00.000Z",
    });
    expect(retrying).not.toHaveProperty("response_code");
    expect(expired).toMatchObject({ state: "expired", response_code: 500, ended_at: "2026-01-10T11:30:00.000Z" });
    expect(expired).not.toHaveProperty("next_attempt_at");
  });

  it("pages through 1,001 batches of few times, each once and in order", async () => {
    const ages = Array.from({ length: 1_001 }, (_, index) => hour + (index % 3));
    const refs = await api.addAlike({ webhookId }, ages);
    const expected = refs
      .map(({ createdAt, batchId }) => `${createdAt}#${batchId}`)
      .toSorted()
      .toReversed();
    const pages = await api.pages(path, { limit: "500" });
    expect(pages.map((page) => page.length)).toEqual([500, 500, 1]);
    const found = pages.flat().map((row) => `${String(row["created_at"])}#${String(row["batch_id"])}`);
    expect(found).toEqual(expected);
    expect((await api.get(path)).results).toHaveLength(100);
    expect((await api.get(path, { query: { limit: "1000" } })).results).toHaveLength(1_000);
  });

  it("has no cursor when the last page is exactly full", async () => {
    for (const ageMs of [1, 2, 3, 4]) await api.addBatch({ webhookId, ageMs });
    expect((await api.pages(path, { limit: "2" })).map((page) => page.length)).toEqual([2, 2]);
  });

  it("stays still while new batches arrive", async () => {
    const old = [];
    for (const ageMs of [hour, 2 * hour, 3 * hour]) old.push(await api.addBatch({ webhookId, ageMs }));
    const first = await api.get(path, { query: { limit: "2" } });
    await api.addBatch({ webhookId, ageMs: minute });
    const second = await api.get(path, { query: { limit: "2", cursor: first.nextCursor ?? "" } });
    expect(idsOf([...first.results, ...second.results])).toEqual(old.map(({ batchId }) => batchId));
  });

  it("leaves out batches whose record has ended, without shortening the page", async () => {
    const kept = await api.addBatch({ webhookId, ageMs: 3 * hour });
    await api.addBatch({ webhookId, ageMs: 2 * hour, keptMs: 0 });
    await api.addBatch({ webhookId, ageMs: hour, keptMs: -hour });
    expect(idsOf((await api.get(path, { query: { limit: "1" } })).results)).toEqual([kept.batchId]);
  });
});

describe("filters", () => {
  const addOneOfEach = async () => {
    const sending = await api.addBatch({ webhookId, ageMs: minute });
    const retrying = await api.addBatch({ webhookId, ageMs: hour, attempts: [500] });
    const delivered = await api.addBatch({ webhookId, ageMs: 2 * hour, attempts: [200] });
    const recovered = await api.addBatch({ webhookId, ageMs: 3 * hour, attempts: [500, 200] });
    const expired = await api.addBatch({ webhookId, ageMs: 5 * hour, attempts: [500], expired: true });
    return { sending, retrying, delivered, recovered, expired };
  };

  it.each([
    ["sending", ["sending"]],
    ["retrying", ["retrying"]],
    ["delivered", ["delivered", "recovered"]],
    ["expired", ["expired"]],
    ["expired,retrying", ["retrying", "expired"]],
    ["delivered, sending,delivered", ["sending", "delivered", "recovered"]],
  ] as const)("by state=%s", async (state, expected) => {
    const refs = await addOneOfEach();
    const found = idsOf((await api.get(path, { query: { state } })).results);
    expect(found).toEqual(expected.map((name) => refs[name].batchId));
    const pages = await api.pages(path, { state, limit: "1" });
    expect(pages.map((page) => idsOf(page))).toEqual(found.map((id) => [id]));
  });

  it("by time: from is part of the range, to is not, and offsets count", async () => {
    const { retrying, delivered, recovered } = await addOneOfEach();
    const between = async (from: string, to: string, state = "sending,retrying,delivered,expired") =>
      idsOf((await api.get(path, { query: { from, to, state } })).results);
    expect(await between(isoAgo(3 * hour), isoAgo(hour))).toEqual([delivered.batchId, recovered.batchId]);
    expect(await between(isoAgo(hour), isoAgo(minute), "retrying")).toEqual([retrying.batchId]);
    expect(await between("2026-01-10T12:30:00+02:00", "2026-01-10T12:31:00 02:00")).toEqual([delivered.batchId]);
    expect((await api.get(path, { query: { from: "2026-01-10" } })).results).toHaveLength(5);
    expect((await api.get(path, { query: { to: "2026-01-10" } })).results).toEqual([]);
  });

  it("go on by cursor also when the range has changed to one without it", async () => {
    await addOneOfEach();
    const { nextCursor: cursor = "" } = await api.get(path, { query: { limit: "3" } });
    expect((await api.get(path, { query: { cursor, from: isoAgo(90 * minute) } })).results).toEqual([]);
    expect((await api.get(path, { query: { cursor, to: isoAgo(4 * hour) } })).results).toHaveLength(1);
    expect((await api.get(path, { query: { cursor, state: "retrying,expired" } })).results).toHaveLength(1);
  });

  it("fill a page from few matches among many, or say where to go on", async () => {
    const ages = Array.from({ length: 2_100 }, (_, index) => hour + index);
    const matches = [0, 1_050, 2_099].map((index) => ages[index] ?? 0);
    await api.addAlike(
      { webhookId },
      ages.filter((ageMs) => !matches.includes(ageMs)),
    );
    for (const ageMs of matches) await api.addBatch({ webhookId, ageMs, attempts: [200] });
    const expected = matches.map((ageMs) => isoAgo(ageMs));
    const query = { state: "delivered" };
    const full = await api.get(path, { query });
    expect(full.results.map((row) => row["created_at"])).toEqual(expected);
    expect(full.nextCursor).toBeUndefined();
    const pages = await api.pages(path, query, 1);
    expect(pages.map((page) => page.length)).toEqual([1, 1, 1]);
    expect(pages.flat()).toEqual(full.results);
  });
});

describe("bad parameters", () => {
  it.each([
    ["limit", "0", "'limit' must be an integer from 1 to 1000"],
    ["limit", "1001", "'limit' must be an integer from 1 to 1000"],
    ["state", "", "'state' must be a comma-separated list of: sending, retrying, parked, split, delivered, expired"],
    [
      "state",
      "failed",
      "'state' must be a comma-separated list of: sending, retrying, parked, split, delivered, expired",
    ],
    [
      "state",
      "expired,Sending",
      "'state' must be a comma-separated list of: sending, retrying, parked, split, delivered, expired",
    ],
    ["from", "yesterday", "'from' must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'"],
    ["from", "2026-02-30", "'from' must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'"],
    ["to", "9999-12-31T23:59:59-12:00", "'to' must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'"],
    ["to", "1767323045", "'to' must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'"],
    ["cursor", "", "'cursor' is not a cursor of this list"],
    ["cursor", "abc", "'cursor' is not a cursor of this list"],
  ])("%s=%s is refused and what is accepted is named", async (name, value, message) => {
    const { status, errors } = await api.get(path, { query: { [name]: value } });
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      { message, description: expect.stringContaining(JSON.stringify(value)), code: "1200" },
    ]);
  });

  it("are all named at once, and unknown ones are ignored", async () => {
    const { errors } = await api.get(path, { query: { limit: "x", state: "x", order: "asc" } });
    expect(errors.map(({ message }) => message.split(" ")[0])).toEqual(["'state'", "'limit'"]);
    expect(await api.get(path, { query: { order: "asc" } })).toMatchObject({ status: 200 });
  });

  it("include a range that ends before it begins", async () => {
    const query = { from: isoAgo(hour), to: isoAgo(hour) };
    expect(await api.get(path, { query })).toMatchObject({
      status: 400,
      errors: [{ message: "'from' must be earlier than 'to'", code: "1200" }],
    });
  });

  it("include a cursor that was changed, or comes from another webhook", async () => {
    for (const ageMs of [1, 2]) await api.addBatch({ webhookId, ageMs });
    const { nextCursor = "" } = await api.get(path, { query: { limit: "1" } });
    const text = Buffer.from(nextCursor, "base64url").toString();
    const encode = (changed: string) => Buffer.from(changed).toString("base64url");
    const tampered = [
      `${nextCursor}=`,
      `${nextCursor} `,
      nextCursor.slice(1),
      encode(`${text}#`),
      encode(text.replace("Z", "")),
      encode(text.replace("2026-01", "2026-13")),
      encode(text.slice(0, -1)),
    ];
    for (const cursor of tampered) {
      expect((await api.get(path, { query: { cursor } })).status, cursor).toBe(400);
    }
    const other = `/v1/webhooks/${await api.addWebhook()}/batches`;
    expect(await api.get(other, { query: { cursor: nextCursor } })).toMatchObject({ status: 400 });
    expect(await api.get(path, { query: { cursor: nextCursor } })).toMatchObject({ status: 200 });
  });
});
