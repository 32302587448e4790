import { describe, expect, it } from "vitest";
import { searchesTable } from "#shared/adapters/dynamodb/searches-table.ts";
import { type SearchProgress, type SearchRef, initialSearchProgress } from "#shared/delivery/search.ts";
import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { Grant } from "#shared/contract/words.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { useApi } from "./use-api.ts";

const api = useApi();
const hourMs = 3_600_000;
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Calls a path below `/v1/events/search`, or below another one, with a key of the test's customer. */
const call = async (
  method: string,
  path: string,
  {
    body,
    grants,
    headers,
    under = "/v1/events/search",
  }: { body?: unknown; grants?: readonly Grant[]; headers?: Record<string, string>; under?: string } = {},
) => {
  const { customerId } = api;
  const { key } = await api.api.issueKey({ customerId, ...(grants === undefined ? {} : { grants }) });
  const sent = { ...(body === undefined ? {} : { body }), ...(headers === undefined ? {} : { headers }) };
  const { status, json } = await api.api.call({ key, method, path: `${under}${path}`, ...sent });
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  return { status, json: json as any };
};

/** Asks a function that is other in something for a search; returns the status of its answer. */
const startWith = async (other: Parameters<typeof api.api.handlerWith>[0]): Promise<number> => {
  const { key } = await api.api.issueKey({ customerId: api.customerId });
  const event = proxyEvent({
    method: "POST",
    path: "/v1/events/search",
    body: JSON.stringify({ id: "1" }),
    headers: { Authorization: key },
    caller: await api.api.callerOf(key),
  });
  return (await api.api.handlerWith(other)(event, lambdaContext())).statusCode;
};

describe("POST /events/search", () => {
  it("starts a search of the last day, which can be read and cancelled", async () => {
    const wanted = { recipient: "ann@example.com", types: ["bounce"] };
    const { status, json } = await call("POST", "", { body: wanted });
    expect(status).toBe(200);
    const id = String(json.results.id);
    expect(json.results).toMatchObject({ state: "running", criteria: wanted, matches: [], truncated: false });
    // The day that is the default begins where the stream may already have dropped its events.
    expect(Date.parse(json.results.to) - Date.parse(json.results.from)).toBe(24 * hourMs - 60_000);
    expect((await call("GET", `/${id}`)).json.results).toMatchObject({ id, progress: 0, records_read: 0 });
    const cancelled = await call("POST", `/${id}/cancel`);
    expect(cancelled.json.results).toMatchObject({ id, state: "cancelled", ended_at: expect.any(String) });
    expect((await call("POST", `/${id}/cancel`)).json).toEqual(cancelled.json);
    expect((await call("GET", `/${id.toUpperCase()}`)).json.results.state).toBe("cancelled");
  });

  it("cuts what is past the stream's retention, and says so", async () => {
    const { json } = await call("POST", "", { body: { id: "1", from: at(-100 * hourMs), to: at(-hourMs) } });
    expect(json.results.retention_cut).toBe(true);
    expect(Date.parse(json.results.from)).toBeGreaterThan(Date.now() - 24 * hourMs);
    const kept = await call("POST", "", { body: { id: "1", from: at(-hourMs) } });
    expect(kept.json.results.retention_cut).toBe(false);
  });

  it.each([
    ["nothing that identifies an event", { types: ["bounce"], subaccount_id: 7 }, "at least one of"],
    ["an empty criterion", { event_id: "" }, "event_id"],
    ["a criterion of white space", { id: " \t\r\n" }, "'id' must not be empty"],
    ["a long criterion", { message_id: "x".repeat(256) }, "message_id"],
    ["a criterion that is no text", { transmission_id: 7 }, "transmission_id"],
    ["a type that there is not", { id: "1", types: ["opened"] }, "types"],
    ["no types", { id: "1", types: [] }, "types"],
    ["a sub-account that there is not", { id: "1", subaccount_id: -1 }, "subaccount_id"],
    ["times the wrong way round", { id: "1", from: at(-hourMs), to: at(-2 * hourMs) }, "from"],
    ["a time to come", { id: "1", to: at(hourMs) }, "to"],
    ["a year past 9999 in UTC", { id: "1", to: "9999-12-31T23:30:00-23:00" }, "in UTC"],
    ["what the stream has dropped whole", { id: "1", from: at(-50 * hourMs), to: at(-40 * hourMs) }, "24 hours"],
    ["a time that is none", { id: "1", from: "yesterday" }, "from"],
    [
      "another sub-account than the caller's",
      { id: "1", subaccount_id: 6 },
      "subaccount_id",
      { "X-MSYS-SUBACCOUNT": "5" },
    ],
  ])("refuses %s, and begins nothing", async (_, body, told, headers: Record<string, string> = {}) => {
    const { status, json } = await call("POST", "", { body, headers });
    expect(status).toBe(422);
    expect(JSON.stringify(json.errors)).toContain(told);
    const begun = await Promise.all([1, 2, 3].map(async () => (await call("POST", "", { body: { id: "1" } })).status));
    expect(begun).toEqual([200, 200, 200]);
  });

  it("lets a customer have three under way, however many ask at once", async () => {
    const asked = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => await call("POST", "", { body: { id: "1" } })));
    expect(asked.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 409, 409, 409]);
    const id = String(asked.find(({ status }) => status === 200)?.json.results.id);
    const refused = asked.find(({ status }) => status === 409)?.json.errors[0];
    expect(refused).toMatchObject({ message: "You have 3 searches under way", code: "1602" });
    await call("POST", `/${id}/cancel`);
    expect((await call("POST", "", { body: { id: "1" } })).status).toBe(200);
  });

  it("leaves one of them for who acts for the whole customer, whatever a sub-account asks for at once", async () => {
    const begin = async (headers: Readonly<Record<string, string>> = {}): Promise<number> =>
      (await call("POST", "", { body: { id: "1" }, headers })).status;
    const bound = ["5", "5", "5", "6"].map(async (subaccount) => await begin({ "X-MSYS-SUBACCOUNT": subaccount }));
    expect((await Promise.all(bound)).toSorted((a, b) => a - b)).toEqual([200, 200, 409, 409]);
    expect([await begin(), await begin()]).toEqual([200, 409]);
    expect(await begin({ "X-MSYS-SUBACCOUNT": "6" })).toBe(409);
  });

  it("lets no fourth search in while one is being stored", async () => {
    const { customerId } = api;
    const searches = searchesTable(api.api.aws.tables.batches);
    const others: number[] = [];
    const status = await startWith({
      searches: {
        ...searches,
        create: async (search) => {
          for (let n = 0; n < 3; n += 1) others.push((await call("POST", "", { body: { id: "1" } })).status);
          return await searches.create(search);
        },
      },
    });
    expect([...others, status].toSorted((a, b) => a - b)).toEqual([200, 200, 200, 409]);
    const states = (await searches.listBegun(customerId)).map(
      async (searchId) => await searches.find({ customerId, searchId }),
    );
    expect((await Promise.all(states)).map((search) => search?.state)).toEqual(["running", "running", "running"]);
  });

  it("starts a search whose message was lost, and ends one that no message can drive any more", async () => {
    const { customerId } = api;
    const searches = searchesTable(api.api.aws.tables.batches);
    const begun = async (ageMs: number, shards: readonly string[] = []): Promise<SearchRef> => {
      const search = {
        searchId: crypto.randomUUID(),
        customerId,
        state: "running",
        from: at(-hourMs),
        to: at(0),
        isFromCut: false,
        dryRun: false,
        criteria: { id: "1" },
        startedAt: at(-ageMs),
      } as const;
      await searches.create(search);
      await searches.begin(search, 3);
      if (shards.length > 0) await searches.plan(search, shards);
      return search;
    };
    const old = await begun(97 * hourMs, ["a"]);
    const lost = await begun(2 * 60_000);
    const driven = await begun(2 * 60_000, ["a"]);
    const sent: ReplayMessage[] = [];
    const ask = async (): Promise<number> =>
      await startWith({ replaySteps: { send: async (message) => await Promise.resolve(void sent.push(message)) } });
    expect(await ask()).toBe(200);
    expect((await searches.find(old))?.state).toBe("cancelled");
    expect(sent[0]).toEqual({ version: 1, kind: "search", customerId, searchId: lost.searchId });
    expect(sent).toHaveLength(2);
    const running = await searches.listBegun(customerId);
    expect(running).toContain(driven.searchId);
    expect(running).not.toContain(old.searchId);
    expect(await ask()).toBe(409);
  });

  it("names in a refusal only searches that the caller may cancel", async () => {
    const headers = { "X-MSYS-SUBACCOUNT": "5" };
    const own = String((await call("POST", "", { body: { id: "1" }, headers })).json.results.id);
    for (const subaccount of ["6", "7"]) {
      await call("POST", "", { body: { id: "1" }, headers: { "X-MSYS-SUBACCOUNT": subaccount } });
    }
    const refused = async (subaccount: string): Promise<string> => {
      const { json } = await call("POST", "", { body: { id: "1" }, headers: { "X-MSYS-SUBACCOUNT": subaccount } });
      return String(json.errors[0].description);
    };
    expect(await refused("5")).toBe(`Wait for one or cancel one: ${own}.`);
    expect(await refused("8")).toBe("Wait for one to end.");
  });

  it("says what it waits for while it runs, first for a turn", async () => {
    const { customerId } = api;
    const searchId = String((await call("POST", "", { body: { id: "1" } })).json.results.id);
    const searches = searchesTable(api.api.aws.tables.batches);
    const search = await searches.find({ customerId, searchId });
    if (search === undefined) throw new Error("there is no such search");
    await searches.plan(search, ["a", "b", "c"]);
    const told = async () => (await call("GET", `/${searchId}`)).json.results.waits_for;
    expect(await told()).toBeUndefined();
    const put = async (shard: string, progress: Partial<SearchProgress>) =>
      await searches.putShard(search, { ...initialSearchProgress(search, shard), revision: 1, ...progress });
    await put("a", { waitsFor: "records" });
    expect(await told()).toBe("records");
    await put("b", { waitsFor: "turn" });
    expect(await told()).toBe("turn");
    await put("b", { revision: 2, isDone: true, waitsFor: "turn" });
    await put("a", { revision: 2 });
    expect(await told()).toBeUndefined();
    await put("c", { waitsFor: "turn" });
    const cancelled = await call("POST", `/${searchId}/cancel`);
    expect(cancelled.json.results).toMatchObject({ state: "cancelled" });
    expect(cancelled.json.results.waits_for).toBeUndefined();
  });

  it("says from when on it has read only when it shows all that it has found", async () => {
    const { customerId } = api;
    const { json } = await call("POST", "", { body: { id: "1" } });
    const searchId = String(json.results.id);
    const searches = searchesTable(api.api.aws.tables.batches);
    const search = await searches.find({ customerId, searchId });
    if (search === undefined) throw new Error("there is no such search");
    await searches.plan(search, ["a", "b"]);
    for (const shard of ["a", "b"]) {
      await searches.putShard(search, {
        ...initialSearchProgress(search, shard),
        revision: 1,
        found: 60,
        isDone: true,
      });
      for (let item = 0; item < 60; item += 1) {
        const place = { shard, sequenceNumber: "1", item, event: 0, arrivedAt: Date.now(), type: "delivery" };
        await searches.putMatch(search, { ...place, fields: {}, bytes: 2 });
      }
      await searches.closeShard(search, shard);
    }
    await searches.end(search, { state: "finished", at: Date.now() });
    const { results } = (await call("GET", `/${searchId}`)).json;
    expect(results.matches).toHaveLength(100);
    expect([results.truncated, results.read_from]).toEqual([true, undefined]);
  });

  it("shows an event as it was sent, its numbers to the last digit", async () => {
    const { customerId } = api;
    const { json } = await call("POST", "", { body: { recipient: "ann@example.com" } });
    const search = { customerId, searchId: String(json.results.id) };
    const searches = searchesTable(api.api.aws.tables.batches);
    const found = await searches.find(search);
    if (found === undefined) throw new Error("there is no such search");
    const text = '{"msys":{"message_event":{"event_id":92356927693813856,"rcpt_to":"ann@example.com"}}}';
    const place = { shard: "a", sequenceNumber: "1", item: 0, event: 0, arrivedAt: Date.now(), type: "delivery" };
    await searches.putMatch(found, { ...place, fields: { rcpt_to: "ann@example.com" }, bytes: text.length, text });
    const shown = async (grants: readonly Grant[]): Promise<string> => {
      const { key } = await api.api.issueKey({ customerId, grants });
      const caller = await api.api.callerOf(key);
      const path = `/v1/events/search/${search.searchId}`;
      const event = proxyEvent({ method: "GET", path, headers: { Authorization: key }, caller });
      return (await api.api.handler(event, lambdaContext())).body;
    };
    expect(await shown(["webhooks/view", "webhooks/modify"])).toContain(`"event":${text}`);
    expect(await shown(["webhooks/view"])).toContain(`"event":${text.replace("ann", "a***")}`);
  });

  it("keeps a sub-account to its own events and searches", async () => {
    const headers = { "X-MSYS-SUBACCOUNT": "5" };
    const { json } = await call("POST", "", { body: { id: "1" }, headers });
    expect(json.results.criteria).toEqual({ id: "1", subaccount_id: 5 });
    const { id } = json.results;
    expect((await call("GET", `/${id}`, { headers })).status).toBe(200);
    expect((await call("GET", `/${id}`, { headers: { "X-MSYS-SUBACCOUNT": "6" } })).status).toBe(404);
    expect((await call("GET", `/${id}`)).status).toBe(200);
    const all = await call("POST", "", { body: { id: "1", subaccount_id: 5 } });
    expect((await call("POST", `/${all.json.results.id}/cancel`, { headers })).status).toBe(404);
  });

  it("knows no search whose days are over, though the table still has it", async () => {
    const { json } = await call("POST", "", { body: { id: "1" } });
    const searches = searchesTable(api.api.aws.tables.batches);
    const search = await searches.find({ customerId: api.customerId, searchId: String(json.results.id) });
    if (search === undefined) throw new Error("there is no such search");
    const read = async (days: number): Promise<number> => {
      const searchId = crypto.randomUUID();
      await searches.create({ ...search, searchId, state: "finished", startedAt: at(-days * 24 * hourMs) });
      return (await call("GET", `/${searchId}`)).status;
    };
    expect([await read(13.9), await read(14.1)]).toEqual([200, 404]);
  });

  it("masks addresses in every criterion for a key that may not change webhooks", async () => {
    const body = { campaign_id: "for ann@example.com", message_id: "<ann@example.com>", id: "ann%40example.com" };
    const { json } = await call("POST", "", { body, grants: ["webhooks/view"] });
    expect(JSON.stringify(json.results)).not.toContain("ann");
  });

  it("masks the recipient for a key that may not change webhooks", async () => {
    const { json } = await call("POST", "", { body: { recipient: "ann@example.com" }, grants: ["webhooks/view"] });
    expect(json.results.criteria.recipient).toBe("a***@example.com");
    const { json: full } = await call("GET", `/${json.results.id}`);
    expect(full.results.criteria.recipient).toBe("ann@example.com");
  });
});

describe("POST /webhooks/filter-test/stream", () => {
  const under = "/v1/webhooks/filter-test/stream";
  const filter = { field: "campaign_id", eq: "spring" };

  it("starts a test of the last hour for the webhook that its body describes", async () => {
    const body = { name: "x", target: "http://x/", events: ["bounce"], filter, mask: ["rcpt_to"] };
    const { status, json } = await call("POST", "", { under, body });
    expect(status).toBe(200);
    expect(json.results).toMatchObject({
      state: "running",
      events: 0,
      of_types: 0,
      matched: 0,
      first: [],
      left_out: [],
    });
    expect(Date.parse(json.results.to) - Date.parse(json.results.from)).toBe(hourMs);
    const { customerId } = api;
    const searchId = String(json.results.id);
    const { tested } = (await searchesTable(api.api.aws.tables.batches).find({ customerId, searchId })) ?? {};
    const maskKey = expect.stringMatching(/^whsec_/) as string;
    expect(tested).toEqual({ eventsMode: "selected", events: ["bounce"], filter, mask: ["rcpt_to"], maskKey });
    expect(JSON.stringify(json)).not.toContain(tested?.maskKey);
    const cancelled = await call("POST", `/${searchId}/cancel`, { under });
    expect(cancelled.json.results).toMatchObject({ id: searchId, state: "cancelled" });
  });

  it("is one of the three searches that a customer may have under way", async () => {
    for (const n of [1, 2]) expect((await call("POST", "", { body: { id: String(n) } })).status).toBe(200);
    const { json } = await call("POST", "", { under, body: {} });
    expect((await call("POST", "", { under, body: {} })).status).toBe(409);
    await call("POST", `/${json.results.id}/cancel`, { under });
    expect((await call("POST", "", { under, body: {} })).status).toBe(200);
  });

  it.each([
    ["a filter that is none", { filter: { field: "a", matches: "x" } }, "filter.matches"],
    ["a number that nobody stores exactly", { filter: { field: "a", eq: 2 ** 53 } }, "filter.eq"],
    ["fields to include and to exclude", { fields: { include: ["a"], exclude: ["b"] } }, "fields"],
    ["a type that there is not", { events: ["opened"] }, "events"],
    ["no types", { events: [] }, "events"],
    ["a sub-account with exceptions", { subaccount_id: 5, exception_subaccounts: [6] }, "exception_subaccounts"],
    ["times the wrong way round", { from: at(-hourMs), to: at(-2 * hourMs) }, "from"],
    ["a time to come", { to: at(hourMs) }, "to"],
    ["a year past 9999 in UTC", { to: "9999-12-31T23:30:00-23:00" }, "in UTC"],
    ["what the stream has dropped whole", { from: at(-50 * hourMs), to: at(-40 * hourMs) }, "24 hours"],
    ["another sub-account than the caller's", { subaccount_id: 6 }, "subaccount_id", { "X-MSYS-SUBACCOUNT": "5" }],
  ])("refuses %s, and begins nothing", async (_, body, told, headers: Record<string, string> = {}) => {
    const { status, json } = await call("POST", "", { under, body, headers });
    expect(status).toBe(422);
    expect(JSON.stringify(json.errors)).toContain(told);
    expect(await searchesTable(api.api.aws.tables.batches).listBegun(api.customerId)).toEqual([]);
  });

  it("keeps a sub-account to its own events and tests", async () => {
    const headers = { "X-MSYS-SUBACCOUNT": "5" };
    const { json } = await call("POST", "", { under, body: { filter }, headers });
    const { id: searchId } = json.results;
    const { customerId } = api;
    const stored = await searchesTable(api.api.aws.tables.batches).find({ customerId, searchId });
    // By its criteria, a version that does not know tests looks for no other sub-account's events.
    expect(stored).toMatchObject({ actsFor: 5, tested: { subaccountId: 5 }, criteria: { subaccountId: 5 } });
    const statuses = [headers, { "X-MSYS-SUBACCOUNT": "6" }, {}].map(
      async (acting) => (await call("GET", `/${searchId}`, { under, headers: acting })).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 404, 200]);
    const all = await call("POST", "", { under, body: { subaccount_id: 5 } });
    expect((await call("POST", `/${all.json.results.id}/cancel`, { under, headers })).status).toBe(404);
  });

  it("shows a few events of each kind, the earliest first, and masks addresses for a key that may not change webhooks", async () => {
    const { customerId } = api;
    const searches = searchesTable(api.api.aws.tables.batches);
    const { json } = await call("POST", "", { under, body: { filter } });
    const test = await searches.find({ customerId, searchId: String(json.results.id) });
    if (test === undefined) throw new Error("there is no such test");
    const arrived = Date.now();
    const counts = { events: 30, ofTypes: 20, taken: 6, inflatedBytes: 100 };
    await searches.plan(test, ["a"]);
    for (const shard of ["a", "b"]) {
      await searches.putShard(test, { ...initialSearchProgress(test, shard), revision: 1, isDone: true, counts });
      for (let item = 0; item < 8; item += 1) {
        const text = `{"msys":{"message_event":{"n":${item},"rcpt_to":"ann@example.com"}}}`;
        const place = { shard, sequenceNumber: "1", item, event: 0, arrivedAt: arrived + item, type: "delivery" };
        const match = { ...place, fields: {}, bytes: text.length, text };
        await searches.putMatch(test, item < 3 ? { ...match, isLeftOut: true } : match);
      }
    }
    const read = async (grants: readonly Grant[]) =>
      (await call("GET", `/${test.searchId}`, { under, grants })).json.results;
    const full = await read(["webhooks/view", "webhooks/modify"]);
    expect(full).toMatchObject({ events: 60, of_types: 40, matched: 12 });
    const shown = (n: number, rcpt: string) => ({ msys: { message_event: { n, rcpt_to: rcpt } } });
    expect(full.first).toEqual([3, 3, 4, 4, 5].map((n) => shown(n, "ann@example.com")));
    const masked = await read(["webhooks/view"]);
    expect(masked.left_out).toEqual([0, 0, 1, 1, 2].map((n) => shown(n, "a***@example.com")));
    expect(JSON.stringify(masked)).not.toContain("ann@");
  });
});
