import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiErrors } from "#shared/contract/api/errors.ts";
import type { ErrorBody } from "#shared/errors.ts";
import type { OperationKey } from "#shared/contract/api/answers.ts";
import { grantOf } from "../../../lambdas/api/openapi/create-document.ts";
import { operations } from "../../../lambdas/api/openapi/operations.ts";
import { routes } from "../../../lambdas/api/routes.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { provocations } from "./contract-errors.ts";
import { credentialFor, newWebhook, type Part, requestOf, validParts, type World } from "./contract-requests.ts";
import { answerMismatch } from "./contract-schemas.ts";
import { type Contract, startContract } from "./contract-system.ts";

interface ImportRow {
  readonly action: string;
  readonly outcome: string;
}

let system: Contract;
/** For requests that change nothing. */
let shared: World;
/** A key whose requests are counted, with a limit that is soon reached. */
let countedKey: string;
beforeAll(async () => {
  system = await startContract();
  shared = await newWorld();
  ({ key: countedKey } = await system.api.issueKey({ customerId: shared.own.customerId }));
});
afterAll(async () => await system.stop());

const newWorld = async (): Promise<World> => ({ system, own: await system.newCustomer() });
const keys = Object.keys(operations) as OperationKey[];
const isForSession = (key: OperationKey): boolean => grantOf(key) === "session";
const needsKey = (key: OperationKey): boolean =>
  routes.find(({ method, path }) => key === `${method} ${path}`)?.grant !== "public";

/** Documented errors as `status code`, but for a missing key or grant, which are tried on every operation. */
const documentedErrors = (key: OperationKey): readonly string[] => {
  const documented = Object.entries(apiErrors).filter(([name]) => Object.hasOwn(operations[key].errors, name));
  const wire = new Set(documented.map(([, { status, code }]) => `${status} ${code}`));
  return [...wire].filter((error) => !/^40[13] /.test(error));
};

describe.each(keys)("%s", (key) => {
  it("answers a valid request as documented", async () => {
    const world = key.startsWith("GET ") ? shared : await newWorld();
    const found = await system.send(requestOf(key, world, validParts[key](world)), credentialFor(key, world.own));
    expect(found.status, JSON.stringify(found.json)).toBe(operations[key].answer === undefined ? 204 : 200);
    if (found.status === 200) expect(answerMismatch(key, found)).toBeUndefined();
    else expect(found.json).toBeUndefined();
  });

  it("has each of its errors provoked", () => {
    expect(Object.keys(provocations[key]).toSorted()).toEqual([...documentedErrors(key)].toSorted());
  });

  it.each(documentedErrors(key))("answers %s as documented", async (error) => {
    // Conflicts, and what is too much at a time, come from what there is already.
    const world = /^4(09|29) /.test(error) ? await newWorld() : shared;
    const made = await provocations[key][error]?.(world);
    if (made === undefined) throw new Error("nothing provokes this error");
    const found = "status" in made ? made : await system.send(requestOf(key, world, made), world.own.key);
    const [status, code] = error.split(" ");
    expect(found.status, JSON.stringify(found.json)).toBe(Number(status));
    expect((found.json.errors as readonly ErrorBody[]).map((entry) => String(entry.code))).toContain(code);
    expect(answerMismatch(key, found)).toBeUndefined();
  });
});

describe.each(keys.filter(needsKey))("%s", (key) => {
  it("answers 401 without a key and 403 without the grant, as documented", async () => {
    const request = requestOf(key, shared, validParts[key](shared));
    const without = await system.send(request);
    expect([without.status, without.json.errors[0].code]).toEqual([401, "1303"]);
    expect(answerMismatch(key, without)).toBeUndefined();
    if (key === "GET /v1/whoami" || isForSession(key)) return;
    const powerless = await system.api.issueKey({ customerId: shared.own.customerId, grants: [] });
    const refused = await system.send(request, powerless.key);
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, "1100"]);
    expect(answerMismatch(key, refused)).toBeUndefined();
  });

  it("answers 429 to a key that has sent more than it may, before it does anything", async () => {
    const newCredential = async () =>
      isForSession(key) ? await system.openLink(await system.addPortalLink(shared.own.key)) : countedKey;
    let credential = await newCredential();
    const send = async (operation: OperationKey, parts: Part = {}) =>
      await system.send(requestOf(operation, shared, parts), credential, { perSecond: 1 });
    const ofKey = key.includes(" /v1/ingest/") ? "POST /v1/ingest/events" : "GET /v1/whoami";
    const counted = isForSession(key) ? "GET /v1/portal/session" : ofKey;
    let found = await send(counted);
    // The key may have reached its limit for the operation before. A window may end between the last request that passes and the one that must not.
    for (let sent = 1; sent < 60; sent += 1) {
      if (found.status === 429) {
        found = await send(key, validParts[key](shared));
        if (found.status === 429) break;
        // It has passed, and may have ended its session.
        credential = await newCredential();
      }
      found = await send(counted);
    }
    expect([found.status, found.json.errors[0].code]).toEqual([429, "1500"]);
    expect(answerMismatch(key, found)).toBeUndefined();
  });
});

describe("answers that depend on what is stored are documented too", () => {
  it.each([
    ["basic authentication", { auth_type: "basic", auth_credentials: { username: "ann", password: "a-long-secret" } }],
    ["sub-accounts", { exception_subaccounts: [3, "17"] }],
    ["all events, unsigned, gzip", { events: undefined, events_mode: "all", compression: "gzip" }],
  ])("%s", async (_, fields) => {
    const world = await newWorld();
    const created = await system.send(
      requestOf("POST /v1/webhooks", world, { body: newWebhook(world, fields) }),
      world.own.key,
    );
    expect(answerMismatch("POST /v1/webhooks", created)).toBeUndefined();
    const parameters = { id: String(created.json.results.id) };
    const read = await system.send(requestOf("GET /v1/webhooks/{id}", world, { parameters }), world.own.key);
    expect(answerMismatch("GET /v1/webhooks/{id}", read)).toBeUndefined();
  });

  it("OAuth 2, and deliveries in the past", async () => {
    const world = await newWorld();
    const { customerId, key, webhookId } = world.own;
    const url = system.newTarget();
    system.receiver.respond(new URL(url).pathname, answer(200, {}, '{"access_token":"t"}'));
    const details = { url, body: { client_id: "me", client_secret: "s", n: 1 }, headers: { "X-A": "b" } };
    const body = { auth_type: "oauth2", auth_request_details: details, subaccount_id: 4 };
    await system.send(requestOf("PUT /v1/webhooks/{id}", world, { body }), key);
    for (const kind of ["success", "failure"] as const) {
      await system.api.webhooks.noteAttempt({ customerId, webhookId, kind, at: "2026-01-02T03:04:05.000Z" });
    }
    for (const operation of ["GET /v1/webhooks/{id}", "GET /v1/webhooks", "GET /v1/webhooks/summary"] as const) {
      const found = await system.send(requestOf(operation, world), key);
      expect([found.status, answerMismatch(operation, found)]).toEqual([200, undefined]);
    }
  });

  it.each([
    ["a target that answers 404", (world: World) => ({ target: refusing(world, 404) })],
    ["a target that is not there", () => ({ target: "http://127.0.0.1:1/" })],
    [
      "a token URL that gives no token",
      (world: World) => ({ ...newWebhook(world), ...withTokenUrl(refusing(world, 401)) }),
    ],
    [
      "a token URL that is not there",
      (world: World) => ({ ...newWebhook(world), ...withTokenUrl("http://127.0.0.1:1/") }),
    ],
  ])("a probe of %s", async (_, bodyOf) => {
    const world = await newWorld();
    const found = await system.send(
      requestOf("POST /v1/webhooks/probe", world, { body: bodyOf(world) }),
      world.own.key,
    );
    expect([found.status, found.json.results.ok]).toEqual([200, false]);
    expect(answerMismatch("POST /v1/webhooks/probe", found)).toBeUndefined();
  });

  it("an import with every kind of row", async () => {
    const world = await newWorld();
    const post = async (entries: readonly object[], query: Readonly<Record<string, string>> = {}) => {
      const found = await system.send(
        requestOf("POST /v1/webhooks/import", world, { body: entries, query }),
        world.own.key,
      );
      expect([found.status, answerMismatch("POST /v1/webhooks/import", found)]).toEqual([200, undefined]);
      return (found.json.results.plan as readonly ImportRow[]).map(({ action, outcome }) => [action, outcome]);
    };
    const [a, b] = [system.newTarget(), system.newTarget()];
    const entry = (name: string, target: string, fields: object = {}) => ({
      name,
      target,
      events: ["open"],
      ...fields,
    });
    const failing = entry("failing", refusing(world, 500));
    expect(await post([entry("a", a), failing])).toEqual([
      ["add", "applied"],
      ["add", "failed"],
      ["only_registered", "unchanged"],
    ]);
    const changed = entry("a", b, { events: ["click"], auth_token: "x", custom_headers: { "X-A": "1" } });
    expect(await post([changed, failing], { prune: "true" })).toEqual([
      ["change", "applied"],
      ["add", "failed"],
      ["remove", "not_tried"],
    ]);
    expect(await post([changed], { prune: "true" })).toEqual([
      ["same", "unchanged"],
      ["remove", "applied"],
    ]);
  });
});

const refusing = ({ system: { newTarget, receiver } }: World, status: number): string => {
  const target = newTarget();
  receiver.respond(new URL(target).pathname, answer(status));
  return target;
};

const withTokenUrl = (url: string) => ({
  auth_type: "oauth2",
  auth_request_details: { url, body: { client_id: "me" } },
});
