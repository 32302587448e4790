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
const namesOf = (rows: readonly Row[]): readonly unknown[] => rows.map(({ name }) => name);
const query = async (values: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  await api.get(path, { customerId, query: values, headers });
const count = async (webhookId: string, ageMs: number, ...facts: readonly DeliveryFact["what"][]) => {
  for (const what of facts) await api.deliveryHours.count({ customerId, webhookId, at: now - ageMs, what });
};
const addMany = async (wanted: number): Promise<readonly string[]> =>
  await Promise.all(
    Array.from({ length: wanted }, async (_, index) => {
      const createdAt = new Date(now - 1_000_000 + index).toISOString();
      return await api.addWebhook({ customerId, name: `Webhook ${index}`, createdAt });
    }),
  );
/** Every page, and what happens between them. */
const readAll = async (route: string, values: Readonly<Record<string, string>>, between = async () => {}) => {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.get(route, { customerId, query: { ...values, ...(cursor && { cursor }) } });
    expect(page.status).toBe(200);
    rows.push(...page.results);
    cursor = page.nextCursor;
    await between();
  } while (cursor !== undefined);
  return rows;
};

/** One webhook of each state. */
const addStates = async () => {
  const add = async (name: string, fields: Parameters<BatchesApi["addWebhook"]>[0] = {}) =>
    await api.addWebhook({ customerId, name, ...fields });
  await add("quiet");
  await add("stopped", { active: false });
  await add("well", { lastSuccessful: isoAgo(minute) });
  const breaker = {
    kind: "open",
    openedAt: now - hour,
    reason: "http_5xx",
    failedProbes: 1,
    until: now + hour,
  } as const;
  await add("parked", { breaker, lastFailure: isoAgo(minute) });
  const waiting = await add("waiting", { lastFailure: isoAgo(minute), lastSuccessful: isoAgo(minute) });
  await api.addBatch({ webhookId: waiting, ageMs: hour, attempts: [500] });
  const lost = await add("lost", { lastFailure: isoAgo(5 * hour) });
  await count(lost, 3 * hour, { kind: "expired" });
};

describe("a page of the summary", () => {
  it("counts the states of all webhooks and has those that are asked for", async () => {
    await addStates();
    const states = { pending: 1, ok: 1, failed: 2, parked: 1, paused: 1 };
    const all = await query({ sort: "state" });
    expect(all.body).toMatchObject({ total: 6, matching: 6, states, counted_at: new Date(now).toISOString() });
    expect(all.results.map(({ state }) => state)).toEqual(["failed", "failed", "parked", "paused", "pending", "ok"]);
    const failed = await query({ state: "failed", sort: "-name" });
    expect(failed.body).toMatchObject({ total: 6, matching: 2, states });
    expect(failed.results).toMatchObject([
      { name: "waiting", state: "failed", pending_batches: 1 },
      { name: "lost", state: "failed", state_reason: "expired", expired_24h: 1 },
    ]);
    expect(namesOf((await query({ search: "ST", sort: "name" })).results)).toEqual(["lost", "stopped"]);
    expect((await query({ search: "nothing" })).body).toMatchObject({ results: [], matching: 0, total: 6 });
  });

  it("has numbers for the hours of a webhook with traffic, and none for the others", async () => {
    const id = await api.addWebhook({ customerId, lastSuccessful: isoAgo(minute) });
    await api.addWebhook({ customerId, name: "idle", createdAt: isoAgo(hour) });
    await count(id, minute, { kind: "delivered", events: 70, durationMs: 12 });
    await count(id, hour, { kind: "failed", attempt: 1, reason: "http_5xx", durationMs: 12 });
    const [busy, idle] = (await query({ limit: "2" })).results;
    const zeros = Array.from({ length: 22 }, () => 0);
    expect(busy).toMatchObject({
      p95_ms: 15,
      hours: { events: [...zeros, 0, 70], delivered: [...zeros, 0, 1], failed_attempts: [...zeros, 1, 0] },
    });
    expect(busy).not.toHaveProperty("buckets");
    expect(idle).not.toHaveProperty("hours");
    expect(idle).not.toHaveProperty("buckets");
  });

  it("counts what happens in the present hour whenever it is read, and keeps the hours that are over", async () => {
    const id = await api.addWebhook({ customerId, lastSuccessful: isoAgo(minute) });
    const delivered = { kind: "delivered", events: 10, durationMs: 12 } as const;
    const eventsOf = async () => {
      const [row] = (await query({ limit: "1" })).results;
      return (row?.["hours"] as { readonly events: readonly number[] } | undefined)?.events.slice(22);
    };
    await count(id, hour, delivered);
    await count(id, minute, delivered);
    expect(await eventsOf()).toEqual([10, 10]);
    await count(id, minute, delivered);
    await count(id, hour, delivered);
    expect(await eventsOf()).toEqual([10, 20]);
  });

  it("is the one of its number, whichever that is, and empty behind the last", async () => {
    await addMany(7);
    const pageAt = async (offset: string) => await query({ limit: "3", offset });
    expect(namesOf((await pageAt("3")).results)).toEqual(["Webhook 3", "Webhook 4", "Webhook 5"]);
    const last = await pageAt("6");
    expect([namesOf(last.results), last.nextCursor]).toEqual([["Webhook 6"], undefined]);
    expect((await pageAt("999999")).body).toMatchObject({ results: [], matching: 7 });
    // Whoever has turned to a page can read on from there.
    const { nextCursor: cursor = "" } = await pageAt("2");
    expect(namesOf((await query({ limit: "3", cursor })).results)).toEqual(["Webhook 5", "Webhook 6"]);
  });

  it("is not what a request without a query gets: that has everything, as before", async () => {
    await addMany(101);
    const { body, results } = await api.get(path, { customerId });
    expect(Object.keys(body)).toEqual(["results"]);
    expect(results).toHaveLength(101);
    expect(results[0]?.["buckets"]).toHaveLength(24);
    expect(results[0]).not.toHaveProperty("hours");
    expect(Object.keys((await api.get("/v1/webhooks", { customerId })).body)).toEqual(["results"]);
  });

  it("acts for the sub-account of the request", async () => {
    await api.addWebhook({ customerId, name: "five", subaccountId: 5 });
    await api.addWebhook({ customerId, name: "whole" });
    const { body, results, nextCursor } = await query({ limit: "1" }, { "X-MSYS-SUBACCOUNT": "5" });
    expect([body, namesOf(results), nextCursor]).toEqual([expect.objectContaining({ total: 1 }), ["five"], undefined]);
    const page = await query({ limit: "1" });
    expect(await query({ cursor: page.nextCursor ?? "" }, { "X-MSYS-SUBACCOUNT": "5" })).toMatchObject({ status: 400 });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["offset", { offset: "-1" }],
    ["offset", { offset: "1000000" }],
    ["offset", { offset: "0", cursor: "WyJhIl0" }],
    ["limit", { limit: "0" }],
    ["limit", { limit: "501" }],
    ["limit", { limit: "" }],
    ["limit", { limit: "1e2" }],
    ["state", { state: "broken" }],
    ["state", { state: "" }],
    ["sort", { sort: "size" }],
    ["sort", { sort: "--name" }],
    ["sort", { sort: "constructor" }],
    ["search", { search: "x".repeat(201) }],
    ["cursor", { cursor: "" }],
    ["cursor", { cursor: "WyJhIl0" }],
  ])("refuses a wrong %s: %o", async (name, values) => {
    const { status, errors } = await query(values);
    expect([status, errors[0]?.code]).toEqual([400, "1200"]);
    expect(errors[0]?.message).toContain(`'${name}'`);
  });
});

describe.each([path, "/v1/webhooks"])("pages of %s", (route) => {
  it("have every webhook that stays once, whatever is created and deleted between them", async () => {
    const ids = await addMany(40);
    const gone = new Set<unknown>();
    const rows = await readAll(route, { limit: "7" }, async () => {
      const id = ids.find((one) => !gone.has(one) && Number.parseInt(one.slice(0, 2), 16) % 3 === 0);
      if (id !== undefined) {
        await api.removeWebhook(customerId, id);
        gone.add(id);
      }
      await api.addWebhook({ customerId, createdAt: isoAgo(2_000_000) });
    });
    const found = rows.map(({ id }) => id);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((id) => ids.includes(String(id)) && !gone.has(id))).toEqual(ids.filter((id) => !gone.has(id)));
  });

  it("cannot be read on by another customer, nor by a key without the grant", async () => {
    await addMany(2);
    const { nextCursor: cursor = "" } = await api.get(route, { customerId, query: { limit: "1" } });
    expect((await api.get(route, { customerId, query: { cursor } })).results).toHaveLength(1);
    const foreign = await api.get(route, { customerId: crypto.randomUUID(), query: { cursor } });
    expect([foreign.status, foreign.errors[0]?.code, foreign.results]).toEqual([400, "1200", []]);
    const blind = await api.get(route, { customerId, query: { cursor }, grants: ["ingest/write"] });
    expect(blind.status).toBe(403);
  });
});

describe("the overview", () => {
  const overview = async (headers: Readonly<Record<string, string>> = {}) =>
    (await api.get("/v1/webhooks/overview", { customerId, headers })).result;

  it("adds up what all webhooks did, by hour, and those of a sub-account for it alone", async () => {
    const one = await api.addWebhook({ customerId, lastSuccessful: isoAgo(minute) });
    const other = await api.addWebhook({ customerId, subaccountId: 5, lastSuccessful: isoAgo(minute) });
    const gone = await api.addWebhook({ customerId });
    await count(one, minute, { kind: "delivered", events: 70, durationMs: 12, status: 200 });
    await count(other, minute, { kind: "delivered", events: 5, durationMs: 900, status: 200 });
    await count(other, hour, { kind: "failed", attempt: 1, reason: "http_5xx", durationMs: 12, status: 503 });
    await count(gone, hour, { kind: "expired" });
    await api.removeWebhook(customerId, gone);
    const all = await overview();
    const numbers = { delivered: 2, events: 75, failed_attempts: 1, expired: 1, p50_ms: 15, p99_ms: 1_000 };
    expect(all).toMatchObject({ is_complete: true, total: 2, totals: numbers, reasons: { http_5xx: 1 } });
    const series = all["series"] as readonly Row[];
    expect(series).toHaveLength(24);
    expect(series.slice(-2)).toMatchObject([
      { failed_attempts: 1, expired: 1 },
      { delivered: 2, events: 75 },
    ]);
    expect(await overview({ "X-MSYS-SUBACCOUNT": "5" })).toMatchObject({
      total: 1,
      totals: { delivered: 1, events: 5, failed_attempts: 1, expired: 0 },
    });
    // The present hour goes on; what is over was read once.
    await count(one, minute, { kind: "delivered", events: 1, durationMs: 12 });
    await count(one, 2 * hour, { kind: "delivered", events: 1, durationMs: 12 });
    expect(await overview()).toMatchObject({ totals: { delivered: 3, events: 76 } });
  });

  it("counts for a sub-account the webhooks that it has now, also in hours that were read before", async () => {
    const moved = await api.addWebhookWithSettings({ customerId, subaccountId: 5 });
    await api.addWebhook({ customerId, subaccountId: 6 });
    await count(moved, 3 * hour, { kind: "delivered", events: 5, durationMs: 12, status: 200 });
    const deliveredOf = async (subaccount: string) =>
      ((await overview({ "X-MSYS-SUBACCOUNT": subaccount }))["totals"] as Row)["delivered"];
    expect([await deliveredOf("5"), await deliveredOf("6")]).toEqual([1, 0]);
    const move = { customerId, method: "PUT", body: { subaccount_id: 6 }, grants: ["webhooks/modify"] } as const;
    expect((await api.get(`/v1/webhooks/${moved}`, move)).status).toBe(200);
    expect([await deliveredOf("5"), await deliveredOf("6")]).toEqual([0, 1]);
  });

  it("says what will be lost when, by whom, and what has waited for half of its time", async () => {
    const late = await api.addWebhook({ customerId, name: "late", lastFailure: isoAgo(minute) });
    const early = await api.addWebhook({ customerId, name: "early", active: false, lastFailure: isoAgo(minute) });
    await api.addWebhook({ customerId, name: "well", lastSuccessful: isoAgo(minute) });
    await api.addBatch({ webhookId: late, ageMs: hour, attempts: [500], events: 10 });
    await api.addBatch({ webhookId: early, ageMs: 3 * hour, attempts: [500], events: 7 });
    await api.addBatch({ webhookId: early, ageMs: hour, attempts: [500], events: 2 });
    const risk = (await overview())["at_risk"] as Row;
    expect(risk).toMatchObject({ webhooks: 2, batches: 3, events: 19, half_time: 1, is_complete: true });
    expect(risk["first"]).toMatchObject([
      { name: "early", state: "paused", pending_batches: 2, pending_events: 9 },
      { name: "late", state: "failed", state_reason: "retrying", pending_batches: 1 },
    ]);
    const runway = risk["runway"] as readonly Row[];
    expect(runway).toHaveLength(17);
    expect(runway.filter(({ batches }) => batches !== 0)).toMatchObject([
      { batches: 1, events: 7 },
      { batches: 2, events: 12 },
    ]);
    const [first] = risk["first"] as readonly Row[];
    const { half_time_at: half, next_expiry_at: end } = first as Readonly<Record<string, string>>;
    expect(Date.parse(end ?? "") - Date.parse(half ?? "")).toBe(2 * hour);
  });

  it("looks at 200 webhooks at a time, and says until when it has not seen all", async () => {
    await Promise.all(Array.from({ length: 205 }, async () => await api.addWebhook({ customerId, active: false })));
    expect(await overview()).toMatchObject({ at_risk: { is_complete: false, webhooks: 0 } });
    expect(await overview()).toMatchObject({ at_risk: { is_complete: true, webhooks: 0 } });
  });

  it("is not for a key without the grant, and ignores no sub-account that is none", async () => {
    expect((await api.get("/v1/webhooks/overview", { customerId, grants: ["ingest/write"] })).status).toBe(403);
    const odd = await api.get("/v1/webhooks/overview", { customerId, headers: { "X-MSYS-SUBACCOUNT": "x" } });
    expect(odd.status).toBe(400);
  });
});

describe("a fleet of many webhooks", () => {
  it("shows what the API has changed at once, and what delivery has noted on the rows", async () => {
    const ids = await addMany(600);
    const first = await query({ limit: "2" });
    expect(first.body).toMatchObject({ total: 600, states: { pending: 600 } });
    const [id = ""] = ids;
    await api.noteAttempt({ customerId, webhookId: id, kind: "success", at: isoAgo(minute) });
    const noted = await query({ limit: "2" });
    // The states are those of before, for a minute at most.
    expect(noted.body).toMatchObject({ states: { pending: 600 } });
    expect(noted.results[0]).toMatchObject({ id, state: "ok", last_successful: isoAgo(minute) });
    const added = await api.addWebhook({ customerId, name: "added", createdAt: isoAgo(2_000_000) });
    expect(await query({ limit: "1" })).toMatchObject({
      results: [{ id: added }],
      body: { total: 601, states: { ok: 1 } },
    });
    await api.removeWebhook(customerId, added);
    expect(await query({ limit: "1" })).toMatchObject({ results: [{ id }], body: { total: 600 } });
    expect((await query({ search: "webhook 59", sort: "-name" })).results.map(({ name }) => name)).toEqual(
      [599, 598, 597, 596, 595, 594, 593, 592, 591, 590, 59].map((number) => `Webhook ${number}`),
    );
    expect((await readAll(path, { limit: "500" })).map((row) => row["id"])).toEqual(ids);
  });
});

describe("sub-accounts", () => {
  const subaccounts = async (
    values: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) => await api.get("/v1/webhooks/subaccounts", { customerId, query: values, headers });
  const numbersOf = (rows: readonly Row[]): readonly unknown[] => rows.map(({ subaccount_id: id }) => id ?? -1);

  it("are shown with their webhooks, what waits for these, and what is lost soonest, that first", async () => {
    await api.addWebhook({ customerId, lastSuccessful: isoAgo(minute) });
    await api.addWebhook({ customerId, subaccountId: 0, lastSuccessful: isoAgo(minute) });
    for (let n = 0; n < 3; n += 1)
      await api.addWebhook({ customerId, subaccountId: 5, lastSuccessful: isoAgo(minute) });
    const late = await api.addWebhook({ customerId, subaccountId: 5, lastFailure: isoAgo(minute) });
    const early = await api.addWebhook({ customerId, subaccountId: 51, active: false, lastFailure: isoAgo(minute) });
    await api.addBatch({ webhookId: late, ageMs: hour, attempts: [500], events: 10 });
    await api.addBatch({ webhookId: early, ageMs: 3 * hour, attempts: [500], events: 7 });
    await api.addBatch({ webhookId: early, ageMs: hour, attempts: [500], events: 2 });
    await api.addWebhook({ customerId: crypto.randomUUID(), subaccountId: 7 });
    const { results, body } = await subaccounts();
    expect(body).toMatchObject({ total: 4, matching: 4, is_complete: true });
    expect(numbersOf(results)).toEqual([51, 5, -1, 0]);
    expect(results).toMatchObject([
      { webhooks: 1, states: { paused: 1 }, waiting: 1, pending_batches: 2, pending_events: 9, half_time: 1 },
      { webhooks: 4, states: { ok: 3, failed: 1 }, waiting: 1, pending_batches: 1, pending_events: 10, half_time: 0 },
      { webhooks: 1, states: { ok: 1 }, waiting: 0, pending_batches: 0 },
      { webhooks: 1 },
    ]);
    expect(numbersOf((await subaccounts({ search: "5" })).results)).toEqual([51, 5]);
    expect(numbersOf((await subaccounts({ limit: "2", offset: "1" })).results)).toEqual([5, -1]);
    expect(numbersOf((await subaccounts({}, { "X-MSYS-SUBACCOUNT": "5" })).results)).toEqual([5]);
    // Each of them leads to its own webhooks.
    for (const [id, total, failed] of [
      ["-1", 1, 0],
      ["0", 1, 0],
      ["5", 4, 1],
      ["6", 0, 0],
    ] as const) {
      const page = await query({ subaccount_id: id });
      expect(page.body).toMatchObject({ total, matching: total, states: { failed } });
      expect(page.results).toHaveLength(total);
    }
    expect((await query({ subaccount_id: "5" }, { "X-MSYS-SUBACCOUNT": "51" })).body).toMatchObject({ total: 0 });
    const own = await query({ subaccount_id: "5", limit: "1" });
    const next = { limit: "1", cursor: own.nextCursor ?? "" };
    expect((await query({ ...next, subaccount_id: "5" })).results).toHaveLength(1);
    expect((await query({ ...next, subaccount_id: "51" })).status).toBe(400);
  });

  it.each([
    { search: "x" },
    { search: "12345678901" },
    { limit: "0" },
    { limit: "501" },
    { offset: "-1" },
    { offset: "1e3" },
  ])("are refused for %j", async (values) => {
    expect((await subaccounts(values)).status).toBe(400);
  });

  it.each(["-2", "x", "", "2147483648", "1.5"])("are no narrower list for %j", async (id) => {
    expect((await query({ subaccount_id: id })).status).toBe(400);
  });
});
