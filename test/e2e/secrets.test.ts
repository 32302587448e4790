import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { routes } from "../../lambdas/api/routes.ts";
import { type OpenTidepost, openTidepost } from "../support/open-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";

/** Secrets that we choose: each is found wherever it gets to. */
const planted = {
  authToken: "S3CRET-auth-token/+1",
  password: 'S3CRET-password "2"',
  clientSecret: "S3CRET-client-secret&3",
  tokenField: "S3CRET-token-field-4",
  tokenHeader: "S3CRET-token-header-5",
  customHeader: "S3CRET-custom-header-6",
  accessToken: "S3CRET-access-token-7",
  unknownKey: "S3CRET-unknown-key-8",
  localKey: "S3CRET-local-key-9",
  refused: "S3CRET-refused-10",
} as const;
const username = "user-name";
const knownForms = new Map<string, readonly string[]>();
/** A secret in the forms in which it travels. */
const formsOf = (secret: string): readonly string[] => {
  const forms = knownForms.get(secret) ?? makeForms(secret);
  knownForms.set(secret, forms);
  return forms;
};

const makeForms = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
  encodeURIComponent(secret),
  new URLSearchParams({ value: secret }).toString().slice("value=".length),
  ...["", "x", "xx"].map((before) => base64Middle(before, secret)),
];

/** The part of the base64 form that does not depend on what follows, when so many bytes precede. */
const base64Middle = (before: string, secret: string): string => {
  const text = Buffer.from(before + secret)
    .toString("base64")
    .replaceAll("=", "");
  return text.slice(before === "" ? 0 : 4, -2);
};

/** Names of the secrets that a text holds. */
const secretsIn = (text: string, secrets: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(secrets).filter((name) => formsOf(secrets[name] ?? "").some((form) => text.includes(form)));

const timeoutMs = 240_000;
const event = JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "1" } } });

let dataDir: string;
let tidepost: OpenTidepost;
let receiver: Receiver;
const ids: Record<string, string> = {};
/** Secrets that Tidepost makes, which an answer shows once. */
const made: Record<string, string> = {};
const messages: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidepost-secrets-"));
  receiver = await startReceiver();
  tidepost = await openTidepost({ key: planted.localKey, dataDir });
  await plant();
  await provoke();
}, 600_000);
afterAll(async () => {
  await tidepost.stop();
  await receiver.close();
  await rm(dataDir, { recursive: true });
});

const webhook = (name: string, fields: object) => ({
  name,
  target: `${receiver.url}/${name}`,
  events: ["delivery"],
  ...fields,
});

const oauth2 = (tokenPath: string, contentType: string) => ({
  auth_type: "oauth2",
  auth_request_details: {
    url: `${receiver.url}/${tokenPath}`,
    body: { client_id: "client", client_secret: planted.clientSecret, api_field: planted.tokenField },
    content_type: contentType,
    headers: { "X-Token-Header": planted.tokenHeader },
  },
});

const everything = {
  auth_token: planted.authToken,
  custom_headers: { "X-Custom": planted.customHeader },
  signing: true,
};

/** A webhook for each way to authenticate, each of them with a signing secret. */
const plant = async (): Promise<void> => {
  const token = answer(200, {}, JSON.stringify({ access_token: planted.accessToken, expires_in: 3_600 }));
  for (const path of ["/token", "/later-no-token"]) receiver.respond(path, token);
  const wanted = {
    tokened: everything,
    basic: { ...everything, auth_type: "basic", auth_credentials: { username, password: planted.password } },
    form: { ...everything, ...oauth2("token", "application/x-www-form-urlencoded") },
    json: { ...everything, ...oauth2("later-no-token", "application/json") },
    hanging: everything,
    accepting: everything,
  };
  for (const [name, fields] of Object.entries(wanted)) {
    const { json, text } = await tidepost.call("POST", "/v1/webhooks", { body: webhook(name, fields) });
    if (json?.results === undefined) throw new Error(text);
    ids[name] = json.results.id;
    made[`signing secret of ${name}`] = json.results.signing_secret;
  }
  const { json } = await tidepost.call("POST", "/v1/api-keys", { body: { label: "other", grants: ["webhooks/view"] } });
  ids["api-key"] = json.results.id;
  made["API key"] = json.results.key;
};

/** Targets and token endpoint say all they got, whatever they are asked. */
const provoke = async (): Promise<void> => {
  for (const path of ["/tokened", "/basic", "/form", "/refusing"])
    receiver.respond(path, { kind: "echo", status: 500 });
  receiver.respond("/accepting", { kind: "echo", status: 200 });
  receiver.respond("/hanging", { kind: "hang" });
  receiver.respond("/later-no-token", { kind: "echo", status: 400 });

  await tidepost.ingest([event, event]);
  const reached = (name: string) => receiver.requests.filter(({ path }) => path === `/${name}`).length;
  for (let round = 0; round < 3; round += 1) {
    messages.push(...tidepost.dumpQueues());
    await tidepost.ingest([event]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  for (const name of ["tokened", "basic", "form", "hanging", "accepting", "later-no-token"]) {
    await vi.waitUntil(() => reached(name) > 1, { timeout: timeoutMs });
  }
  messages.push(...tidepost.dumpQueues());
  await callEveryRoute();
  await misuse();
  for (const name of ["tokened", "api-key"]) {
    await tidepost.call("DELETE", name === "api-key" ? `/v1/api-keys/${ids[name]}` : `/v1/webhooks/${ids[name]}`);
  }
};

/** Every route as it is meant to be used, of every webhook. */
const callEveryRoute = async (): Promise<void> => {
  const { call } = tidepost;
  for (const name of ["tokened", "basic", "form", "json", "hanging", "accepting"]) {
    const path = `/v1/webhooks/${ids[name]}`;
    const { json } = await call("GET", `${path}/batches`);
    const batches: readonly { readonly batch_id: string }[] = json.results;
    for (const { batch_id: id } of batches) {
      await call("GET", `${path}/batches/${id}`);
      await call("GET", `/v1/batches/${id}`);
      await call("GET", `${path}/batches/${id}/body`);
      await call("POST", `${path}/batches/${id}/redeliver`);
      await call("POST", `${path}/batches/${id}/send`, { body: { target: `${receiver.url}/elsewhere` } });
    }
    await call("GET", `${path}/summary`);
    await call("GET", `${path}/metrics`);
    await call("POST", "/v1/webhooks/probe", { body: { webhook_id: ids[name] } });
    const read = await call("GET", path);
    await call("PUT", path, { body: read.json.results });
    await call("POST", `${path}/validate`, { body: { message: { msys: {} } } });
    const rotated = await call("POST", `${path}/rotate-secret`, { body: { overlap_hours: 1 } });
    made[`rotated secret of ${name}`] = rotated.json.results.signing_secret;
    const now = Date.now();
    const range = { from: new Date(now - 60_000).toISOString(), to: new Date(now - 1_000).toISOString() };
    const replay = await call("POST", `${path}/replay`, { body: range });
    const replayId = replay.json?.results?.replay_id ?? replay.json?.results?.id ?? crypto.randomUUID();
    await call("GET", `${path}/replays`);
    await call("GET", `${path}/replays/${replayId}`);
    await call("POST", `${path}/replays/${replayId}/cancel`);
    await call("GET", `${path}/batch-status`);
    await call("GET", `${path}/changes`);
  }
  const search = await call("POST", "/v1/events/search", { body: { id: "nowhere" } });
  const searchPath = `/v1/events/search/${search.json.results.id}`;
  await call("GET", searchPath);
  await call("POST", `${searchPath}/cancel`);
  await call("POST", "/v1/webhooks/filter-test", { body: { filter: { field: "type", eq: "delivery" } } });
  const testPath = "/v1/webhooks/filter-test/stream";
  const test = await call("POST", testPath, { body: { mask: ["rcpt_to"] } });
  await call("GET", `${testPath}/${test.json.results.id}`);
  await call("POST", `${testPath}/${test.json.results.id}/cancel`);
  await usePortal();
  for (const route of routes) {
    if (route.method !== "GET" || route.path.includes("{")) continue;
    await call("GET", route.path);
  }
  await call("GET", `/v1/api-keys/${ids["api-key"]}`);
  await call("PUT", `/v1/api-keys/${ids["api-key"]}`, { body: { label: "changed" } });
  await call("POST", "/v1/webhooks/probe", { body: webhook("accepting", everything) });
  const entry = {
    ...webhook("accepting", {}),
    auth_token: planted.authToken,
    custom_headers: { "X-I": planted.customHeader },
  };
  await call("POST", "/v1/webhooks/import", { body: [entry, { ...entry, target: `${receiver.url}/refusing` }] });
};

/** A portal link, from its making to its end. */
const usePortal = async (): Promise<void> => {
  const { call } = tidepost;
  const link = await call("POST", "/v1/portal-links", { body: { label: "Ann", grants: ["webhooks/view"] } });
  const { id, url } = link.json.results;
  const [, token = ""] = String(url).split("#portal=");
  made["token of a portal link"] = token;
  const portal = { "x-tidepost-portal": String(id) };
  const opened = await call("POST", "/v1/portal/session", { body: { token }, headers: portal });
  const [cookie = ""] = (opened.headers.getSetCookie()[0] ?? "").split(";");
  made["portal session"] = cookie.slice(cookie.indexOf("=") + 1);
  await call("GET", "/v1/portal/session", { headers: { ...portal, cookie } });
  await call("DELETE", "/v1/portal/session", { headers: { ...portal, cookie } });
  await call("DELETE", `/v1/portal-links/${id}`);
};

/** Requests that are refused, with secrets in them. */
const misuse = async (): Promise<void> => {
  const { call } = tidepost;
  const post = async (body: unknown) => {
    const headers = { "content-type": "application/json" };
    for (const path of ["/v1/webhooks", "/v1/webhooks/probe"]) await call("POST", path, { body, headers });
    await call("PUT", `/v1/webhooks/${ids["basic"]}`, { body, headers });
  };
  const basicAuth = { auth_type: "basic", auth_credentials: { username, password: planted.password } };
  await post(webhook("refusing", { ...everything, ...basicAuth }));
  await post(webhook("refusing", oauth2("token", "application/json")));
  await post(webhook("refusing", oauth2("later-no-token", "application/json")));
  await post(webhook("tokened", { auth_token: `${planted.refused}\u00e9` }));
  await post(webhook("tokened", { auth_token: [planted.refused] }));
  await post(webhook("tokened", { auth_token: planted.refused + "x".repeat(2_000) }));
  await post(webhook("tokened", { custom_headers: { "X-Bad": `${planted.refused}\n` } }));
  await post(webhook("tokened", { custom_headers: planted.refused }));
  await post(webhook("tokened", { auth_type: "basic", auth_credentials: planted.refused }));
  await post(
    webhook("tokened", {
      auth_type: "basic",
      auth_credentials: { username, password: planted.refused + "x".repeat(2_000) },
    }),
  );
  await post(webhook("tokened", { auth_type: "oauth2", auth_request_details: { body: planted.refused } }));
  await post(
    webhook("tokened", { auth_type: "oauth2", auth_request_details: { headers: { "X-Y": [planted.refused] } } }),
  );
  await post([webhook("tokened", { auth_token: planted.refused })]);
  await post(`{"auth_token":"${planted.refused}"x}`);
  await post(`{"auth_token":"${planted.refused}`);
  await post(planted.refused);
  await call("POST", "/v1/webhooks/import", { body: [{ auth_token: `${planted.refused}\u00e9` }] });
  await call("POST", "/v1/api-keys", { body: { label: 1, key: planted.refused } });
  for (const name of ["authorization", "x-messagesystems-webhook-token"]) {
    const headers = { authorization: "", [name]: planted.unknownKey };
    await call("GET", "/v1/webhooks", { headers });
    await call("POST", "/v1/ingest/events", { body: event, headers });
  }
  await call("GET", `/v1/webhooks/${planted.unknownKey}`, {
    headers: { authorization: `Bearer ${planted.unknownKey}` },
  });
};

describe("secrets", () => {
  it("are all used: what is not found below was sent", () => {
    const sent = receiver.requests.map(({ headers, body }) => `${JSON.stringify(headers)} ${String(body)}`).join("\n");
    const { unknownKey: _, localKey: __, refused: ___, ...used } = planted;
    expect(secretsIn(sent, used)).toEqual(Object.keys(used));
    for (const secret of Object.values(made)) expect(secret).toMatch(/^\S{20,}$/);
    expect(messages.length).toBeGreaterThan(0);
    expect(tidepost.log.length).toBeGreaterThan(100);
  });

  it("are in no log line", () => {
    const found = tidepost.log.filter((line) => secretsIn(line, { ...planted, ...made }).length > 0);
    expect(found.slice(0, 5), `${found.length} lines`).toEqual([]);
  });

  it("are in no answer of the API, but for those that it makes, once", () => {
    const found = tidepost.answers.map(({ request, text }) => ({ request, secrets: secretsIn(text, planted), text }));
    const leaks = found.filter(({ secrets }) => secrets.length > 0);
    expect(leaks.slice(0, 5), `${leaks.length} answers`).toEqual([]);
    for (const [name, secret] of Object.entries(made)) {
      const holding = tidepost.answers.filter(({ text }) => secretsIn(text, { secret }).length > 0);
      expect(holding, name).toHaveLength(1);
    }
  });

  it("were looked for in an answer of every route", () => {
    const missing = routes.filter(({ method, path }) => {
      const pattern = new RegExp(`^${method} ${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      return !tidepost.answers.some(({ request }) => pattern.test(request.replace(/\?.*/, "")));
    });
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it("are in no queue message", () => {
    expect(messages.filter((text) => secretsIn(text, { ...planted, ...made }).length > 0)).toEqual([]);
  });

  it("are stored in the delivery settings alone", async () => {
    const dumps = await tidepost.dumpTables();
    const settings = (item: string): boolean => item.includes('"pk":"settings#');
    for (const [table, items] of Object.entries(dumps)) {
      expect(items.length, table).toBeGreaterThan(0);
      const elsewhere = items.filter((item) => !settings(item));
      expect(
        elsewhere.filter((item) => secretsIn(item, { ...planted, ...made }).length > 0),
        table,
      ).toEqual([]);
    }
    const stored = Object.values(dumps).flat().filter(settings).join("\n");
    const { accessToken: _, unknownKey: __, localKey: ___, refused: ____, ...kept } = planted;
    expect(secretsIn(stored, kept)).toEqual(Object.keys(kept));
    expect(
      secretsIn(stored, { key: planted.localKey, token: planted.accessToken, made: made["API key"] ?? "" }),
    ).toEqual([]);
  });
});
