import { describe, expect, it } from "vitest";
import { changesTable } from "#shared/adapters/dynamodb/changes-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhookCountsTable } from "#shared/adapters/dynamodb/webhook-counts-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { changeDays, maxChanges } from "#shared/contract/limits.ts";
import { killSwitch, type Moment } from "../../support/kill-switch.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { useApi } from "./use-api.ts";

const world = useApi();

interface Shown {
  readonly at: string;
  readonly action: string;
  readonly revision?: number;
  readonly imported?: true;
  readonly key_id?: string;
  readonly key_label?: string;
  readonly fields: readonly object[];
}

const changesOf = async (id: string, query: Readonly<Record<string, string>> = {}): Promise<readonly Shown[]> => {
  const { status, json } = await world.call("GET", `/${id}/changes`, { query });
  expect(status, JSON.stringify(json)).toBe(200);
  return json.results;
};
const actionsOf = async (id: string): Promise<readonly string[]> => (await changesOf(id)).map(({ action }) => action);
const change = async (id: string, body: object) => {
  const { status, json } = await world.call("PUT", `/${id}`, { body });
  expect(status, JSON.stringify(json)).toBe(200);
};
const day = 24 * 60 * 60 * 1_000;

describe("the changes of a webhook", () => {
  it("say who made them, and what differs of which field", async () => {
    const id = await world.create();
    await change(id, { name: "renamed", events: ["bounce"], batch_size: 10 });
    const [updated, created] = await changesOf(id);
    const { id: keyId, label } = (await world.api.apiKeys.list(world.customerId))[0] ?? {};
    expect(created).toMatchObject({ action: "created", revision: 1, key_id: keyId, key_label: label, fields: [] });
    expect(updated).toMatchObject({ action: "updated", revision: 2, key_id: keyId, key_label: label });
    expect(updated?.fields).toEqual([
      { field: "name", kind: "changed", from: "Example webhook", to: "renamed" },
      { field: "events", kind: "changed", from: ["injection", "delivery", "open", "click"], to: ["bounce"] },
      { field: "batch_size", kind: "changed", from: 10_000, to: 10 },
    ]);
    expect(Date.parse(updated?.at ?? "")).toBeGreaterThanOrEqual(Date.parse(created?.at ?? ""));
  });

  it("name pauses, rotations and deletions, and stay readable when the webhook is gone", async () => {
    const id = await world.create({ signing: true });
    await change(id, { active: false });
    await change(id, { active: true, name: "back" });
    await world.call("POST", `/${id}/rotate-secret`);
    const before = ["secret_rotated", "resumed", "paused", "created"];
    expect(await actionsOf(id)).toEqual(before);
    expect((await world.call("DELETE", `/${id}`)).status).toBe(204);
    expect(await actionsOf(id)).toEqual(["deleted", ...before]);
    const [deleted] = await changesOf(id);
    expect(deleted).not.toHaveProperty("revision");
    // Which sub-account it was of is not known any more.
    expect((await world.call("GET", `/${id}/changes`, { headers: { "X-MSYS-SUBACCOUNT": "7" } })).status).toBe(404);
    expect((await world.call("DELETE", `/${id}`)).status).toBe(404);
    expect(await actionsOf(id)).toEqual(["deleted", ...before]);
  });

  it("begin anew, behind the old ones, with a webhook of the same id", async () => {
    const headers = { "Idempotency-Key": "the same" };
    const id = await world.create({}, headers);
    await world.call("DELETE", `/${id}`);
    expect(await world.create({}, headers)).toBe(id);
    await change(id, { name: "second" });
    expect(await actionsOf(id)).toEqual(["updated", "created", "deleted", "created"]);
  });

  it("are those of an import, too", async () => {
    const rows = (name: string) => [{ name, target: `${world.receiver.url}/imported`, events: ["open"] }];
    const { json } = await world.call("POST", "/import", { body: rows("one") });
    const id = String(json.results.plan[0].id);
    await world.call("POST", "/import", { body: rows("two") });
    await world.call("POST", "/import", { body: [], query: { prune: "true" } });
    const changes = await changesOf(id);
    expect(changes.map(({ action, imported }) => [action, imported])).toEqual([
      ["deleted", true],
      ["updated", true],
      ["created", true],
    ]);
  });

  it("never show a secret, not even its end", async () => {
    const before = { auth_token: "first-long-token-1111", custom_headers: { "X-Secret": "first-long-value-2222" } };
    const basic = { auth_type: "basic", auth_credentials: { username: "me", password: "first-password-3333" } };
    const id = await world.create({ ...before, ...basic, signing: true });
    const details = {
      url: `${world.receiver.url}/token`,
      body: { client_id: "me", client_secret: "client-secret-6666" },
    };
    world.receiver.respond("/token", answer(200, {}, '{"access_token":"t"}'));
    await change(id, {
      auth_token: "second-long-token-4444",
      custom_headers: { "x-other": "second-long-value-5555" },
      auth_type: "oauth2",
      auth_request_details: details,
    });
    await change(id, { auth_token: "", signing: false });
    const changes = await changesOf(id);
    expect(JSON.stringify(changes)).not.toMatch(/first-|second-|client-secret|whsec_|\*{4}/);
    expect(changes[1]?.fields).toEqual([
      { field: "auth_token", kind: "changed" },
      { field: "auth_type", kind: "changed", from: "basic", to: "oauth2" },
      { field: "auth_credentials.username", kind: "removed", from: "me" },
      { field: "auth_credentials.password", kind: "removed" },
      { field: "custom_headers.X-Secret", kind: "removed" },
      { field: "auth_request_details.url", kind: "set", to: details.url },
      {
        field: "auth_request_details.content_type",
        kind: "set",
        to: "application/x-www-form-urlencoded",
      },
      { field: "auth_request_details.body.client_id", kind: "set", to: "me" },
      { field: "auth_request_details.body.client_secret", kind: "set" },
      { field: "custom_headers.x-other", kind: "set" },
    ]);
    expect(changes[0]?.fields).toEqual([
      { field: "auth_token", kind: "removed" },
      { field: "signing_secret", kind: "removed" },
      { field: "signing", kind: "changed", from: true, to: false },
    ]);
  });

  it("do not grow with requests that change nothing, are refused, or lose against another", async () => {
    const id = await world.create();
    await change(id, { name: "Example webhook" });
    expect((await world.call("PUT", `/${id}`, { body: { batch_size: 0 } })).status).toBe(422);
    expect((await world.call("DELETE", `/${id}`, { headers: { "If-Match": '"9"' } })).status).toBe(412);
    expect(await actionsOf(id)).toEqual(["created"]);
    await Promise.all(["a", "b", "c"].map(async (name) => await world.call("PUT", `/${id}`, { body: { name } })));
    const changes = await changesOf(id);
    expect(changes.map(({ revision }) => revision)).toEqual([4, 3, 2, 1]);
  });

  it("come in pages, each once", async () => {
    const id = await world.create();
    for (const name of ["2", "3", "4", "5"]) await change(id, { name });
    const seen: unknown[] = [];
    let cursor: string | undefined;
    for (const size of ["1", "2", "1", "1"]) {
      const query = { limit: size, ...(cursor === undefined ? {} : { cursor }) };
      const { json } = await world.call("GET", `/${id}/changes`, { query });
      const shown: readonly Shown[] = json.results;
      seen.push(...shown.map(({ revision }) => revision));
      cursor = json.next_cursor;
      // A change that comes meanwhile moves no page.
      await change(id, { name: `later ${size} ${seen.length}` });
    }
    expect([seen, cursor]).toEqual([[5, 4, 3, 2, 1], undefined]);
    const foreign = await world.create();
    const { json } = await world.call("GET", `/${id}/changes`, { query: { limit: "1" } });
    const query = { cursor: String(json.next_cursor) };
    expect((await world.call("GET", `/${foreign}/changes`, { query })).status).toBe(400);
  });

  it("end after some time, and when enough newer ones are there; the last stays", async () => {
    const { customerId, api } = world;
    const changes = changesTable(api.aws.tables.webhooks);
    const webhook = { customerId, webhookId: crypto.randomUUID(), createdAt: "2026-01-01T00:00:00.000Z" };
    const now = Date.parse("2026-06-01T00:00:00.000Z");
    const made = (revision: number, at: number) =>
      ({ revision, at: new Date(at).toISOString(), action: "updated", fields: [] }) as const;
    const revisions = async (at: number) =>
      (await changes.list(webhook, { limit: 50, now: at })).map(({ change: { revision } }) => revision);
    await changes.keep(webhook, made(1, now - changeDays * day), now);
    for (const revision of [2, 3, 9, 10]) await changes.keep(webhook, made(revision, now), now);
    await changes.keep(webhook, made(3, now), now);
    expect(await revisions(now)).toEqual([10, 9, 3, 2]);
    await changes.keep(webhook, made(maxChanges + 3, now), now);
    expect(await revisions(now)).toEqual([maxChanges + 3, 10, 9, 2]);
    expect(await revisions(now + changeDays * day)).toEqual([]);
  });
});

/** What the stream has been given about changes of a webhook, and what failed meanwhile. */
const toldOf = async (id: string): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const records = await world.api.aws.streamRecords();
  return records
    .map((data) => JSON.parse(data.toString()).msys.webhook_event as Readonly<Record<string, unknown>>)
    .filter(({ webhook_id: about }) => about === id);
};

describe("an event tells of a change", () => {
  it("once there is a webhook that asks for it", async () => {
    const before = await world.create({ name: "before" });
    await change(before, { name: "renamed" });
    await world.create({ events: ["webhook_changed"] });
    expect(await toldOf(before)).toEqual([]);
    await change(before, { active: false, auth_token: "a-long-secret-token" });
    const id = await world.create({ name: "after" });
    await world.call("DELETE", `/${id}`);
    const [key] = await world.api.apiKeys.list(world.customerId);
    expect(await toldOf(before)).toMatchObject([
      {
        type: "webhook_changed",
        customer_id: world.customerId,
        webhook_name: "renamed",
        change_action: "paused",
        changed_fields: ["active", "auth_token"],
        changed_by_key_id: key?.id,
        changed_by_key_label: "test",
      },
    ]);
    expect((await toldOf(id)).map(({ change_action: action }) => action)).toEqual(["created", "deleted"]);
  });

  it("also when the stream was not there: with the next request, and the same id", async () => {
    await world.create({ events: ["webhook_changed"] });
    const id = await world.create();
    const [key] = await world.api.apiKeys.list(world.customerId);
    const request = (body: object) =>
      proxyEvent({
        method: "PUT",
        path: `/v1/webhooks/${id}`,
        body: JSON.stringify(body),
        caller: { customerId: world.customerId, grants: ["webhooks/modify"], keyId: String(key?.id) },
      });
    const down = world.api.handlerWith({ stream: { putAll: async (records) => await Promise.resolve({ records }) } });
    expect((await down(request({ name: "first" }), lambdaContext())).statusCode).toBe(200);
    expect((await down(request({ name: "second" }), lambdaContext())).statusCode).toBe(200);
    const actions = async () => (await toldOf(id)).map(({ change_action: action }) => action);
    expect(await actions()).toEqual(["created"]);
    // The request is repeated, and changes nothing.
    await change(id, { name: "second" });
    expect(await actions()).toEqual(["created", "updated"]);
    await change(id, { name: "second" });
    await change(id, { name: "third" });
    expect(await actions()).toEqual(["created", "updated", "updated"]);
    expect((await changesOf(id)).map(({ revision }) => revision)).toEqual([4, 3, 2, 1]);
  });
});

/** Sends a request to a function that ends at its n-th call of the table. */
const killedAt = async (at: number, moment: Moment, request: { method: string; path: string; body?: object }) => {
  const { api } = world;
  const [key] = await api.apiKeys.list(world.customerId);
  const plan = killSwitch(at, moment);
  const invocation = plan.begin();
  const { client, tableName } = api.aws.tables.webhooks;
  const table = { tableName, client: invocation.watch("table", client) };
  const handler = api.handlerWith({
    webhooks: webhooksTable(table),
    changes: changesTable(table),
    webhookCounts: webhookCountsTable(table),
    settings: deliverySettingsTable(table),
  });
  const { body, ...rest } = request;
  const event = proxyEvent({
    ...rest,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    caller: { customerId: world.customerId, grants: ["webhooks/modify"], keyId: String(key?.id) },
  });
  await invocation.survive(handler(event, lambdaContext()));
  return plan.struck() !== undefined;
};

describe.each(["before", "after"] as const)("a function that ends %s a call of the table", (moment) => {
  it("loses no change that was made, and records none that was not", async () => {
    for (let at = 1; ; at += 1) {
      const id = await world.create();
      await change(id, { name: "first" });
      const request = { method: "PUT", path: `/v1/webhooks/${id}`, body: { name: "second" } };
      const isStruck = await killedAt(at, moment, request);
      const { json } = await world.call("GET", `/${id}`);
      const made = json.results.name === "second" ? [3, 2, 1] : [2, 1];
      expect((await changesOf(id)).map(({ revision }) => revision)).toEqual(made);
      await change(id, { name: "third" });
      expect((await changesOf(id)).map(({ revision }) => revision)).toEqual([made.length + 1, ...made]);
      if (!isStruck) break;
      expect(at).toBeLessThan(50);
    }
  });

  it("tells of a deletion that was made, and of no other", async () => {
    for (let at = 1; ; at += 1) {
      const id = await world.create();
      await change(id, { name: "first" });
      const isStruck = await killedAt(at, moment, { method: "DELETE", path: `/v1/webhooks/${id}` });
      const isGone = (await world.call("GET", `/${id}`)).status === 404;
      const before = ["updated", "created"];
      expect(await actionsOf(id)).toEqual(isGone ? ["deleted", ...before] : before);
      if (!isGone) {
        await world.call("DELETE", `/${id}`);
        expect(await actionsOf(id)).toEqual(["deleted", ...before]);
      }
      if (!isStruck) break;
      expect(at).toBeLessThan(50);
    }
  });
});
