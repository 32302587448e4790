import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create } = system;

/** Another origin: what somebody who may change webhooks would point one at. */
let elsewhere: Receiver;
beforeAll(async () => {
  elsewhere = await startReceiver();
});
afterAll(async () => await elsewhere.close());
beforeEach(() => {
  for (const receiver of [elsewhere, system.receiver]) {
    receiver.respond("/token", answer(200, {}, '{"access_token":"tok","expires_in":3600}'));
  }
});

const oauth2 = () => ({
  auth_type: "oauth2",
  auth_request_details: {
    url: `${system.receiver.url}/token`,
    body: { client_id: "me", client_secret: "a-long-secret", grant_type: "client_credentials" },
  },
});

const kinds = [
  ["auth_token", () => ({ auth_token: "a-long-secret" })],
  ["custom_headers", () => ({ custom_headers: { "X-Api-Key": "a-long-secret" } })],
  ["auth_credentials", () => ({ auth_type: "basic", auth_credentials: { username: "me", password: "a-long-secret" } })],
  ["auth_request_details", oauth2],
] as const;

describe.each(kinds)("a stored secret in %s", (field, secrets) => {
  it.each(["left out", "masked"])("does not go to another origin when it is %s", async (how) => {
    const id = await create(secrets());
    const { results } = (await call("GET", `/${id}`)).json;
    const target = `${elsewhere.url}/hook`;
    const before = elsewhere.requests.length;
    const kept = how === "masked" ? { [field]: results[field] } : {};
    for (const answered of [
      await call("PUT", `/${id}`, { body: { target, ...kept } }),
      await call("POST", "/probe", { body: { webhook_id: id, target, ...kept } }),
    ]) {
      expect(answered.status).toBe(422);
      const message = expect.stringContaining(`'${field}' must be sent again`);
      expect(answered.json.errors).toEqual([expect.objectContaining({ message })]);
    }
    expect(elsewhere.requests.slice(before)).toEqual([]);
    expect((await call("GET", `/${id}`)).json.results.target).toBe(results.target);
  });

  it("goes there when it is sent again, and stays where only the path changes", async () => {
    const id = await create(secrets());
    const path = { target: `${system.receiver.url}/other` };
    expect((await call("PUT", `/${id}`, { body: path })).status).toBe(200);
    const body = { target: `${elsewhere.url}/hook`, ...secrets() };
    expect((await call("PUT", `/${id}`, { body })).status).toBe(200);
  });
});

it("a token URL on another origin gets no stored client secret", async () => {
  const id = await create(oauth2());
  const { auth_request_details: details } = (await call("GET", `/${id}`)).json.results;
  const moved = { auth_request_details: { ...details, url: `${elsewhere.url}/token` } };
  const before = elsewhere.requests.length;
  expect((await call("PUT", `/${id}`, { body: moved })).status).toBe(422);
  expect((await call("POST", "/probe", { body: { webhook_id: id, ...moved } })).status).toBe(422);
  expect(elsewhere.requests.slice(before)).toEqual([]);
});

describe("a probe", () => {
  it("masks a Basic header whole, however short the password", async () => {
    const auth = { auth_type: "basic", auth_credentials: { username: "me", password: "pw" } };
    const { json } = await call("POST", "/probe", { body: { target: `${system.receiver.url}/hook`, ...auth } });
    expect(json.results.request.headers).toMatchObject({ Authorization: "Basic ****" });
  });
});

it.each(["toString", "hasOwnProperty", "valueOf"])("a header named %s is one like any other", async (name) => {
  const id = await create();
  expect((await call("PUT", `/${id}`, { body: { custom_headers: { [name]: "****" } } })).status).toBe(422);
  expect((await call("PUT", `/${id}`, { body: { custom_headers: { [name]: "one" } } })).status).toBe(200);
  await call("POST", `/${id}/validate`);
  expect(system.receiver.requests.at(-1)?.headerNames).toContain(name);
});

describe("a request body", () => {
  const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const tokenBody = (json: string): string =>
    `{"auth_type":"oauth2","auth_request_details":{"url":"${system.receiver.url}/token",` +
    `"content_type":"application/json","body":{"client_secret":${json}}}}`;

  it.each([
    ["half a surrogate pair in a secret", String.raw`"a\ud83c"`, "must be well-formed Unicode text"],
    ["half a surrogate pair in a name", String.raw`{"\udc00":1}`, "must have names of well-formed Unicode text"],
    ["a number beyond the double's range", "1e400", "must be a number between"],
    ["a number beyond DynamoDB's range", "1e308", "must be a number between"],
    ["a number too small for DynamoDB", "1e-300", "must be a number between"],
    ["a prototype", '{"__proto__":{"a":1}}', "is not accepted as a name"],
    ["a constructor", '{"constructor":{"name":"Set"}}', "is not accepted as a name"],
    ["1,000 levels", deep(1_000), "must not be nested deeper than 64 levels"],
    ["100,000 levels", deep(100_000), "must not be nested deeper than 64 levels"],
  ])("with %s is refused and changes nothing", async (_, json, problem) => {
    const id = await create();
    const { status, json: answered } = await call("PUT", `/${id}`, { body: tokenBody(json) });
    expect([status, answered.errors[0].message]).toEqual([422, expect.stringContaining(problem)]);
    expect((await call("GET", `/${id}`)).json.results.auth_type).toBe("none");
  });
});
