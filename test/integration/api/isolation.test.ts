import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { covers } from "#shared/api-key.ts";
import { type Grant, grants, portalGrants } from "#shared/contract/words.ts";
import type { OperationKey } from "#shared/contract/api/answers.ts";
import { operations } from "../../../lambdas/api/openapi/operations.ts";
import { grantOf } from "../../../lambdas/api/openapi/create-document.ts";
import { routes } from "../../../lambdas/api/routes.ts";
import { credentialFor, event, newWebhook, opening, requestOf, validParts } from "./contract-requests.ts";
import { type Contract, type Possessions, startContract, type WireAnswer } from "./contract-system.ts";
import { bytesOf } from "#shared/events/span.ts";
import { send } from "../../unit/ses/documents.ts";

/** Who attacks a customer's things: with what, and whether as a sub-account of the same customer. */
interface Attack {
  readonly by: string;
  readonly isSession: boolean;
  readonly subaccount?: number;
}
const attacks: readonly Attack[] = [
  { by: "the API key of another customer", isSession: false },
  { by: "a portal session of another customer", isSession: true },
  { by: "a portal session of a sub-account", isSession: true, subaccount: 9 },
];

let system: Contract;
let kind: Attack;
let victim: Possessions;
let attacker: Possessions;
beforeAll(async () => {
  system = await startContract();
});
afterAll(async () => await system.stop());

const renewCustomers = async (): Promise<void> => {
  victim = await system.newCustomer();
  const { subaccount } = kind;
  attacker = await system.newCustomer(
    subaccount === undefined ? undefined : { customerId: victim.customerId, subaccount },
  );
};
const isSameCustomer = (): boolean => kind.subaccount !== undefined;

/** How a route keeps the attacker from the victim's things. */
type Isolation =
  /** The path names a thing: the victim's are as absent as none. */
  | { readonly kind: "absent" }
  /** The answer lists things: none of the victim's. */
  | { readonly kind: "own_only" }
  /** The answer is the same for everyone. */
  | { readonly kind: "public" }
  | { readonly kind: "tried"; readonly attack: () => Promise<void> };

/** Sends a request with the attacker's key or session on the victim's things. */
const attack = async (key: OperationKey, part: object = {}): Promise<WireAnswer> => {
  const credential = kind.isSession ? attacker.session : credentialFor(key, attacker);
  return await system.send(requestOf(key, { own: victim }, part), credential);
};

const table: Readonly<Record<OperationKey, Isolation>> = {
  "GET /v1/webhooks": { kind: "own_only" },
  "GET /v1/webhooks/summary": { kind: "own_only" },
  "GET /v1/api-keys": { kind: "own_only" },
  "GET /v1/whoami": { kind: "own_only" },
  "GET /v1/webhooks/{id}": { kind: "absent" },
  "PUT /v1/webhooks/{id}": { kind: "absent" },
  "DELETE /v1/webhooks/{id}": { kind: "absent" },
  "POST /v1/webhooks/{id}/validate": { kind: "absent" },
  "POST /v1/webhooks/{id}/rotate-secret": { kind: "absent" },
  "GET /v1/webhooks/{id}/changes": { kind: "absent" },
  "GET /v1/webhooks/{id}/summary": { kind: "absent" },
  "GET /v1/webhooks/{id}/metrics": { kind: "absent" },
  "GET /v1/webhooks/{id}/batch-status": { kind: "absent" },
  "GET /v1/webhooks/{id}/batches": { kind: "absent" },
  "GET /v1/webhooks/{id}/batches/{batch_id}": { kind: "absent" },
  "GET /v1/batches/{batch_id}": { kind: "absent" },
  "GET /v1/webhooks/{id}/batches/{batch_id}/body": { kind: "absent" },
  "POST /v1/webhooks/{id}/batches/{batch_id}/redeliver": { kind: "absent" },
  "POST /v1/webhooks/{id}/batches/{batch_id}/send": { kind: "absent" },
  "POST /v1/webhooks/{id}/replay": { kind: "absent" },
  "GET /v1/webhooks/{id}/replays": { kind: "absent" },
  "GET /v1/webhooks/{id}/replays/{replay_id}": { kind: "absent" },
  "POST /v1/webhooks/{id}/replays/{replay_id}/cancel": { kind: "absent" },
  "GET /v1/webhooks/filter-test/stream/{test_id}": { kind: "absent" },
  "POST /v1/webhooks/filter-test/stream/{test_id}/cancel": { kind: "absent" },
  "GET /v1/events/search/{search_id}": { kind: "absent" },
  "POST /v1/events/search/{search_id}/cancel": { kind: "absent" },
  "GET /v1/api-keys/{id}": { kind: "absent" },
  "PUT /v1/api-keys/{id}": { kind: "absent" },
  "DELETE /v1/api-keys/{id}": { kind: "absent" },
  "GET /v1/portal-links": { kind: "own_only" },
  "DELETE /v1/portal-links/{id}": { kind: "absent" },
  "GET /v1/portal/session": { kind: "own_only" },
  "GET /v1/webhooks/events/documentation": { kind: "public" },
  "GET /v1/webhooks/events/samples": { kind: "public" },
  "GET /v1/ingest/events/documentation": { kind: "public" },
  "GET /v1/ingest/events/samples": { kind: "public" },
  "GET /v1/openapi.json": { kind: "public" },
  "POST /v1/webhooks": {
    kind: "tried",
    attack: async () => {
      const part = { body: newWebhook({ system }), headers: { "Idempotency-Key": "the-same" } };
      const first = await system.send(requestOf("POST /v1/webhooks", { own: victim }, part), victim.key);
      const second = await attack("POST /v1/webhooks", part);
      if (isSameCustomer()) {
        // The key of the victim acts for all sub-accounts, the session for one: their idempotency keys are apart.
        expect([first.status, second.status, isOf(victim, second.json)]).toEqual([200, 200, false]);
        expect(second.json.results.id).not.toBe(first.json.results.id);
        return;
      }
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.json.results.id).not.toBe(first.json.results.id);
      const { json } = await attack("GET /v1/webhooks/{id}", { parameters: { id: String(first.json.results.id) } });
      expect(json.errors[0].code).toBe("1600");
    },
  },
  "POST /v1/webhooks/probe": {
    kind: "tried",
    attack: async () => {
      const { json } = await system.send(requestOf("GET /v1/webhooks/{id}", { own: victim }), victim.key);
      const { target, auth_token: mask } = json.results;
      const probed = await attack("POST /v1/webhooks/probe", { body: { target, auth_token: mask } });
      expect(probed.status).toBe(422);
      const plain = await attack("POST /v1/webhooks/probe", { body: { target } });
      expect(plain.json.results.ok).toBe(true);
      const sent = system.receiver.requests.filter(({ path }) => victim.target.endsWith(path)).at(-1);
      expect(sent?.headers).not.toHaveProperty("x-messagesystems-webhook-token");
    },
  },
  "POST /v1/webhooks/filter-test": {
    kind: "tried",
    attack: async () => {
      // Who could hash by the victim's key would find out whose addresses its target has.
      const masking = newWebhook({ system }, { mask: ["event_id"] });
      const made = await system.send(requestOf("POST /v1/webhooks", { own: victim }, { body: masking }), victim.key);
      const parameters = { id: String(made.json.results.id) };
      const part = { parameters, body: { message: [event] } };
      const test = requestOf("POST /v1/webhooks/{id}/validate", { own: victim }, part);
      expect((await system.send(test, victim.key)).status).toBe(200);
      const sent = system.receiver.requests.filter(({ path }) => masking.target.endsWith(path)).at(-1);
      const [hashed] = JSON.parse(sent?.body.toString() ?? "");
      const tried = await attack("POST /v1/webhooks/filter-test", {
        body: { mask: ["event_id"], events: [event], webhook_id: parameters.id },
      });
      const [found] = tried.json.results.first;
      expect(found.msys.message_event.event_id).toMatch(/^[0-9a-f]{64}$/);
      expect(found.msys.message_event.event_id).not.toBe(hashed.msys.message_event.event_id);
    },
  },
  "GET /v1/webhooks/subaccounts": {
    kind: "tried",
    attack: async () => {
      const headers = { "X-MSYS-SUBACCOUNT": "4242" };
      const body = newWebhook({ system }, { active: false });
      const made = await system.send(requestOf("POST /v1/webhooks", { own: victim }, { body, headers }), victim.key);
      expect(made.status).toBe(200);
      const isNamed = (json: WireAnswer["json"]) => JSON.stringify(json).includes("4242");
      const { json: own } = await system.send(requestOf("GET /v1/webhooks/subaccounts", { own: victim }), victim.key);
      const foreign = await attack("GET /v1/webhooks/subaccounts");
      expect([isNamed(own), foreign.status, isNamed(foreign.json)]).toEqual([true, 200, false]);
      const byNumber = await attack("GET /v1/webhooks/summary", { query: { subaccount_id: "4242" } });
      expect(byNumber.json).toMatchObject({ results: [], total: 0 });
    },
  },
  "GET /v1/webhooks/overview": {
    kind: "tried",
    attack: async () => {
      // What waits for a paused webhook is at risk.
      const { webhookId: id } = attacker;
      expect((await attack("PUT /v1/webhooks/{id}", { parameters: { id }, body: { active: false } })).status).toBe(200);
      const { json } = await attack("GET /v1/webhooks/overview");
      expect([isOf(attacker, json), isOf(victim, json), json.results.total]).toEqual([true, false, 1]);
    },
  },
  "POST /v1/webhooks/import": {
    kind: "tried",
    attack: async () => {
      const entry = { name: "contract", target: victim.target, events: ["click"] };
      const { json } = await attack("POST /v1/webhooks/import", { body: [entry], query: { prune: "true" } });
      expect(JSON.stringify(json)).not.toContain(victim.webhookId);
      expect(json.results.registered).toBe(1);
    },
  },
  "POST /v1/api-keys": {
    kind: "tried",
    attack: async () => {
      const body = { label: "theirs", grants: ["api_keys/manage"], customer_id: victim.customerId };
      const { json } = await attack("POST /v1/api-keys", { body });
      const { customerId } = await system.api.callerOf(String(json.results.key));
      expect(customerId).toBe(attacker.customerId);
    },
  },
  "POST /v1/ingest/events": {
    kind: "tried",
    attack: async () => {
      const { customerId } = victim;
      const lying = { msys: { message_event: { ...event.msys.message_event, customer_id: customerId } } };
      expect((await attack("POST /v1/ingest/events", { body: lying })).json.results.accepted).toBe(1);
      const owners = (await system.streamedEvents()).map((streamed) => streamed.customerId);
      expect(owners).toContain(attacker.customerId);
      expect(owners).not.toContain(customerId);
    },
  },
  "GET /v1/events/stream": {
    kind: "tried",
    attack: async () => {
      const from = new Date(Date.now() - 1_000).toISOString();
      const marked = (mark: string) => ({ msys: { message_event: { ...event.msys.message_event, mark } } });
      for (const { customerId, key } of [victim, attacker]) {
        const part = { body: marked(`of ${customerId}`) };
        await system.send(requestOf("POST /v1/ingest/events", { own: victim }, part), key);
      }
      const polled = await attack("GET /v1/events/stream", { query: { from, wait: "2" } });
      expect(polled.json.results).toEqual([marked(`of ${attacker.customerId}`)]);
      const byWebhook = await attack("GET /v1/events/stream", { query: { webhook_id: victim.webhookId } });
      expect([byWebhook.status, byWebhook.json.errors[0].code]).toEqual([404, "1600"]);
      const own = requestOf("GET /v1/events/stream", { own: victim }, { query: { from, wait: "2" } });
      const { json } = await system.send(own, victim.key);
      expect(json.results).toEqual([marked(`of ${victim.customerId}`)]);
      const foreign = await attack("GET /v1/events/stream", { query: { cursor: json.next_cursor } });
      expect([foreign.status, foreign.json.errors[0].code]).toEqual([400, "1200"]);
    },
  },
  "POST /v1/events/search": {
    kind: "tried",
    attack: async () => {
      const part = { body: { id: "1", customer_id: victim.customerId } };
      const { json } = await attack("POST /v1/events/search", part);
      const { id } = json.results;
      const { customerId } = attacker;
      expect((await system.searches.find({ customerId, searchId: id }))?.customerId).toBe(customerId);
      const read = requestOf("GET /v1/events/search/{search_id}", { own: victim }, { parameters: { search_id: id } });
      expect((await system.send(read, victim.key)).status).toBe(isSameCustomer() ? 200 : 404);
    },
  },
  "POST /v1/portal-links": {
    kind: "tried",
    attack: async () => {
      const body = { label: "theirs", grants: ["webhooks/view"], customer_id: victim.customerId };
      const { json } = await attack("POST /v1/portal-links", { body });
      expect((await system.api.portalLinks.find(json.results.id))?.customerId).toBe(attacker.customerId);
    },
  },
  "POST /v1/portal/session": {
    kind: "tried",
    attack: async () => {
      const [, secret = ""] = attacker.portalToken.split(".");
      const part = opening({ ...victim, portalToken: `${victim.portalLinkId}.${secret}` });
      expect((await attack("POST /v1/portal/session", part)).status).toBe(404);
      expect(await system.api.portalLinks.find(victim.portalLinkId)).not.toHaveProperty("session");
    },
  },
  "DELETE /v1/portal/session": {
    kind: "tried",
    attack: async () => {
      const headers = { "X-Tidepost-Portal": victim.session.linkId };
      expect((await attack("DELETE /v1/portal/session", { headers })).status).toBe(401);
      expect((await attack("DELETE /v1/portal/session")).status).toBe(204);
      const read = requestOf("GET /v1/portal/session", { own: victim });
      expect((await system.send(read, victim.session)).status).toBe(200);
      expect((await system.send(read, attacker.session)).status).toBe(401);
    },
  },
  "POST /v1/webhooks/filter-test/stream": {
    kind: "tried",
    attack: async () => {
      const part = { body: { filter: { field: "rcpt_to", exists: true }, customer_id: victim.customerId } };
      const { json } = await attack("POST /v1/webhooks/filter-test/stream", part);
      const { id } = json.results;
      const { customerId } = attacker;
      expect((await system.searches.find({ customerId, searchId: id }))?.customerId).toBe(customerId);
      const read = requestOf(
        "GET /v1/webhooks/filter-test/stream/{test_id}",
        { own: victim },
        { parameters: { test_id: id } },
      );
      expect((await system.send(read, victim.key)).status).toBe(isSameCustomer() ? 200 : 404);
    },
  },
  "POST /v1/ingest/ses": {
    kind: "tried",
    attack: async () => {
      const { customerId } = victim;
      const lying = send({ messageId: "lie", tags: { customer_id: [customerId] } });
      expect((await attack("POST /v1/ingest/ses", { body: lying })).json.results.accepted).toBe(1);
      const owners = (await system.streamedEvents())
        .filter((streamed) => bytesOf(streamed).includes('"lie"'))
        .map((streamed) => [streamed.customerId, bytesOf(streamed).includes(customerId)]);
      expect(owners).toEqual([[attacker.customerId, false]]);
    },
  },
};

/** What is stored of the victim. */
const stored = async (): Promise<readonly string[]> => {
  const items = await system.items();
  return items.filter((item) => item.includes(victim.customerId) || item.includes(victim.webhookId));
};

const keys = Object.keys(operations) as OperationKey[];
const isOf = (owner: Possessions, json: unknown): boolean => {
  const text = JSON.stringify(json);
  return [
    owner.webhookId,
    owner.keyId,
    owner.otherKeyId,
    owner.batchId,
    owner.waitingBatchId,
    owner.replayId,
    owner.searchId,
    owner.testId,
    owner.portalLinkId,
    owner.session.linkId,
    owner.target,
    ...(isSameCustomer() ? [] : [owner.customerId]),
  ].some((thing) => text.includes(thing));
};

/** Whether a session may send a request at all: what its grants allow, and what the function behind its paths answers. */
const isForSessions = (key: OperationKey): boolean => {
  const grant = grantOf(key);
  const isServed = routes.some(({ method, path }) => `${method} ${path}` === key);
  return isServed && ["public", "session", ...portalGrants].includes(grant);
};

describe.each(attacks)("$by", (by) => {
  beforeAll(async () => {
    kind = by;
    await renewCustomers();
  });

  it.each(keys.filter((key) => !by.isSession || isForSessions(key)))("%s keeps the customers apart", async (key) => {
    const isolation = table[key];
    switch (isolation.kind) {
      case "absent": {
        const before = await stored();
        const requests = system.receiver.requests.length;
        const { status, json } = await attack(key, validParts[key]({ system, own: victim }));
        expect([status, json.errors[0].code]).toEqual([404, "1600"]);
        expect(isOf(victim, json)).toBe(false);
        expect(await stored()).toEqual(before);
        expect(system.receiver.requests).toHaveLength(requests);
        break;
      }
      case "own_only": {
        const { status, json } = await attack(key);
        expect(status).toBe(200);
        expect([isOf(attacker, json), isOf(victim, json)]).toEqual([true, false]);
        break;
      }
      case "public": {
        const [own, foreign] = [await system.send(requestOf(key, { own: victim }), victim.key), await attack(key)];
        expect(own).toEqual(foreign);
        expect(isOf(victim, own.json)).toBe(false);
        break;
      }
      case "tried": {
        const { webhookId, customerId, key: victimKey } = victim;
        const before = await system.api.webhooks.find(customerId, webhookId);
        await isolation.attack();
        expect(await system.api.webhooks.find(customerId, webhookId)).toEqual(before);
        expect((await system.send({ method: "GET", path: `/v1/webhooks/${webhookId}` }, victimKey)).status).toBe(200);
        // What was tried is on record with both.
        await renewCustomers();
        break;
      }
    }
  });

  it.each(keys.filter((key) => by.isSession && !isForSessions(key)))("%s is not for sessions", async (key) => {
    const before = await system.dump();
    const { status, json } = await attack(key, validParts[key]({ system, own: victim }));
    // A route that needs another grant, an API key, or a function that sessions do not get to.
    expect([`${status} ${json.errors[0].code}`]).toEqual([expect.stringMatching(/^(403 1100|404 1101)$/)]);
    expect(await system.dump()).toEqual(before);
  });
});

describe.each(keys.filter((key) => !["public", "key", "session"].includes(grantOf(key))))("%s", (key) => {
  it("asks for its grant", async () => {
    const needed = grantOf(key) as Grant;
    const others = grants.filter((grant) => !covers([grant], needed));
    expect(others.length).toBeGreaterThan(1);
    const { key: lacking } = await system.api.issueKey({ customerId: victim.customerId, grants: others });
    const request = requestOf(key, { own: victim }, validParts[key]({ system, own: victim }));
    const before = await stored();
    const { status, json } = await system.send(request, lacking);
    expect([status, json.errors[0].code]).toEqual([403, "1100"]);
    expect(json.errors[0].description).toContain(`'${needed}'`);
    expect(await stored()).toEqual(before);
  });
});
