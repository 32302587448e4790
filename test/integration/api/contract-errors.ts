import type { OperationKey } from "#shared/contract/api/answers.ts";
import { delivery } from "../../unit/ses/documents.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { event, lastMinute, newWebhook, opening, type Part, requestOf, type World } from "./contract-requests.ts";
import type { WireAnswer } from "./contract-system.ts";

/** Makes the request that fails; where one request is not enough, the answer of the one that failed. */
export type Provocation = (world: World) => Part | Promise<Part | WireAnswer>;

const unknownId = "00000000-0000-4000-8000-000000000000";
const missing: Provocation = () => ({ parameters: { id: unknownId } });
const badSubaccount: Provocation = () => ({ headers: { "X-MSYS-SUBACCOUNT": "first" } });
const query =
  (values: Readonly<Record<string, string>>): Provocation =>
  () => ({ query: values });
const body =
  (value: unknown): Provocation =>
  () => ({ body: value });
const json = {
  "400 1200": body("{"),
  "400 1305": body(Buffer.from([0x22, 0xff, 0x22])),
  "413 1300": body(Buffer.alloc(1_000_001, " ")),
};
const notJson: Provocation = () => ({ body: "name=x", headers: { "Content-Type": "text/plain" } });

/** Settings with a token URL that gives no token. */
const oauth2 = ({ system }: World) => {
  const url = system.newTarget();
  system.receiver.respond(new URL(url).pathname, answer(401, {}, '{"error":"invalid_client"}'));
  return { auth_type: "oauth2", auth_request_details: { url, body: { client_id: "me" } } };
};

const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`X-H${n}`, "v"]));

/** What is wrong with fields that a webhook has, by error. */
const badFields: Readonly<Record<string, object>> = {
  "413 10001": { custom_headers: { A: "x".repeat(3_000) } },
  "422 1300": { auth_token: 5 },
  "422 1400": { auth_type: "basic" },
  "422 10000": { custom_headers: { Host: "x" } },
  "422 10002": { custom_headers: headers(6) },
};
const withBadFields = (rest: (world: World) => object): Readonly<Record<string, Provocation>> =>
  Object.fromEntries(
    Object.entries(badFields).map(([error, fields]) => [
      error,
      (world: World) => ({ body: { ...rest(world), ...fields } }),
    ]),
  );

const portalLink = { label: "Ann", grants: ["webhooks/view"] };

const webhookErrors = { "400 1200": badSubaccount, "404 1600": missing };

/** Sends more than a key may. */
const tooOften =
  (operation: OperationKey, value: unknown): Provocation =>
  async (world) => {
    const request = requestOf(operation, world, { body: value });
    const send = async () => await world.system.send(request, world.own.key, { perSecond: 1 });
    let last = await send();
    for (let sent = 1; last.status !== 429 && sent < 40; sent += 1) last = await send();
    return last;
  };

/** How each documented error of each operation comes about, by status and code; a missing key or grant apart. */
export const provocations: Readonly<Record<OperationKey, Readonly<Record<string, Provocation>>>> = {
  "GET /v1/webhooks": { "400 1200": query({ timezone: "Mars/Olympus" }) },
  "GET /v1/webhooks/overview": { "400 1200": badSubaccount },
  "GET /v1/webhooks/subaccounts": { "400 1200": query({ search: "x" }) },
  "GET /v1/webhooks/summary": { "400 1200": query({ sort: "size" }) },
  "POST /v1/webhooks": {
    ...json,
    ...withBadFields((world) => newWebhook(world)),
    "400 400": (world) => ({ body: newWebhook(world, oauth2(world)) }),
    "409 1602": async (world) => {
      const headersOfBoth = { "Idempotency-Key": crypto.randomUUID() };
      const first = requestOf("POST /v1/webhooks", world, { body: newWebhook(world), headers: headersOfBoth });
      await world.system.send(first, world.own.key);
      return { body: newWebhook(world), headers: headersOfBoth };
    },
    "415 1700": notJson,
    "422 1301": (world) => ({
      body: newWebhook(world, { exception_subaccounts: [1] }),
      headers: { "X-MSYS-SUBACCOUNT": "5" },
    }),
  },
  "GET /v1/webhooks/{id}": { ...webhookErrors, "400 1200": query({ timezone: "+02:00" }) },
  "PUT /v1/webhooks/{id}": {
    ...json,
    ...withBadFields(() => ({})),
    "400 400": (world) => ({ body: { target: world.system.newTarget(), ...oauth2(world) } }),
    "404 1600": () => ({ parameters: { id: unknownId }, body: {} }),
    "409 1602": async (world) => {
      const rename = async (name: string) =>
        await world.system.send(requestOf("PUT /v1/webhooks/{id}", world, { body: { name } }), world.own.key);
      // An update gives up when others were faster five times. A busy machine may let them come one after the other.
      for (let round = 1; round <= 10; round += 1) {
        const names = Array.from({ length: 20 }, (_, n) => `name ${round} ${n}`);
        const answers = await Promise.all(names.map(rename));
        const refused = answers.find(({ status }) => status === 409);
        if (refused !== undefined) return refused;
      }
      return { status: 200, json: undefined };
    },
    "412 1602": () => ({ body: { name: "renamed" }, headers: { "If-Match": '"0"' } }),
    "415 1700": notJson,
    "422 1301": body({ subaccount_id: 5, exception_subaccounts: [1] }),
  },
  "DELETE /v1/webhooks/{id}": { ...webhookErrors, "412 1602": () => ({ headers: { "If-Match": '"0"' } }) },
  "POST /v1/webhooks/{id}/validate": {
    ...json,
    "400 400": async (world) => {
      const fields = oauth2(world);
      const { pathname } = new URL(fields.auth_request_details.url);
      world.system.receiver.respond(pathname, answer(200, {}, '{"access_token":"t"}'));
      const created = requestOf("POST /v1/webhooks", world, { body: newWebhook(world, fields) });
      const { json: made } = await world.system.send(created, world.own.key);
      world.system.receiver.respond(pathname, answer(500));
      return { parameters: { id: String(made.results.id) } };
    },
    "404 1600": missing,
    "415 1700": notJson,
    "422 1300": body({ message: 5 }),
    "422 1400": body({}),
  },
  "POST /v1/webhooks/{id}/rotate-secret": {
    ...json,
    "404 1600": missing,
    "409 1602": async (world) => {
      const created = requestOf("POST /v1/webhooks", world, { body: newWebhook(world) });
      const { json: made } = await world.system.send(created, world.own.key);
      return { parameters: { id: String(made.results.id) } };
    },
    "415 1700": notJson,
    "422 1300": body({ overlap_hours: -1 }),
  },
  "POST /v1/webhooks/probe": {
    ...json,
    ...withBadFields((world) => newWebhook(world)),
    "404 1600": body({ webhook_id: unknownId }),
    "415 1700": notJson,
    "422 1301": (world) => ({
      body: newWebhook(world, {
        auth_type: "oauth2",
        auth_request_details: { url: world.system.newTarget(), body: { nested: {} } },
      }),
    }),
  },
  "POST /v1/webhooks/filter-test": {
    ...json,
    "415 1700": notJson,
    "422 1300": body({ filter: { and: [{ field: "a" }] } }),
  },
  "POST /v1/webhooks/filter-test/stream": {
    ...json,
    "400 1200": badSubaccount,
    "409 1602": async ({ system, own }) => {
      for (let n = 0; n < 3; n += 1) await system.addSearch(own, "running");
      return { body: {} };
    },
    "415 1700": notJson,
    "422 1300": body({ filter: { and: [{ field: "a" }] } }),
    "422 1301": () => ({ body: { subaccount_id: 6 }, headers: { "X-MSYS-SUBACCOUNT": "5" } }),
    "422 1400": body({ events_mode: "selected" }),
  },
  "GET /v1/webhooks/filter-test/stream/{test_id}": {
    "400 1200": badSubaccount,
    // A search is no test.
    "404 1600": ({ own }) => ({ parameters: { test_id: own.searchId } }),
  },
  "POST /v1/webhooks/filter-test/stream/{test_id}/cancel": {
    "400 1200": badSubaccount,
    "404 1600": ({ own }) => ({ parameters: { test_id: own.searchId } }),
    "409 1602": async ({ system, own }) => ({ parameters: { test_id: await system.addTest(own, "finished") } }),
  },
  "POST /v1/webhooks/import": {
    ...json,
    "400 1200": () => ({ body: [], query: { plan: "yes" } }),
    "413 10001": (world) => ({ body: [newWebhook(world, badFields["413 10001"])] }),
    "415 1700": notJson,
    "422 1300": body({ entries: [] }),
    "422 1400": body([{}]),
    "422 10000": (world) => ({ body: [newWebhook(world, badFields["422 10000"])] }),
    "422 10002": (world) => ({ body: [newWebhook(world, badFields["422 10002"])] }),
  },
  "GET /v1/webhooks/{id}/changes": { ...webhookErrors, "400 1200": query({ cursor: "x" }) },
  "GET /v1/webhooks/{id}/summary": webhookErrors,
  "GET /v1/webhooks/{id}/metrics": { ...webhookErrors, "400 1200": query({ from: "2026-01-01", to: "2026-03-01" }) },
  "GET /v1/webhooks/{id}/batch-status": { ...webhookErrors, "400 1200": query({ limit: "0" }) },
  "GET /v1/webhooks/{id}/batches": { ...webhookErrors, "400 1200": query({ cursor: "x" }) },
  "GET /v1/webhooks/{id}/batches/{batch_id}": {
    "400 1200": badSubaccount,
    "404 1600": () => ({ parameters: { batch_id: unknownId } }),
  },
  "GET /v1/batches/{batch_id}": {
    "400 1200": badSubaccount,
    "404 1600": () => ({ parameters: { batch_id: unknownId } }),
  },
  "GET /v1/webhooks/{id}/batches/{batch_id}/body": { "400 1200": query({ limit: "0" }), "404 1600": () => ({}) },
  "POST /v1/webhooks/{id}/batches/{batch_id}/redeliver": {
    "400 1200": badSubaccount,
    "404 1600": () => ({ parameters: { batch_id: unknownId } }),
    "409 1602": () => ({}),
  },
  "POST /v1/webhooks/{id}/batches/{batch_id}/send": {
    ...json,
    "400 1200": badSubaccount,
    "404 1600": ({ system }) => ({ body: { target: system.newTarget() } }),
    "409 1602": async ({ system, own }) => ({
      parameters: { batch_id: await system.addRest(own) },
      body: { target: system.newTarget() },
    }),
    "415 1700": notJson,
    "422 1300": body({ target: "ftp://example.com/" }),
    "422 1400": body({}),
  },
  "POST /v1/webhooks/{id}/replay": {
    ...json,
    "404 1600": missing,
    "409 1602": async ({ system, own }) => {
      await system.addReplay(own, "running");
      return { body: lastMinute() };
    },
    "415 1700": notJson,
    "422 1300": () => ({ body: { ...lastMinute(), rate: 0 } }),
    "422 1400": body({}),
  },
  "GET /v1/webhooks/{id}/replays": webhookErrors,
  "GET /v1/events/stream": {
    "400 1200": query({ cursor: "bm8gY3Vyc29y" }),
    "404 1600": query({ webhook_id: unknownId }),
    "409 1602": async ({ system, own }) =>
      await system.send({ method: "GET", path: "/v1/events/stream" }, own.key, { maxShards: 1 }),
    "429 1500": async ({ system, own }) => {
      await system.takePollSlots(own.customerId);
      return {};
    },
  },
  "GET /v1/webhooks/{id}/replays/{replay_id}": {
    "400 1200": badSubaccount,
    "404 1600": () => ({ parameters: { replay_id: unknownId } }),
  },
  "POST /v1/webhooks/{id}/replays/{replay_id}/cancel": {
    "400 1200": badSubaccount,
    "404 1600": () => ({ parameters: { replay_id: unknownId } }),
    "409 1602": async ({ system, own }) => ({ parameters: { replay_id: await system.addReplay(own, "finished") } }),
  },
  "POST /v1/events/search": {
    ...json,
    "409 1602": async ({ system, own }) => {
      for (let n = 0; n < 3; n += 1) await system.addSearch(own, "running");
      return { body: { id: "1" } };
    },
    "415 1700": notJson,
    "422 1300": body({ types: ["bounce"] }),
    "422 1301": () => ({ body: { id: "1", subaccount_id: 6 }, headers: { "X-MSYS-SUBACCOUNT": "5" } }),
  },
  "GET /v1/events/search/{search_id}": {
    "400 1200": badSubaccount,
    "404 1600": ({ own }) => ({ parameters: { search_id: own.testId } }),
  },
  "POST /v1/events/search/{search_id}/cancel": {
    "400 1200": badSubaccount,
    "404 1600": () => ({ parameters: { search_id: unknownId } }),
    "409 1602": async ({ system, own }) => ({ parameters: { search_id: await system.addSearch(own, "finished") } }),
  },
  "GET /v1/webhooks/events/documentation": {},
  "GET /v1/webhooks/events/samples": { "400 1200": query({ events: "clik" }) },
  "GET /v1/ingest/events/documentation": {},
  "GET /v1/ingest/events/samples": { "400 1200": query({ events: "clik" }) },
  "GET /v1/openapi.json": {},
  "GET /v1/whoami": {},
  "GET /v1/api-keys": {},
  "POST /v1/api-keys": {
    ...json,
    "409 1602": async ({ system, own: { customerId } }) => {
      await Promise.all(Array.from({ length: 998 }, async () => await system.api.issueKey({ customerId })));
      return { body: { label: "one too many", grants: ["ingest/write"] } };
    },
    "415 1700": notJson,
    "422 1300": body({ label: 5, grants: [] }),
    "422 1400": body({}),
  },
  "GET /v1/api-keys/{id}": { "404 1600": missing },
  "PUT /v1/api-keys/{id}": {
    ...json,
    "404 1600": () => ({ parameters: { id: unknownId }, body: {} }),
    "409 1602": ({ own }) => ({ parameters: { id: own.keyId }, body: { grants: ["webhooks/view"] } }),
    "415 1700": notJson,
    "422 1300": body({ label: 5 }),
  },
  "DELETE /v1/api-keys/{id}": {
    "404 1600": missing,
    "409 1602": ({ own }) => ({ parameters: { id: own.keyId } }),
  },
  "GET /v1/portal-links": { "400 1200": query({ cursor: "x" }) },
  "POST /v1/portal-links": {
    ...json,
    "409 1602": async ({ system, own }) => {
      const request = requestOf("POST /v1/portal-links", { own }, { body: portalLink });
      return await system.send(request, own.key, { hasDocuments: false });
    },
    "415 1700": notJson,
    "422 1300": body({ ...portalLink, session_seconds: 86_401 }),
    "422 1301": () => ({ body: { ...portalLink, subaccount_id: 7 }, headers: { "X-MSYS-SUBACCOUNT": "8" } }),
    "422 1400": body({}),
  },
  "DELETE /v1/portal-links/{id}": webhookErrors,
  "POST /v1/portal/session": {
    ...json,
    "404 1600": () => ({
      body: { token: `${unknownId}.${"A".repeat(43)}` },
      headers: { "X-Tidepost-Portal": unknownId },
    }),
    "409 1602": async ({ system, own }) => {
      await system.openLink({ linkId: own.portalLinkId, token: own.portalToken });
      return opening(own);
    },
    "415 1700": notJson,
    "422 1300": body({ token: 5 }),
    "422 1400": body({}),
  },
  "GET /v1/portal/session": {},
  "DELETE /v1/portal/session": {},
  "POST /v1/ingest/events": {
    "429 1500": tooOften("POST /v1/ingest/events", event),
    "400 1200": body(""),
    "413 1300": () => ({ body: Buffer.alloc(4_400_001, " ") }),
    "415 1700": () => ({ body: "x", headers: { "Content-Encoding": "br" } }),
    "422 1300": body("nonsense"),
    "503 1500": async (world) =>
      await world.system.send(requestOf("POST /v1/ingest/events", world, { body: event }), world.own.key, {
        streamName: "gone",
      }),
  },
  "POST /v1/ingest/ses": {
    "429 1500": tooOften("POST /v1/ingest/ses", delivery()),
    "400 1200": body("nonsense"),
    "413 1300": () => ({ body: Buffer.alloc(4_400_001, " ") }),
    "415 1700": () => ({ body: "x", headers: { "Content-Encoding": "br" } }),
    "422 1300": () => ({ body: delivery(), headers: { "X-Tidepost-Hop": "1" } }),
    "503 1500": async (world) =>
      await world.system.send(requestOf("POST /v1/ingest/ses", world, { body: delivery() }), world.own.key, {
        streamName: "gone",
      }),
  },
};
