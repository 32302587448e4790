import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create, example } = system;

describe("sub-accounts", () => {
  it("see and change only what is theirs", async () => {
    const id = await create({}, { "X-MSYS-SUBACCOUNT": "5" });
    await create();
    const as = (number: string) => ({ headers: { "X-MSYS-SUBACCOUNT": number } });
    expect((await call("GET", "", as("5"))).json.results).toHaveLength(1);
    expect((await call("GET", "", as("6"))).json.results).toHaveLength(0);
    expect((await call("GET", "")).json.results).toHaveLength(2);
    expect((await call("GET", "/summary", as("5"))).json.results).toMatchObject([{ id }]);
    expect((await call("GET", `/${id}`, as("6"))).status).toBe(404);
    expect((await call("DELETE", `/${id}`, as("0"))).status).toBe(404);
    expect((await call("GET", "", as("x"))).status).toBe(400);
  });

  it.each(["6", "0", "-1"])("cannot move a webhook out of the one that the request acts for, to %s", async (number) => {
    const id = await create({}, { "X-MSYS-SUBACCOUNT": "5" });
    const options = { headers: { "X-MSYS-SUBACCOUNT": "5" }, body: { subaccount_id: Number(number) } };
    expect((await call("PUT", `/${id}`, options)).status).toBe(403);
    expect((await call("GET", `/${id}`)).json.results.subaccount_id).toBe(5);
    expect((await call("PUT", `/${id}`, { ...options, body: { subaccount_id: 5 } })).status).toBe(200);
  });

  it.each(["", "  "])("are named by a number: an empty header (%j) is not the whole account", async (header) => {
    const { status, json } = await call("GET", "", { headers: { "X-MSYS-SUBACCOUNT": header } });
    expect([status, json.errors[0].message]).toEqual([400, "'X-MSYS-SUBACCOUNT' must be a sub-account number"]);
  });
});

describe("what a webhook says of the content of events", () => {
  it.each([
    [
      "filter",
      { and: [{ field: "campaign_id", eq: "spring" }, { not: { field: ["rcpt_meta", "a.b"], exists: true } }] },
      null,
    ],
    ["fields", { include: ["type", "rcpt_meta.plan"] }, null],
    ["fields", { exclude: ["rcpt_to"] }, null],
    ["mask", ["rcpt_to", ["rcpt_meta", "a.b"]], []],
  ])("sets %s, keeps it when it is not sent, and clears it with null", async (field, value, none) => {
    const id = await create({ [field]: value });
    const shown = async () => (await call("GET", `/${id}`)).json.results[field];
    expect(await shown()).toEqual(value);
    await call("PUT", `/${id}`, { body: { name: "renamed" } });
    expect(await shown()).toEqual(value);
    await call("PUT", `/${id}`, { body: { [field]: null } });
    expect(await shown()).toEqual(none);
    await call("PUT", `/${id}`, { body: { [field]: value } });
    expect(await shown()).toEqual(value);
  });

  it("never changes or shows the key of its masks", async () => {
    const id = await create({ mask: ["rcpt_to"] });
    const find = async () => await system.api.webhooks.find(system.customerId, id);
    const { maskKey = "" } = (await find()) ?? {};
    expect(maskKey.length).toBeGreaterThan(30);
    for (const mask of [null, ["rcpt_to"], ["raw_rcpt_to"]]) await call("PUT", `/${id}`, { body: { mask } });
    expect(await find()).toMatchObject({ mask: ["raw_rcpt_to"], maskKey });
    const answers = [await call("GET", `/${id}`), await call("GET", ""), await call("GET", `/${id}/summary`)];
    expect(JSON.stringify(answers)).not.toContain(maskKey);
  });

  it.each<[object, string, string]>([
    [
      { filter: { and: [{ field: "a", eq: 1 }, { or: [{ field: "b", gt: "soon" }] }] } },
      "'filter.and[1].or[0].gt'",
      "must be a number, or a time",
    ],
    [{ filter: { field: "a", matches: "x" } }, "'filter.matches'", "is no comparison"],
    [{ filter: { field: "a", eq: "x".repeat(20_000) } }, "'filter'", "must have at most 16384 bytes as JSON"],
    [{ fields: { include: ["a"], exclude: ["b"] } }, "'fields'", "must have either 'include' or 'exclude'"],
    [{ fields: {} }, "'fields'", "must have either 'include' or 'exclude'"],
    [{ fields: { exclude: [] } }, "'fields.exclude'", "must name at least one field"],
    [{ fields: { exclude: ["type"] } }, "'fields.exclude[0]'", "must not exclude 'type'"],
    [{ fields: { include: ["a..b"] } }, "'fields.include[0]'", "must not have an empty name"],
    [{ fields: { includes: ["a"] } }, "'fields'", ""],
    [{ mask: ["rcpt_to", "type.x"] }, "'mask[1]'", "must not mask 'type'"],
    [{ mask: Array.from({ length: 51 }, (_, n) => `f${n}`) }, "'mask'", "must have at most 50 fields"],
    [{ mask: "rcpt_to" }, "'mask'", "must be an array"],
  ])("refuses %j and changes nothing", async (body, field, problem) => {
    const id = await create();
    const before = (await call("GET", `/${id}`)).json.results;
    const { status, json } = await call("PUT", `/${id}`, { body: { name: "renamed", ...body } });
    expect(status).toBe(422);
    expect(json.errors[0].message).toContain(`${field} ${problem}`);
    expect((await call("GET", `/${id}`)).json.results).toEqual(before);
  });

  it("quotes what stands at the place that it names", async () => {
    const id = await create();
    const body = {
      filter: { and: [{ field: "timestamp", gt: "soon" }] },
      fields: { exclude: ["a", "type"] },
      mask: ["rcpt_to", "type.x"],
    };
    const { json } = await call("PUT", `/${id}`, { body });
    const sent = ['Sent: "soon".', 'Sent: "type".', 'Sent: "type.x".'];
    expect(json.errors).toMatchObject(sent.map((description) => ({ description })));
  });

  it("sends test events as the webhook would get them, and leaves none out", async () => {
    const id = await create({
      filter: { field: "campaign_id", eq: "none" },
      fields: { include: ["rcpt_to", "n"] },
      mask: ["rcpt_to"],
    });
    const event = (n: number) => ({ msys: { message_event: { type: "open", n, rcpt_to: "a@b.c", subject: "x" } } });
    await call("POST", `/${id}/validate`, { body: { message: [event(1), event(2), { msys: {} }] } });
    const sent = JSON.parse(system.receiver.requests.at(-1)?.body.toString() ?? "");
    const hash = sent[0].msys.message_event.rcpt_to;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const got = (n: number) => ({ msys: { message_event: { type: "open", n, rcpt_to: hash } } });
    expect(sent).toEqual([got(1), got(2), { msys: {} }]);
    const probe = { webhook_id: id, sample_events: ["bounce"] };
    const { json } = await call("POST", "/probe", { body: probe });
    const [{ msys }] = JSON.parse(json.results.request.body);
    expect(Object.keys(msys.message_event).toSorted()).toEqual(["rcpt_to", "type"]);
  });
});

describe("a filter that is tried", () => {
  const event = (fields: object) => ({ msys: { message_event: { type: "bounce", ...fields } } });
  const attempt = async (body: object) => await call("POST", "/filter-test", { body });

  it("says how many events would pass, and shows the first of them as they would be sent", async () => {
    const events = Array.from({ length: 20 }, (_, n) => event({ n, rcpt_to: "a@b.c", rcpt_meta: { a: 1 } }));
    const { status, json } = await attempt({
      events,
      filter: { field: "n", gte: 8 },
      fields: { exclude: ["rcpt_meta"] },
      mask: ["rcpt_to"],
    });
    expect([status, json.results.events, json.results.matched]).toEqual([200, 20, 12]);
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(json.results.first).toEqual([8, 9, 10, 11, 12].map((n) => event({ n, rcpt_to: hash })));
    expect((await call("GET", "")).json.results).toEqual([]);
  });

  it("is tried on long numbers by the digits that were written, which are shown", async () => {
    const texts = [1, 2].map((last) => `{"msys":{"message_event":{"id":1234567890123456789${last}}}}`);
    const { key } = await system.api.issueKey({ customerId: system.customerId });
    const tried = proxyEvent({
      method: "POST",
      path: "/v1/webhooks/filter-test",
      headers: { Authorization: key },
      caller: await system.api.callerOf(key),
      body: `{"events":[${texts.join(",")}],"filter":{"field":"id","eq":"12345678901234567892"}}`,
    });
    const { body } = await system.api.handler(tried, lambdaContext());
    expect(body).toContain(`"matched":1,"first":[${texts[1]}]`);
  });

  it("is tried on the catalogue's samples when there are no events", async () => {
    const all = (await attempt({})).json.results;
    expect(all.events).toBeGreaterThan(20);
    expect(all.matched).toBe(all.events);
    const bounces = (await attempt({ filter: { field: "type", prefix: "bounce" } })).json.results;
    expect(bounces.events).toBe(all.events);
    expect(bounces.first).toMatchObject([{ msys: { message_event: { type: "bounce" } } }]);
    const some = await attempt({ filter: { field: "type", eq: "open" }, sample_events: ["open", "click"] });
    expect(some.json.results).toMatchObject({ events: 2, matched: 1 });
  });

  it.each<[object, string]>([
    [{ filter: { field: "a" } }, "'filter' must have one of eq"],
    [{ events: [event({}), { msys: {} }] }, "'events[1]' must be an event"],
    [{ events: [5] }, "'events[0]' must be an event"],
    [{ events: Array.from({ length: 1_001 }, () => event({})) }, "'events' must have at most 1000 events"],
    [{ sample_events: ["opne"] }, "'sample_events[0]' is not known (did you mean 'open'?), and must be one of"],
  ])("is refused when it or an event is none: %j", async (body, message) => {
    const { status, json } = await attempt(body);
    expect(status).toBe(422);
    expect(json.errors[0].message).toContain(message);
  });
});

describe("time zones", () => {
  it.each([
    [undefined, "2026-03-29T00:59:59+00:00"],
    ["UTC", "2026-03-29T00:59:59+00:00"],
    ["Europe/Amsterdam", "2026-03-29T01:59:59+01:00"],
    ["America/New_York", "2026-03-28T20:59:59-04:00"],
    ["Asia/Kolkata", "2026-03-29T06:29:59+05:30"],
  ])("%s", async (timezone, expected) => {
    const webhookId = await create();
    await system.api.webhooks.noteAttempt({
      customerId: system.customerId,
      webhookId,
      kind: "success",
      at: "2026-03-29T00:59:59.400Z",
    });
    const query = timezone === undefined ? {} : { query: { timezone } };
    expect((await call("GET", `/${webhookId}`, query)).json.results.last_successful).toBe(expected);
    expect((await call("GET", "", query)).json.results[0].last_successful).toBe(expected);
  });

  it("has the new offset one second into summer time", async () => {
    const webhookId = await create();
    await system.api.webhooks.noteAttempt({
      customerId: system.customerId,
      webhookId,
      kind: "failure",
      at: "2026-03-29T01:00:00Z",
    });
    const { json } = await call("GET", `/${webhookId}`, { query: { timezone: "Europe/Amsterdam" } });
    expect(json.results.last_failure).toBe("2026-03-29T03:00:00+02:00");
  });

  it.each(["Mars/Olympus", "+02:00", "utc; drop"])("refuses %s", async (timezone) => {
    const { status, json } = await call("GET", "", { query: { timezone } });
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({ message: "'timezone' must be an IANA time zone name", code: "1200" });
  });
});

describe("bad input changes nothing", () => {
  const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`X-H${n}`, "v"]));

  it.each([
    ["no JSON", "{name:", 400, "1200", /^Request body parsing failed \[Attached error message: /],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), 400, "1305", /not UTF-8/],
    ["no object", [], 422, "1300", /^The request body must be an object/],
    ["no name", { name: undefined }, 422, "1400", /^'name' is required/],
    ["a number as name", { name: 5 }, 422, "1300", /^'name' must be a string/],
    ["an empty name", { name: "  " }, 422, "1300", /^'name' must not be empty/],
    ["a long name", { name: "x".repeat(256) }, 422, "1300", /^'name' must have at most 255/],
    ["a control character", { name: "a\u0007" }, 422, "1300", /^'name' must not contain control/],
    ["a name that nobody sees", { name: "\u200B\u3164" }, 422, "1300", /^'name' must have a visible character/],
    ["no target", { target: undefined }, 422, "1400", /^'target' is required/],
    ["a target that is no URL", { target: "example" }, 422, "1300", /^'target': /],
    ["a target with credentials", { target: "http://a:b@example.com" }, 422, "1300", /^'target': /],
    ["an ftp target", { target: "ftp://example.com" }, 422, "1300", /^'target': /],
    ["no events", { events: undefined }, 422, "1400", /^'events' is required/],
    ["empty events", { events: [] }, 422, "1300", /^'events' must contain at least one event/],
    [
      "an unknown event",
      { events: ["open", "deliverd"] },
      422,
      "1300",
      /^'events\[1\]' is not known \(did you mean 'delivery'\?\), and must be one of: injection, /,
    ],
    ["a token that is no header", { auth_token: "a\nb" }, 422, "1300", /^'auth_token' must contain only/],
    ["basic without a user", { auth_type: "basic" }, 422, "1400", /^'auth_credentials.username' is required/],
    ["oauth2 without details", { auth_type: "oauth2" }, 422, "1400", /^'auth_request_details.url' is required/],
    ["an unknown auth type", { auth_type: "digest" }, 422, "1300", /^'auth_type'/],
    ["six custom headers", { custom_headers: headers(6) }, 422, "10002", /^'custom_headers' must have at most 5/],
    ["a reserved header", { custom_headers: { Host: "x" } }, 422, "10000", /^'custom_headers.Host' is a reserved/],
    ["large headers", { custom_headers: { A: "x".repeat(3_000) } }, 413, "10001", /less than 3000 bytes/],
    ["batch_size 0", { batch_size: 0 }, 422, "1300", /^'batch_size' must be at least 1/],
    ["batch_size 10001", { batch_size: 10_001 }, 422, "1300", /^'batch_size' must be at most 10000/],
    ["keep_bodies_days -1", { keep_bodies_days: -1 }, 422, "1300", /^'keep_bodies_days' must be at least 0/],
    ["keep_bodies_days 31", { keep_bodies_days: 31 }, 422, "1300", /^'keep_bodies_days' must be at most 30/],
    ["half a day", { keep_bodies_days: 0.5 }, 422, "1300", /^'keep_bodies_days' must be an integer/],
    ["no exceptions in the list", { exception_subaccounts: [] }, 422, "1300", /at least one sub-account/],
    ["an exception twice", { exception_subaccounts: [1, 1] }, 422, "1300", /twice/],
    ["text as active", { active: "yes" }, 422, "1300", /^'active' must be a boolean/],
  ])("%s", async (_, fields, status, code, message) => {
    const isRaw = typeof fields === "string" || Buffer.isBuffer(fields) || Array.isArray(fields);
    const created = await call("POST", "", { body: isRaw ? fields : example(fields) });
    expect(created.status, JSON.stringify(created.json)).toBe(status);
    expect(created.json.errors[0]).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await call("GET", "")).json.results).toEqual([]);
    expect(system.receiver.requests).toEqual([]);
  });

  it("names every bad field at once", async () => {
    const { json } = await call("POST", "", { body: { name: 1, events: ["x"], active: 2 } });
    expect(json.errors).toHaveLength(4);
  });

  it("lists every required field of an empty body", async () => {
    const required = async (body: object) =>
      ((await call("POST", "", { body })).json.errors as readonly { readonly message: string }[]).map(
        ({ message }) => message,
      );
    expect(await required({})).toEqual(["'name' is required", "'target' is required", "'events' is required"]);
    expect(await required({ events_mode: "all" })).toEqual(["'name' is required", "'target' is required"]);
  });

  it("takes null for every field that may be left out, and for no other", async () => {
    const names =
      "active auth_type auth_request_details auth_credentials auth_token custom_headers signing compression " +
      "exception_subaccounts batch_size max_batch_bytes keep_bodies_days events_mode";
    const nulls = Object.fromEntries(names.split(" ").map((field) => [field, null]));
    const fields = { auth_type: "basic", auth_credentials: { username: "ann", password: null }, auth_token: "a-token" };
    const id = await system.create({ ...nulls, ...fields });
    const before = (await call("GET", `/${id}`)).json.results;
    expect((await call("PUT", `/${id}`, { body: { ...nulls, name: null, target: null, events: null } })).status).toBe(
      200,
    );
    const { auth_token: token, ...after } = (await call("GET", `/${id}`)).json.results;
    expect(token).toBe("");
    const { auth_token: _, active_at: _1, updated_at: _2, etag: _3, ...unchanged } = before;
    expect(after).toMatchObject(unchanged);
    const refused = await call("POST", "", { body: example({ name: null, target: null, events: null }) });
    expect(refused.json.errors).toHaveLength(3);
    const inside = await call("POST", "", { body: example({ custom_headers: { "X-A": null } }) });
    expect(inside.json.errors).toMatchObject([{ message: "'custom_headers.X-A' must be a string" }]);
  });

  it("answers 415 for another content type", async () => {
    const { status } = await call("POST", "", { body: "name=x", headers: { "Content-Type": "text/plain" } });
    expect(status).toBe(415);
  });

  it.each([
    ["GET", "/not-a-uuid", 404, "1600"],
    ["GET", "/00000000-0000-4000-8000-000000000000", 404, "1600"],
    ["GET", "/$'summary", 404, "1600"],
    ["PATCH", "", 405, "1102"],
    ["POST", "/00000000-0000-4000-8000-000000000000", 405, "1102"],
    ["GET", "/a/b/c", 404, "1101"],
  ])("%s %s answers %i", async (method, path, status, code) => {
    const found = await call(method, path);
    expect(found.status).toBe(status);
    expect(found.json.errors[0].code).toBe(code);
  });

  it("a key that may only look is told what it lacks", async () => {
    const viewer = await system.api.issueKey({ customerId: system.customerId, grants: ["webhooks/view"] });
    const refused = await call("POST", "", { key: viewer.key, body: example() });
    expect(refused.status).toBe(403);
    expect(refused.json.errors[0].description).toContain("webhooks/modify");
    expect((await call("GET", "", { key: viewer.key })).status).toBe(200);
  });
});

describe("event catalogue", () => {
  it("documents all classes and gives samples", async () => {
    const documentation = await call("GET", "/events/documentation");
    expect(documentation.json.results.message_event.events.bounce.event.bounce_class.sampleValue).toBe("10");
    const samples = await call("GET", "/events/samples", { query: { events: "bounce, click" } });
    expect(samples.json.results).toMatchObject([{ msys: { message_event: {} } }, { msys: { track_event: {} } }]);
    const bad = await call("GET", "/events/samples", { query: { events: "bounce,clik" } });
    expect(bad.status).toBe(400);
    expect(bad.json.errors[0].description).toContain("'click'");
  });
});

describe("Idempotency-Key", () => {
  it("makes a creation safe to repeat, also at the same time", async () => {
    const headers = { "Idempotency-Key": "import-7" };
    const answers = await Promise.all([1, 2, 3].map(() => call("POST", "", { body: example(), headers })));
    const again = await call("POST", "", { body: example(), headers });
    expect(new Set([...answers, again].map(({ json }) => json.results.id)).size).toBe(1);
    expect((await call("GET", "")).json.results).toHaveLength(1);
    const other = await call("POST", "", { body: example({ name: "other" }), headers });
    expect(other.status).toBe(409);
    expect(other.json.errors[0].code).toBe("1602");
  });

  it("is a sub-account's own: another gets a webhook with another id", async () => {
    const of = (subaccount: object) => ({ "Idempotency-Key": "setup-1", ...subaccount });
    const callers = [of({}), of({ "X-MSYS-SUBACCOUNT": "5" }), of({ "X-MSYS-SUBACCOUNT": "6" })];
    const ids: string[] = [];
    for (const headers of callers) {
      ids.push(await create({}, headers));
      expect(await create({}, headers)).toBe(ids.at(-1));
      expect((await call("DELETE", `/${ids.at(-1)}`)).status).toBe(204);
    }
    expect(new Set(ids).size).toBe(3);
  });

  it("makes it safe to repeat across an upgrade", async () => {
    const headers = { "Idempotency-Key": "import-8" };
    const id = await create({}, headers);
    // What versions without filter, fields and mask made of the same request.
    const auth = { auth_type: "none", auth_request_details: {}, auth_credentials: {}, auth_token: null };
    const sent = {
      custom_headers: {},
      signing: false,
      compression: "none",
      batch_size: 10_000,
      max_batch_bytes: 10_485_760,
    };
    const wanted = { ...example(), events_mode: "selected", active: true, ...auth, ...sent };
    const creationHash = createHash("sha256")
      .update(JSON.stringify({ wanted, subaccount: "all" }))
      .digest("hex");
    expect(await system.api.webhooks.find(system.customerId, id)).toMatchObject({ creationHash });
    expect(await create({ filter: null, fields: null, mask: null }, headers)).toBe(id);
  });
});
