import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashApiKey } from "#shared/api-key.ts";
import { type Grant, grants as allGrants } from "#shared/contract/words.ts";
import { captureLog } from "../../support/capture-log.ts";
import { type Api, startApi } from "./start-api.ts";

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => await api.stop());

interface ShownKey {
  readonly id: string;
  readonly label: string;
  readonly short_key: string;
  readonly grants: readonly Grant[];
  readonly created_at: string;
}
interface CreatedKey extends ShownKey {
  readonly key: string;
  readonly link: { readonly href: string };
}

const path = "/v1/api-keys";
const create = async (key: string, body: unknown) => await api.call<CreatedKey>({ key, method: "POST", path, body });
const list = async (key: string) => await api.call<readonly ShownKey[]>({ key, method: "GET", path });
const read = async (key: string, id: string) => await api.call<ShownKey>({ key, method: "GET", path: `${path}/${id}` });
const update = async (key: string, id: string, body: unknown) =>
  await api.call<ShownKey>({ key, method: "PUT", path: `${path}/${id}`, body });
const remove = async (key: string, id: string) => await api.call({ key, method: "DELETE", path: `${path}/${id}` });

describe("a new API key", () => {
  it("is shown once, works at once and is stored as a hash", async () => {
    const { key, customerId } = await api.issueKey();
    const { status, json, results } = await create(key, {
      label: "  mail servers ",
      grants: ["ingest/write", "ingest/write"],
    });
    expect(status).toBe(200);
    const { id, key: created } = results;
    expect(created).toMatch(/^[0-9a-f]{64}$/);
    const shown = {
      id,
      label: "mail servers",
      short_key: created.slice(0, 4),
      grants: ["ingest/write"],
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    };
    const link = { href: `https://tidepost.example.com/api/v1/api-keys/${id}` };
    expect(json).toEqual({ results: { ...shown, key: created, link } });
    expect((await read(key, id)).json).toEqual({ results: shown });
    expect(await api.callerOf(created)).toEqual({ customerId, grants: ["ingest/write"], keyId: id });
    const stored = await api.apiKeys.find(hashApiKey(created));
    expect(JSON.stringify(stored)).not.toContain(created);
  });

  it("is another one each time", async () => {
    const { key } = await api.issueKey();
    const answers = await Promise.all([1, 2, 3].map(async () => await create(key, { label: "x", grants: allGrants })));
    expect(new Set(answers.map(({ results }) => results.key)).size).toBe(3);
  });

  it("does not reach the log", async () => {
    const { key } = await api.issueKey();
    let created = "";
    const log = await captureLog(async () => {
      created = (await create(key, { label: "x", grants: ["webhooks/view"] })).results.key;
      await create(key, { label: "", grants: [] });
    });
    expect(created).not.toBe("");
    expect(log).not.toContain(created);
    expect(log).not.toContain(key);
  });

  it.each([
    ["no label", { grants: ["webhooks/view"] }, "1400", "'label' is required"],
    ["an empty label", { label: "  ", grants: ["webhooks/view"] }, "1300", "'label' must not be empty"],
    ["a long label", { label: "x".repeat(256), grants: ["webhooks/view"] }, "1300", "'label' must have at most 255"],
    ["a control character", { label: "a\u0007b", grants: ["webhooks/view"] }, "1300", "'label' must not contain"],
    ["a label that is no text", { label: 7, grants: ["webhooks/view"] }, "1300", "'label' must be a string"],
    ["no grants", { label: "x" }, "1400", "'grants' is required"],
    ["an empty list of grants", { label: "x", grants: [] }, "1300", "'grants' must contain at least one grant"],
    ["an unknown grant", { label: "x", grants: ["ingest/write", "root"] }, "1300", "'grants[1]' must be one of: webh"],
    ["a grant that is no text", { label: "x", grants: [null] }, "1300", "'grants[0]' must be one of: webhooks/view,"],
    [
      "addresses that would not be enforced",
      { label: "x", grants: ["webhooks/view"], valid_ips: ["192.0.2.1"] },
      "1300",
      "'valid_ips' must be empty",
    ],
  ])("is refused with %s", async (_, body, code, message) => {
    const { key } = await api.issueKey();
    const { status, errors } = await create(key, body);
    expect(status).toBe(422);
    expect(errors).toEqual([expect.objectContaining({ code, message: expect.stringContaining(message) })]);
    expect((await list(key)).results).toHaveLength(1);
  });

  it("is refused when the body is no JSON", async () => {
    const { key } = await api.issueKey();
    expect(await create(key, "{")).toMatchObject({ status: 400, json: { errors: [{ code: "1200" }] } });
  });
});

describe("the list", () => {
  it("has every key of the customer, oldest first, and no secret", async () => {
    const { key, id } = await api.issueKey();
    const created = [];
    for (const label of ["one", "two"]) created.push((await create(key, { label, grants: ["webhooks/view"] })).results);
    const { status, results } = await list(key);
    expect(status).toBe(200);
    expect(results.map((entry) => entry.id)).toEqual([id, ...created.map((entry) => entry.id)]);
    expect(Object.keys(results[1] ?? {}).toSorted()).toEqual(["created_at", "grants", "id", "label", "short_key"]);
  });
});

describe("a change", () => {
  it("touches only what is sent", async () => {
    const { key } = await api.issueKey();
    const before = (await create(key, { label: "a", grants: ["webhooks/view"] })).results;
    const { key: secret, link: _, ...shown } = before;
    const { id } = shown;
    expect((await update(key, id, { label: "b" })).results).toEqual({ ...shown, label: "b" });
    const grants = ["ingest/write"];
    expect((await update(key, id, { grants })).results).toEqual({ ...shown, label: "b", grants });
    expect((await update(key, id, { unknown: 1 })).results).toEqual({ ...shown, label: "b", grants });
    expect((await read(key, id)).results).toEqual({ ...shown, label: "b", grants });
    expect((await api.callerOf(secret)).grants).toEqual(grants);
  });

  it("does not undo another one at the same time", async () => {
    const { key } = await api.issueKey();
    const { id } = (await create(key, { label: "a", grants: ["webhooks/view"] })).results;
    const answers = await Promise.all([update(key, id, { label: "b" }), update(key, id, { grants: ["ingest/write"] })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await read(key, id)).results).toMatchObject({ label: "b", grants: ["ingest/write"] });
  });

  it("is not stored over a newer state or a revoked key", async () => {
    const { id, customerId } = await api.issueKey({ grants: ["ingest/write"] });
    const before = await api.apiKeys.findById(customerId, id);
    if (before === undefined) throw new Error("the key is not stored");
    const narrowed = { ...before, grants: ["webhooks/view"] as const };
    expect(await api.apiKeys.change(before, narrowed)).toBe(true);
    expect(await api.apiKeys.change(before, before)).toBe(false);
    await api.apiKeys.remove(before.keyHash);
    expect(await api.apiKeys.change(narrowed, before)).toBe(false);
    expect(await api.apiKeys.find(before.keyHash)).toBeUndefined();
  });
});

describe("grants", () => {
  const manager = ["webhooks/modify", "api_keys/manage"] as const satisfies readonly Grant[];

  it("that the caller lacks are not given to a new key", async () => {
    const { key } = await api.issueKey({ grants: manager });
    const { status, errors } = await create(key, { label: "x", grants: ["webhooks/view", "ingest/write"] });
    expect(status).toBe(403);
    expect(errors).toEqual([
      {
        message: "Forbidden.",
        description: "This API key lacks the grant 'ingest/write', so it cannot give it to a key.",
        code: "1100",
      },
    ]);
    expect((await list(key)).results).toHaveLength(1);
    expect((await create(key, { label: "x", grants: ["webhooks/view"] })).status).toBe(200);
  });

  it("that the caller lacks are not added to a key, nor to itself, but may stay", async () => {
    const { key, id, customerId } = await api.issueKey({ grants: manager });
    const { id: other } = await api.issueKey({ customerId, grants: ["ingest/write"] });
    const { id: viewer } = await api.issueKey({ customerId, grants: ["webhooks/view"] });
    expect((await update(key, id, { grants: [...manager, "ingest/write"] })).status).toBe(403);
    expect((await update(key, viewer, { grants: ["webhooks/view", "ingest/write"] })).status).toBe(403);
    expect((await read(key, viewer)).results.grants).toEqual(["webhooks/view"]);
    expect((await update(key, other, { grants: ["ingest/write", "webhooks/view"] })).status).toBe(200);
    expect((await update(key, other, { grants: ["webhooks/view"] })).status).toBe(200);
    expect((await update(key, other, { grants: ["ingest/write"] })).status).toBe(403);
  });

  it.each(["GET", "POST", "PUT", "DELETE"])("other than api_keys/manage do not allow %s", async (method) => {
    const { key, id, customerId } = await api.issueKey({ grants: ["webhooks/modify", "ingest/write"] });
    await api.issueKey({ customerId });
    const target = method === "POST" ? path : `${path}/${id}`;
    const { status, errors } = await api.call({ key, method, path: target, body: { label: "x", grants: manager } });
    expect(status).toBe(403);
    expect(errors[0]?.description).toBe("This API key lacks the grant 'api_keys/manage'.");
  });
});

describe("a revoked key", () => {
  it("is gone for good", async () => {
    const { key, customerId } = await api.issueKey();
    const { key: revoked, id } = await api.issueKey({ customerId });
    expect(await remove(key, id)).toMatchObject({ status: 204, json: undefined });
    await expect(api.callerOf(revoked)).rejects.toThrow("Unauthorized");
    expect((await read(key, id)).status).toBe(404);
    expect((await remove(key, id)).status).toBe(404);
    expect((await update(key, id, { label: "x" })).status).toBe(404);
  });

  it("cannot make itself a successor while the authorizer's answer is cached", async () => {
    const { key, customerId } = await api.issueKey();
    const { key: revoked, id } = await api.issueKey({ customerId });
    const cached = await api.callerOf(revoked);
    await remove(key, id);
    const body = { label: "successor", grants: ["api_keys/manage"] };
    expect((await api.call({ key: revoked, method: "POST", path, body }, cached)).status).toBe(401);
    expect((await list(key)).results).toHaveLength(1);
  });

  it("that only lost its grant cannot use what is cached either", async () => {
    const { key, customerId } = await api.issueKey();
    const { key: narrowed, id } = await api.issueKey({ customerId });
    const cached = await api.callerOf(narrowed);
    await update(key, id, { grants: ["webhooks/view"] });
    const restore = { key: narrowed, method: "PUT", path: `${path}/${id}`, body: { grants: ["api_keys/manage"] } };
    expect((await api.call(restore, cached)).status).toBe(403);
    expect((await api.call({ ...restore, method: "DELETE" }, cached)).status).toBe(403);
  });
});

describe("the key that makes the request", () => {
  it("cannot revoke itself or stop managing keys: the customer would be locked out", async () => {
    const { key, id } = await api.issueKey();
    for (const answer of [await remove(key, id), await update(key, id, { grants: ["webhooks/view"] })]) {
      expect(answer).toMatchObject({ status: 409, json: { errors: [{ code: "1602" }] } });
    }
    expect((await read(key, id)).results.grants).toEqual(allGrants);
  });

  it("may rename itself and give up other grants", async () => {
    const { key, id } = await api.issueKey();
    const body = { label: "renamed", grants: ["api_keys/manage"] };
    expect((await update(key, id, body)).results).toMatchObject(body);
  });
});

describe("another customer's key", () => {
  it.each(["GET", "PUT", "DELETE"])("is as absent as none for %s", async (method) => {
    const { key } = await api.issueKey();
    const { key: foreign, id } = await api.issueKey();
    const before = (await read(foreign, id)).json;
    const answer = await api.call({ key, method, path: `${path}/${id}`, body: { label: "mine" } });
    expect(answer).toMatchObject({ status: 404, json: { errors: [{ code: "1600" }] } });
    expect((await list(key)).results).toHaveLength(1);
    expect((await read(foreign, id)).json).toEqual(before);
  });

  it.each(["nonsense", "", "x".repeat(3_000), "%00", "{id}"])("nor is %j an id", async (id) => {
    const { key } = await api.issueKey();
    expect((await read(key, `${id}x`)).status).toBe(404);
  });
});
