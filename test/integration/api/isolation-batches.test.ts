import { afterAll, beforeAll, expect, it } from "vitest";
import { newWebhook, requestOf, validParts } from "./contract-requests.ts";
import type { Credential } from "./contract-portal.ts";
import { type Contract, type Possessions, startContract } from "./contract-system.ts";

let system: Contract;
let victim: Possessions;
let attacker: Possessions;
beforeAll(async () => {
  system = await startContract();
  [victim, attacker] = [await system.newCustomer(), await system.newCustomer()];
});
afterAll(async () => await system.stop());

it("a batch is not found under another webhook, not even of the same customer", async () => {
  const { json } = await system.send(
    requestOf("POST /v1/webhooks", { own: victim }, { body: newWebhook({ system }) }),
    victim.key,
  );
  const parameters = { id: String(json.results.id) };
  const request = requestOf("GET /v1/webhooks/{id}/batches/{batch_id}", { own: victim }, { parameters });
  expect((await system.send(request, victim.key)).status).toBe(404);
  const foreign = requestOf(
    "GET /v1/webhooks/{id}/batches/{batch_id}",
    { own: attacker },
    { parameters: { batch_id: victim.batchId } },
  );
  expect((await system.send(foreign, attacker.key)).status).toBe(404);
});

it("a webhook that is moved brings the sub-account no body of before", async () => {
  const owner = await system.newCustomer();
  const { session } = await system.newCustomer({ customerId: owner.customerId, subaccount: 9 });
  const move = requestOf("PUT /v1/webhooks/{id}", { own: owner }, { body: { subaccount_id: 9 } });
  expect((await system.send(move, owner.key)).status).toBe(200);
  const parameters = { batch_id: owner.waitingBatchId };
  const batch = requestOf("GET /v1/webhooks/{id}/batches/{batch_id}", { own: owner }, { parameters });
  const [own, moved] = [await system.send(batch, owner.key), await system.send(batch, session)];
  expect([own.json.results.body_available, moved.json.results.body_available]).toEqual([true, false]);
  const requests = system.receiver.requests.length;
  for (const key of [
    "GET /v1/webhooks/{id}/batches/{batch_id}/body",
    "POST /v1/webhooks/{id}/batches/{batch_id}/send",
  ] as const) {
    const request = requestOf(key, { own: owner }, validParts[key]({ system, own: owner }));
    expect(await system.send(request, session)).toMatchObject({ status: 404, json: { errors: [{ code: "1600" }] } });
    expect((await system.send(request, owner.key)).status).toBe(200);
  }
  // A recovery forms batches by the rules of their time.
  const recover = requestOf("POST /v1/webhooks/{id}/replay", { own: owner }, { body: { only: "failed" } });
  const recovery = (await system.send(recover, session)).json.results;
  expect(recovery.from).toBe(recovery.to);
  const cancelled = requestOf(
    "POST /v1/webhooks/{id}/replays/{replay_id}/cancel",
    { own: owner },
    { parameters: { replay_id: recovery.id } },
  );
  expect((await system.send(cancelled, owner.key)).status).toBe(200);
  const { from, to } = (await system.send(recover, owner.key)).json.results;
  expect(from < to).toBe(true);
  expect(system.receiver.requests.slice(requests).every(({ path }) => !owner.target.endsWith(path))).toBe(true);
});

it("a webhook that is made anew with an old id brings the sub-account nothing of before", async () => {
  const { key, customerId } = await system.newCustomer();
  const { session } = await system.newCustomer({ customerId, subaccount: 9 });
  const headers = { "X-MSYS-SUBACCOUNT": "9", "Idempotency-Key": "again" };
  const creation = { method: "POST", path: "/v1/webhooks", body: newWebhook({ system }), headers };
  const webhookId = String((await system.send(creation, key)).json.results.id);
  const path = `/v1/webhooks/${webhookId}`;
  const batchId = await system.addRest({ customerId, webhookId });
  const replayId = await system.addReplay({ customerId, webhookId }, "cancelled");
  expect((await system.send({ method: "DELETE", path }, key)).status).toBe(204);
  expect((await system.send(creation, key)).json.results.id).toBe(webhookId);
  const seenBy = async (who: Credential) => {
    const read = async (below: string) => await system.send({ method: "GET", path: `${path}${below}` }, who);
    const changes = (await read("/changes")).json.results as readonly { readonly action: string }[];
    return {
      body: (await read(`/batches/${batchId}/body`)).status,
      replay: (await read(`/replays/${replayId}`)).status,
      replays: (await read("/replays")).json.results.length as unknown,
      changes: changes.map(({ action }) => action),
    };
  };
  expect(await seenBy(session)).toEqual({ body: 404, replay: 404, replays: 0, changes: ["created"] });
  const all = { body: 200, replay: 200, replays: 1, changes: ["created", "deleted", "created"] };
  expect(await seenBy(key)).toEqual(all);
});

it("a cursor of another customer's list opens nothing", async () => {
  const list = requestOf("GET /v1/webhooks/{id}/batches", { own: victim }, { query: { limit: "1" } });
  const { json } = await system.send(list, victim.key);
  const cursor = String(
    json.next_cursor ??
      Buffer.from([victim.webhookId, "2026-01-02T03:04:05.000Z", victim.batchId].join("#")).toString("base64url"),
  );
  const foreign = requestOf("GET /v1/webhooks/{id}/batches", { own: attacker }, { query: { cursor } });
  expect(await system.send(foreign, attacker.key)).toMatchObject({ status: 400, json: { errors: [{ code: "1200" }] } });
});
