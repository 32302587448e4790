import { describe, expect, it } from "vitest";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { noTurns } from "#shared/delivery/turns.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create, example } = system;

describe("creating a webhook", () => {
  it("answers 200 with id and link, with and without a slash at the end", async () => {
    for (const path of ["", "/"]) {
      const { status, json } = await call("POST", path, { body: example() });
      const { id } = json.results;
      expect(status).toBe(200);
      expect(json).toEqual({
        results: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          links: [
            {
              href: `https://tidepost.example.com/api/v1/webhooks/${id}`,
              rel: "urn.msys.webhooks.webhook",
              method: ["GET", "PUT"],
            },
          ],
        },
      });
    }
  });

  it("sends one test POST with everything that a batch would carry", async () => {
    await create({
      auth_token: "token-of-the-webhook",
      auth_type: "basic",
      auth_credentials: { username: "ann", password: "pass" },
      custom_headers: { "X-Team": "mail" },
    });
    expect(system.receiver.requests).toHaveLength(1);
    const [request] = system.receiver.requests;
    expect(request?.body.toString()).toBe('[{"msys":{}}]');
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "x-messagesystems-batch-id": "77c2b630-d712-11e4-9642-efc2723b99c1",
      "x-messagesystems-webhook-token": "token-of-the-webhook",
      authorization: `Basic ${Buffer.from("ann:pass").toString("base64")}`,
      "x-team": "mail",
    });
  });

  it.each([
    ["404", answer(404, {}, "Cannot POST"), "POST to webhook target URL failed with non-2xx response code 404: "],
    [
      "a redirect",
      answer(302, { location: "/x" }),
      "POST to webhook target URL failed with non-2xx response code 302: ",
    ],
    [
      "a reset",
      { kind: "reset", when: "afterBody" } as const,
      "POST to webhook target URL failed with error code ECONNRESET",
    ],
  ])("answers 400 and stores nothing when the target answers %s", async (_, behaviour, message) => {
    system.receiver.respond("/hook", behaviour);
    const { status, json } = await call("POST", "", { body: example() });
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({ message, reason: expect.any(String), fix: expect.any(String) });
    expect((await call("GET", "")).json).toEqual({ results: [] });
  });

  it("reports the target's answer", async () => {
    system.receiver.respond("/hook", answer(404, { "content-type": "text/plain" }, "Cannot POST /hook"));
    const { json } = await call("POST", "", { body: example() });
    expect(json.errors[0].response).toMatchObject({
      status: 404,
      headers: { "content-type": "text/plain" },
      body: "Cannot POST /hook",
    });
  });

  it("refuses a target on a private address without saying where it leads", async () => {
    const { status, json } = await call("POST", "", { body: example({ target: "http://169.254.169.254/latest" }) });
    expect(status).toBe(422);
    expect(json.errors[0]).toMatchObject({ message: "'target' must be on a public address", code: "1300" });
    expect(JSON.stringify(json)).not.toContain("169.254");
  });
});

describe("a webhook's fields", () => {
  it("come back as they were sent, with defaults", async () => {
    const id = await create({ name: "  warehouse feed ", unknown_field: 1, events: ["bounce", "delivery", "bounce"] });
    const { json } = await call("GET", `/${id}`);
    expect(json.results).toEqual({
      id,
      name: "warehouse feed",
      target: `${system.receiver.url}/hook`,
      events: ["bounce", "delivery"],
      events_mode: "selected",
      filter: null,
      fields: null,
      mask: [],
      auth_type: "none",
      auth_request_details: {},
      auth_credentials: {},
      auth_token: "",
      custom_headers: {},
      signing: false,
      compression: "none",
      active: true,
      created_at: json.results.updated_at,
      updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
      active_at: new Date(Date.parse(json.results.updated_at) + 60_000).toISOString(),
      etag: '"1"',
      batch_size: 10_000,
      max_batch_bytes: 10_485_760,
      keep_bodies_days: 0,
      links: [
        {
          href: `https://tidepost.example.com/api/v1/webhooks/${id}/validate`,
          rel: "urn.msys.webhooks.validate",
          method: ["POST"],
        },
        {
          href: `https://tidepost.example.com/api/v1/webhooks/${id}/batch-status`,
          rel: "urn.msys.webhooks.batches",
          method: ["GET"],
        },
      ],
    });
  });

  it("include exceptions, which are sent as numbers and read as strings", async () => {
    const id = await create({ exception_subaccounts: [5, 17] });
    expect((await call("GET", `/${id}`)).json.results.exception_subaccounts).toEqual(["5", "17"]);
    expect((await call("PUT", `/${id}`, { body: { exception_subaccounts: ["6"] } })).status).toBe(200);
    expect((await call("GET", `/${id}`)).json.results.exception_subaccounts).toEqual(["6"]);
  });

  it("mask every secret, and a mask that is sent back changes nothing", async () => {
    system.receiver.respond("/token", answer(200, {}, '{"access_token":"tok","expires_in":3600}'));
    const secrets = {
      auth_token: "a-long-secret-token",
      auth_type: "oauth2",
      auth_request_details: {
        url: `${system.receiver.url}/token`,
        body: { client_id: "me", client_secret: "another-long-secret", grant_type: "client_credentials" },
      },
      custom_headers: { "X-Api-Key": "one-more-long-secret" },
    };
    const id = await create(secrets);
    const { results } = (await call("GET", `/${id}`)).json;
    expect(results).toMatchObject({
      auth_token: "****oken",
      auth_request_details: { body: { client_id: "me", client_secret: "****cret", grant_type: "client_credentials" } },
      auth_credentials: {},
      custom_headers: { "X-Api-Key": "****cret" },
    });
    for (const text of [results, (await call("GET", "")).json]) {
      expect(JSON.stringify(text)).not.toMatch(/long-secret|"tok"/);
    }
    const { id: _, links: __, ...fields } = results;
    expect((await call("PUT", `/${id}`, { body: { ...fields, name: "renamed" } })).status).toBe(200);
    expect((await call("POST", `/${id}/validate`)).status).toBe(200);
    const validated = system.receiver.requests.at(-1);
    expect(validated?.headers).toMatchObject({
      "x-messagesystems-webhook-token": "a-long-secret-token",
      "x-api-key": "one-more-long-secret",
      authorization: "Bearer tok",
    });
    const token = system.receiver.requests.find(({ path }) => path === "/token");
    expect(new URLSearchParams(token?.body.toString()).get("client_secret")).toBe("another-long-secret");
  });

  it("refuse a made-up mask as a secret", async () => {
    const id = await create({ auth_token: "a-long-secret-token" });
    const { status, json } = await call("PUT", `/${id}`, { body: { auth_token: "****else" } });
    expect(status).toBe(422);
    expect(json.errors[0].message).toContain("'auth_token' must not start with '****'");
  });
});

describe("an update", () => {
  it("changes the fields that are sent, and tests the target only when it changes", async () => {
    const id = await create({ auth_token: "a-long-secret-token" });
    const { status, json } = await call("PUT", `/${id}`, { body: { name: "renamed", active: false } });
    expect(status).toBe(200);
    expect(json.results.links[0].rel).toBe("urn.msys.webhooks.validate");
    expect(system.receiver.requests).toHaveLength(1);
    await call("PUT", `/${id}`, { body: { target: `${system.receiver.url}/other` } });
    expect(system.receiver.requests.map(({ path }) => path)).toEqual(["/hook", "/other"]);
    expect(system.receiver.requests[1]?.headers["x-messagesystems-webhook-token"]).toBe("a-long-secret-token");
    expect((await call("GET", `/${id}`)).json.results).toMatchObject({
      name: "renamed",
      active: false,
      target: `${system.receiver.url}/other`,
      events: ["injection", "delivery", "open", "click"],
    });
  });

  it("of the target forgets how fast the earlier one was and its turns, and no other does", async () => {
    const id = await create();
    const ids = { customerId: system.customerId, webhookId: id };
    const turnStore = turnsTable(system.api.aws.tables.webhooks);
    const turns = { held: { other: Date.now() + 60_000 }, width: 9, widenedAt: 1 };
    await turnStore.change({ ...ids, turns, expectedRevision: 0 });
    await turnStore.noteSlow({ ...ids, answerMs: 200 });
    const health = async () => await system.api.webhooks.readHealth(system.customerId, id);
    await call("PUT", `/${id}`, { body: { name: "renamed", auth_token: "another" } });
    expect(await health()).toMatchObject({ answerMs: 200, turns, turnsRevision: 1 });
    await call("PUT", `/${id}`, { body: { target: `${system.receiver.url}/other` } });
    expect(await health()).toMatchObject({ turns: noTurns, turnsRevision: 2 });
    expect(await health()).not.toHaveProperty("answerMs");
    // Who read the turns before the change stores none of them.
    expect(await turnStore.change({ ...ids, turns, expectedRevision: 1 })).toBe(false);
    await turnStore.leave({ ...ids, batchId: "other" });
    expect(await health()).toMatchObject({ turns: noTurns, turnsRevision: 2 });
  });

  it("that changes nothing writes nothing", async () => {
    const id = await create({ exception_subaccounts: [5], auth_token: "a-long-secret-token" });
    const { json } = await call("GET", `/${id}`);
    const before = await system.api.webhooks.find(system.customerId, id);
    for (const body of [{}, { unknown: 1 }, json.results]) {
      expect((await call("PUT", `/${id}`, { body })).status).toBe(200);
    }
    expect(await system.api.webhooks.find(system.customerId, id)).toEqual(before);
  });

  it("whose test POST fails changes nothing", async () => {
    const id = await create();
    const before = (await call("GET", `/${id}`)).json;
    system.receiver.respond("/broken", answer(500));
    const { status } = await call("PUT", `/${id}`, { body: { name: "new", target: `${system.receiver.url}/broken` } });
    expect(status).toBe(400);
    expect((await call("GET", `/${id}`)).json).toEqual(before);
  });

  it("at the same time as others loses none of them", async () => {
    const id = await create();
    const bodies = [{ name: "new name" }, { active: false }, { batch_size: 7 }, { auth_token: "t0ken" }];
    const answers = await Promise.all(bodies.map((body) => call("PUT", `/${id}`, { body })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await call("GET", `/${id}`)).json.results).toMatchObject({
      name: "new name",
      active: false,
      batch_size: 7,
      auth_token: "****",
    });
  });

  it("leaves the settings of queued batches as they were", async () => {
    const id = await create({ auth_token: "the-first-token" });
    await call("PUT", `/${id}`, { body: { auth_token: "the-second-token" } });
    expect(await system.api.settings.find(id, 1)).toMatchObject({ authToken: "the-first-token" });
    expect(await system.api.settings.find(id, 2)).toMatchObject({ authToken: "the-second-token" });
  });

  it.each([null, ""])("clears the token with %j", async (auth_token) => {
    const id = await create({ auth_token: "a-long-secret-token" });
    await call("PUT", `/${id}`, { body: { auth_token } });
    expect((await call("GET", `/${id}`)).json.results.auth_token).toBe("");
  });

  it("drops stored credentials with auth_type none", async () => {
    const id = await create({ auth_type: "basic", auth_credentials: { username: "ann", password: "x" } });
    await call("PUT", `/${id}`, { body: { auth_type: "none" } });
    expect((await call("GET", `/${id}`)).json.results).toMatchObject({ auth_type: "none", auth_credentials: {} });
    const { json } = await call("PUT", `/${id}`, { body: { auth_type: "basic" } });
    expect(json.errors[0]).toMatchObject({ message: "'auth_credentials.username' is required", code: "1400" });
  });

  it("moves a webhook between accounts", async () => {
    const id = await create({}, { "X-MSYS-SUBACCOUNT": "5" });
    expect((await call("GET", `/${id}`)).json.results.subaccount_id).toBe(5);
    await call("PUT", `/${id}`, { body: { subaccount_id: 0 } });
    expect((await call("GET", `/${id}`)).json.results.subaccount_id).toBe(0);
    await call("PUT", `/${id}`, { body: { subaccount_id: -1, exception_subaccounts: [9] } });
    expect((await call("GET", `/${id}`)).json.results).not.toHaveProperty("subaccount_id");
    const { status, json } = await call("PUT", `/${id}`, { body: { subaccount_id: 3, exception_subaccounts: [9] } });
    expect(status).toBe(422);
    expect(json.errors[0].code).toBe("1301");
  });
});

describe("deleting", () => {
  it("answers 204 with nothing, and the webhook is gone", async () => {
    const id = await create();
    expect(await call("DELETE", `/${id}`)).toEqual({ status: 204, json: undefined });
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { status, json } = await call(method, `/${id}`, method === "PUT" ? { body: {} } : {});
      expect(status).toBe(404);
      expect(json.errors[0]).toMatchObject({ message: "Resource could not be found", code: "1600" });
    }
    expect(await system.api.settings.find(id, 1)).toBeDefined();
  });
});

describe("validate", () => {
  it.each([
    ["no body", undefined, '[{"msys":{}}]'],
    ["the batch itself", [{ msys: {} }], '[{"msys":{}}]'],
    ["a message that is an array", { message: [{ msys: { a: { type: "x" } } }] }, '[{"msys":{"a":{"type":"x"}}}]'],
    ["a message that is an object", { message: { msys: {} } }, '[{"msys":{}}]'],
  ])("takes %s and reports the raw answer", async (_, body, sent) => {
    const id = await create({ active: false });
    system.receiver.respond("/hook", answer(202, { "content-type": "text/plain" }, "taken"));
    const { status, json } = await call("POST", `/${id}/validate`, body === undefined ? {} : { body });
    expect(status).toBe(200);
    expect(json.results).toMatchObject({
      msg: "Test POST to endpoint succeeded",
      response: { status: 202, headers: { "content-type": "text/plain" }, body: "taken" },
    });
    expect(system.receiver.requests.at(-1)?.body.toString()).toBe(sent);
  });

  it("reports a failing target as 400 with its answer", async () => {
    const id = await create();
    system.receiver.respond("/hook", answer(500, {}, "broken"));
    const { status, json } = await call("POST", `/${id}/validate`);
    expect(status).toBe(400);
    expect(json.errors[0].response).toMatchObject({ status: 500, body: "broken" });
  });

  it.each([{}, { message: 5 }, "text"])("refuses %j", async (body) => {
    const id = await create();
    expect((await call("POST", `/${id}/validate`, { body: JSON.stringify(body) })).status).toBe(422);
  });
});

describe("probe", () => {
  it("tells what was sent, what came back and how long it took, and stores nothing", async () => {
    const body = { target: `${system.receiver.url}/hook`, auth_token: "a-long-secret-token" };
    const { status, json } = await call("POST", "/probe", { body });
    expect(status).toBe(200);
    expect(json.results).toMatchObject({
      ok: true,
      request: { method: "POST", body: '[{"msys":{}}]', headers: { "X-MessageSystems-Webhook-Token": "****oken" } },
      response: { status: 200 },
      timings: { total_ms: expect.any(Number), wait_ms: expect.any(Number) },
    });
    expect((await call("GET", "")).json.results).toEqual([]);
  });

  it("fills what it leaves out from a registered webhook, secrets too, and sends samples", async () => {
    const id = await create({ auth_token: "a-long-secret-token" });
    const { results: stored } = (await call("GET", `/${id}`)).json;
    const body = { webhook_id: id, auth_token: stored.auth_token, sample_events: ["bounce", "click"] };
    const { json } = await call("POST", "/probe", { body });
    expect(json.results).toMatchObject({ ok: true, stage: "response", limit_ms: 6_000 });
    const sent = system.receiver.requests.at(-1);
    expect(sent?.headers["x-messagesystems-webhook-token"]).toBe("a-long-secret-token");
    const events = JSON.parse(String(sent?.body)) as readonly { readonly msys: object }[];
    expect(events.map(({ msys }) => Object.keys(msys))).toEqual([["message_event"], ["track_event"]]);
  });

  it("needs a target or a webhook", async () => {
    const { status, json } = await call("POST", "/probe", { body: { sample_events: ["bounce"] } });
    expect([status, json.errors[0].message]).toEqual([422, "'target' is required"]);
  });

  it("gives a remedy for a failure", async () => {
    const { json } = await call("POST", "/probe", { body: { target: "http://127.0.0.1:1/" } });
    expect(json.results).toMatchObject({
      ok: false,
      stage: "connect",
      reason: "connect_failed",
      error_code: "ECONNREFUSED",
    });
    expect(json.results.fix).toContain("port");
  });
});

describe("OAuth 2", () => {
  const oauth2 = (details: object = {}) => ({
    auth_type: "oauth2",
    auth_request_details: {
      url: `${system.receiver.url}/token`,
      body: { client_id: "me", client_secret: "s" },
      ...details,
    },
  });

  it("answers 400 with the token server's answer when that gives no token", async () => {
    system.receiver.respond("/token", answer(401, {}, '{"error":"invalid_client"}'));
    const { status, json } = await call("POST", "", { body: example(oauth2()) });
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({
      message: "POST to webhook tokens URL failed",
      code: 400,
      response: { status: 401, body: '{"error":"invalid_client"}' },
    });
    expect(system.receiver.requests.map(({ path }) => path)).toEqual(["/token"]);
  });

  it("sends the fields as JSON when asked to", async () => {
    system.receiver.respond("/token", answer(200, {}, '{"access_token":"t"}'));
    await create(oauth2({ content_type: "application/json", body: { nested: { a: 1 } } }));
    expect(system.receiver.requests[0]?.headers["content-type"]).toBe("application/json");
    expect(system.receiver.requests[0]?.body.toString()).toBe('{"nested":{"a":1}}');
  });
});
