import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Grant } from "#shared/contract/words.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { createHandler as createAuthorizer } from "../../../lambdas/authorize/handler.ts";
import { captureLog } from "../../support/capture-log.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { opening } from "./contract-requests.ts";
import type { Credential, PortalSession } from "./contract-portal.ts";
import { type Contract, type Possessions, startContract } from "./contract-system.ts";

const minute = 60_000;

let system: Contract;
let own: Possessions;
/** How far the clock of API and authorizer is ahead. */
let aheadMs = 0;
beforeAll(async () => {
  system = await startContract({ now: () => Date.now() + aheadMs });
});
afterAll(async () => await system.stop());
beforeEach(async () => {
  aheadMs = 0;
  own = await system.newCustomer();
});

const get = async (path: string, credential: Credential) => await system.send({ method: "GET", path }, credential);
const readSession = async (session: PortalSession) => await get("/v1/portal/session", session);
const makeLink = async (body: object, { key = own.key, headers = {} } = {}) =>
  await system.send({ method: "POST", path: "/v1/portal-links", body, headers }, key);
const view = { label: "Ann", grants: ["webhooks/view"] };
const open = async (headers: Readonly<Record<string, string>> = {}) => {
  const part = opening(own);
  const request = { method: "POST", path: "/v1/portal/session", ...part };
  return await system.sendWhole({ ...request, headers: { ...part.headers, ...headers } });
};

describe("a portal link", () => {
  it("opens once, however many try at the same time, and says why it does not again", async () => {
    const answers = await Promise.all([open(), open(), open()]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    const { status, json } = await open();
    expect([status, json.errors[0].message]).toEqual([409, "This link has been opened already"]);
    const { json: list } = await get("/v1/portal-links", own.key);
    expect(list.results).toMatchObject([{ id: own.portalLinkId, state: "open" }, { state: "open" }]);
  });

  it("does not open after its time, and says so", async () => {
    aheadMs = 10 * minute + 1_000;
    const { status, json } = await open();
    expect([status, json.errors[0].message]).toEqual([409, "This link has expired"]);
    const { json: list } = await get("/v1/portal-links", own.key);
    expect(list.results[0]).toMatchObject({ id: own.portalLinkId, state: "expired" });
  });

  it.each([
    ["without the header", { "X-Tidepost-Portal": "" }],
    ["with another link's id in the header", { "X-Tidepost-Portal": "5b0f6c10-3c1d-4aee-9a2f-0242ac120002" }],
    ["from a page of another origin", { "Sec-Fetch-Site": "same-site" }],
    [
      "from a page of another origin, in an old browser",
      { Host: "tidepost.example.com", Origin: "https://example.com" },
    ],
  ])("is not opened %s", async (_, headers) => {
    expect((await open(headers)).status).toBe(400);
    expect((await open({ "Sec-Fetch-Site": "same-origin" })).status).toBe(200);
  });

  it("is unknown when it is revoked, or when its secret is another", async () => {
    const [, secret = ""] = (await system.addPortalLink(own.key)).token.split(".");
    const forged = opening({ ...own, portalToken: `${own.portalLinkId}.${secret}` });
    expect((await system.send({ method: "POST", path: "/v1/portal/session", ...forged })).status).toBe(404);
    await system.send({ method: "DELETE", path: `/v1/portal-links/${own.portalLinkId}` }, own.key);
    expect((await open()).status).toBe(404);
  });

  it("gives no grant that its key does not hold, nor any that is not for sessions", async () => {
    const grants: readonly Grant[] = ["webhooks/view", "portal_links/manage"];
    const { key } = await system.api.issueKey({ customerId: own.customerId, grants });
    const before = await system.items();
    const more = await makeLink({ label: "Ann", grants: ["webhooks/modify"] }, { key });
    expect([more.status, more.json.errors[0].description]).toEqual([403, expect.stringContaining("webhooks/modify")]);
    for (const grant of ["api_keys/manage", "portal_links/manage", "ingest/write"]) {
      expect((await makeLink({ label: "Ann", grants: [grant] })).status).toBe(422);
    }
    expect(await system.items()).toEqual(before);
    expect((await makeLink(view, { key })).status).toBe(200);
  });

  it("is not made by a key that has been revoked, while API Gateway still lets that pass", async () => {
    const { key, id } = await system.api.issueKey({ customerId: own.customerId });
    const caller = await system.api.callerOf(key);
    await system.send({ method: "DELETE", path: `/v1/api-keys/${id}` }, own.key);
    const call = { method: "POST", path: "/v1/portal-links", body: view, key };
    expect((await system.api.call(call, caller)).status).toBe(401);
  });

  it("is for the sub-account that its request acts for, which sees no other links", async () => {
    const headers = { "X-MSYS-SUBACCOUNT": "7" };
    const { json } = await makeLink(view, { headers });
    expect(json.results).toMatchObject({ subaccount_id: 7, state: "unopened" });
    const list = await system.send({ method: "GET", path: "/v1/portal-links", headers }, own.key);
    expect(list.json.results).toMatchObject([{ id: json.results.id }]);
    const path = `/v1/portal-links/${own.portalLinkId}`;
    expect((await system.send({ method: "DELETE", path, headers }, own.key)).status).toBe(404);
  });

  it("is on one page of the list", async () => {
    for (let made = 0; made < 3; made += 1) await system.addPortalLink(own.key, made);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: "2", ...(cursor === undefined ? {} : { cursor }) };
      const { json } = await system.send({ method: "GET", path: "/v1/portal-links", query }, own.key);
      ids.push(...(json.results as readonly { readonly id: string }[]).map(({ id }) => id));
      cursor = json.next_cursor;
    } while (cursor !== undefined);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
    // A week after they have ended they are gone, whether swept or not.
    aheadMs = 8 * 24 * 60 * minute;
    expect((await get("/v1/portal-links", own.key)).json).toEqual({ results: [] });
  });
});

describe("a portal session", () => {
  it("ends with its time", async () => {
    expect((await readSession(own.session)).status).toBe(200);
    aheadMs = 240 * minute + 1_000;
    expect((await readSession(own.session)).status).toBe(401);
    expect((await get("/v1/webhooks", own.session)).status).toBe(401);
  });

  it("ends at once when its link is revoked", async () => {
    expect((await get("/v1/webhooks", own.session)).status).toBe(200);
    const path = `/v1/portal-links/${own.session.linkId}`;
    expect((await system.send({ method: "DELETE", path }, own.key)).status).toBe(204);
    expect((await get("/v1/webhooks", own.session)).status).toBe(401);
  });

  it("ends when its user signs out, and the browser forgets it", async () => {
    const { status, headers } = await system.sendWhole({ method: "DELETE", path: "/v1/portal/session" }, own.session);
    expect([status, headers["set-cookie"]]).toEqual([
      204,
      expect.stringMatching(/^__Secure-tidepost-portal=; Max-Age=0;/),
    ]);
    expect((await readSession(own.session)).status).toBe(401);
    const { json } = await get("/v1/portal-links", own.key);
    expect(json.results[1]).toMatchObject({ id: own.session.linkId, state: "ended" });
  });

  it.each<readonly [string, (session: PortalSession) => Readonly<Record<string, string>>]>([
    ["without its cookie", () => ({ Cookie: "" })],
    ["without the header", () => ({ "X-Tidepost-Portal": "" })],
    ["with the header of another session", () => ({ "X-Tidepost-Portal": crypto.randomUUID() })],
    ["from a page of another origin", () => ({ "Sec-Fetch-Site": "cross-site" })],
    ["from a page of another origin, in an old browser", () => ({ Origin: "null" })],
  ])("lets nothing pass %s", async (_, headersOf) => {
    const before = await system.dump();
    const path = `/v1/webhooks/${own.webhookId}`;
    const sent = { method: "DELETE", path, headers: headersOf(own.session) };
    expect((await system.send(sent, own.session)).status).toBe(401);
    expect(await system.dump()).toEqual(before);
  });

  it("is found among other cookies of the same name, and ended by signing out", async () => {
    const other = await system.openLink(await system.addPortalLink(own.key));
    const forged = `${own.session.cookie.split(".")[0]}.${other.cookie.split(".")[1]}`;
    const headers = { Cookie: [other.cookie, forged, own.session.cookie].join("; ") };
    const read = { method: "GET", path: "/v1/portal/session", headers };
    expect(await system.send(read, own.session)).toMatchObject({
      status: 200,
      json: { results: { id: own.session.linkId } },
    });
    expect((await system.send({ ...read, headers: { Cookie: forged } }, own.session)).status).toBe(401);
    // Cookies may come in several parts, of which the API need not see all.
    const caller = await system.api.sessionCallerOf({ ...headers, "X-Tidepost-Portal": own.session.linkId });
    const signOut = { method: "DELETE", path: "/v1/portal/session", key: "" };
    expect((await system.api.call(signOut, caller)).status).toBe(204);
    expect((await system.send(read, own.session)).status).toBe(401);
    expect((await readSession(other)).status).toBe(200);
  });

  it("is worth nothing outside of the portal's paths, nor is an API key within", async () => {
    const [, token = ""] = own.session.cookie.split("=");
    await expect(system.api.callerOf(token)).rejects.toThrow("Unauthorized");
    expect(await system.api.sessionCallerOf({ Authorization: own.key })).toBeUndefined();
    const headers = { Cookie: own.session.cookie, "X-Tidepost-Portal": own.session.linkId };
    expect(await system.api.sessionCallerOf(headers, "/v1/portal/webhooks")).toMatchObject({
      customerId: own.customerId,
    });
  });

  it("acts for its sub-account, whatever the request says", async () => {
    const { session } = await system.newCustomer({ customerId: own.customerId, subaccount: 9 });
    const headers = { "X-MSYS-SUBACCOUNT": "0", "x-msys-subaccount": "3" };
    const body = { name: "bound", target: system.newTarget(), events: ["bounce"] };
    const { json } = await system.send({ method: "POST", path: "/v1/webhooks", body, headers }, session);
    const path = `/v1/webhooks/${json.results.id}`;
    expect((await get(path, own.key)).json.results).toMatchObject({ name: "bound", subaccount_id: 9 });
    const change = { method: "PUT", path, body: { subaccount_id: -1 } };
    expect((await system.send(change, session)).status).toBe(403);
  });

  it("is named as who made a change", async () => {
    const path = `/v1/webhooks/${own.webhookId}`;
    await system.send({ method: "PUT", path, body: { name: "renamed" } }, own.session);
    const { json } = await get(`${path}/changes`, own.key);
    expect(json.results[0]).toMatchObject({ portal_link_id: own.session.linkId, key_label: "Ann" });
    expect(json.results[0]).not.toHaveProperty("key_id");
    // It sees neither the keys of the platform nor the links of others.
    const seen = await get(`${path}/changes`, own.session);
    expect(seen.json.results).toMatchObject([{ portal_link_id: own.session.linkId, key_label: "Ann" }, {}]);
    const other = await system.openLink(await system.addPortalLink(own.key));
    for (const change of [seen.json.results[1], ...(await get(`${path}/changes`, other)).json.results]) {
      expect(Object.keys(change).filter((name) => /key|link/.test(name))).toEqual([]);
    }
  });
});

it("no token is stored, logged, or told again", async () => {
  const secrets = [own.portalToken, own.session.cookie].map((text) => text.split(".")[1] ?? "");
  const answers: unknown[] = [];
  const log = await captureLog(async () => {
    const { apiKeys, portalLinks } = system.api;
    const authorize = createAuthorizer({
      apiKeys,
      portalLinks,
      now: Date.now,
      telemetry: createTelemetry("authorize"),
    });
    const { resource } = proxyEvent({ path: "/v1/portal/webhooks" });
    const headers = { Cookie: own.session.cookie, "X-Tidepost-Portal": own.session.linkId };
    const methodArn = "arn:aws:execute-api:us-east-1:000000000000:api/api/GET/v1/portal/webhooks";
    await authorize({ type: "REQUEST", methodArn, resource, headers } as never, lambdaContext());
    const part = opening(own);
    const handler = system.api.handlerWith({ telemetry: createTelemetry("api") });
    for (const body of [
      JSON.stringify(part.body),
      `${JSON.stringify(part.body)}x`,
      JSON.stringify({ token: [own.portalToken] }),
    ]) {
      const event = proxyEvent({ method: "POST", path: "/v1/portal/session", body, headers: { ...part.headers } });
      const { body: text, statusCode } = await handler(event, lambdaContext());
      answers.push(statusCode, text);
    }
  });
  expect(log).toContain("request");
  const told = [log, JSON.stringify(answers), ...(await system.items())].join("\n");
  expect(answers).toEqual([200, expect.any(String), 400, expect.any(String), 422, expect.any(String)]);
  for (const secret of secrets) expect([secret.length, told.includes(secret)]).toEqual([43, false]);
});
