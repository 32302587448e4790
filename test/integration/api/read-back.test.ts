import { describe, expect, it } from "vitest";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create, example } = system;
const read = async (id: string) => (await call("GET", `/${id}`)).json.results;

describe("an update", () => {
  it("to one sub-account leaves the exceptions behind, which were not sent", async () => {
    const id = await create({ exception_subaccounts: [3, 17] });
    expect((await call("PUT", `/${id}`, { body: { name: "renamed", subaccount_id: 5 } })).status).toBe(200);
    const after = await read(id);
    expect([after.subaccount_id, after.exception_subaccounts]).toEqual([5, undefined]);
    const both = await call("PUT", `/${id}`, { body: { subaccount_id: 6, exception_subaccounts: [1] } });
    expect(both.status).toBe(422);
  });

  it("is not refused for a field that was not sent", async () => {
    const all = await create({ events: undefined, events_mode: "all" });
    const selected = await call("PUT", `/${all}`, { body: { events_mode: "selected" } });
    expect(selected.json.errors).toMatchObject([{ message: "'events' is required", code: "1400" }]);
    const own = await create({ custom_headers: { Authorization: "Token abc" } });
    const basic = { auth_type: "basic", auth_credentials: { username: "ann" } };
    const refused = await call("PUT", `/${own}`, { body: basic });
    expect(refused.json.errors[0].message).toMatch(/^'auth_type' must be none/);
  });
});

it("OAuth 2 reads back as it was sent, with the token's place", async () => {
  system.receiver.respond("/token", answer(200, {}, '{"access_token":"t","expires_in":60}'));
  const details = { url: `${system.receiver.url}/token`, body: { client_id: "me", grant_type: "client_credentials" } };
  const id = await create({ auth_type: "oauth2", auth_request_details: details });
  const { auth_request_details: shown, auth_credentials: credentials } = await read(id);
  expect([shown, credentials]).toEqual([details, { access_token: "****" }]);
  // Clients send back what they have read.
  const sent = { auth_request_details: shown, auth_credentials: credentials };
  expect((await call("PUT", `/${id}`, { body: sent })).status).toBe(200);
  const json = { ...details, content_type: "application/json", headers: { "X-A": "a-long-enough-value" } };
  expect((await call("PUT", `/${id}`, { body: { auth_request_details: json } })).status).toBe(200);
  expect((await read(id)).auth_request_details).toEqual({ ...json, headers: { "X-A": "****alue" } });
});

describe("fields that nobody reads", () => {
  const ignoredBy = async (method: string, path: string, body: object, before = "") => {
    const { key } = await system.api.issueKey({ customerId: system.customerId });
    const caller = await system.api.callerOf(key);
    const event = proxyEvent({
      method,
      path: `/v1${path}`,
      body: before + JSON.stringify(body),
      caller,
      headers: { Authorization: key, "content-type": "application/json" },
    });
    const { statusCode, headers } = await system.api.handler(event, lambdaContext());
    expect(statusCode).toBe(200);
    return headers?.["x-tidepost-ignored-fields"];
  };

  it("are named in the answer", async () => {
    const misspelt = { auth_tokn: "x", "änderung,\r\n": 1, "\u202e": 1 };
    const expected = "auth_tokn;meant=auth_token, %C3%A4nderung%2C%0D%0A, %E2%80%AE";
    expect(await ignoredBy("POST", "/webhooks", example(misspelt))).toBe(expected);
    const id = await create();
    expect(await ignoredBy("PUT", `/webhooks/${id}`, misspelt)).toBe(expected);
    expect(await ignoredBy("POST", "/webhooks/probe", example(misspelt))).toBe(expected);
    const grants = ["ingest/write"];
    const atKeys = expected.replace(";meant=auth_token", "");
    expect(await ignoredBy("POST", "/api-keys", { label: "a", grants, ...misspelt })).toBe(atKeys);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${"x".repeat(300)}${n}`, n]));
    expect(String(await ignoredBy("PUT", `/webhooks/${id}`, many)).length).toBeLessThan(2_100);
  });

  it("are named together with what was meant, also within another field", async () => {
    const id = await create();
    const put = async (body: object) => await ignoredBy("PUT", `/webhooks/${id}`, body);
    expect(await put({ batchSize: 5, Events: ["open"], aktive: false, signed: true })).toBe(
      "batchSize;meant=batch_size, Events;meant=events, aktive;meant=active, signed",
    );
    const basic = { auth_type: "basic", auth_credentials: { username: "ann", pasword: "secret" } };
    expect(await put(basic)).toBe("auth_credentials.pasword;meant=auth_credentials.password");
    // What an answer has is not what a request can say.
    expect(await put({ auth_credentials: { username: "ann", access_token: "****" }, create_at: "" })).toBe("create_at");
    expect(await put({ custom_headers: { "X-Nmae": "own" }, auth_credentials: null })).toBeUndefined();
  });

  it("are named in the answer to a body behind a byte-order mark, which was done", async () => {
    const id = await create();
    expect(await ignoredBy("PUT", `/webhooks/${id}`, { name: "marked", nmae: "x" }, "\uFEFF")).toBe("nmae;meant=name");
    expect((await read(id)).name).toBe("marked");
  });

  it("are not those that clients send back", async () => {
    const id = await create();
    expect(await ignoredBy("PUT", `/webhooks/${id}`, await read(id))).toBeUndefined();
  });
});
