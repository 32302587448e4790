import { once } from "node:events";
import { createServer } from "node:http";
import { signingSecretPattern } from "#shared/contract/api/webhook-settings.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { Webhook } from "standardwebhooks";
import type { RecordedRequest } from "../../support/receiver.ts";
import { captureLog } from "../../support/capture-log.ts";
import { isSignedWith } from "../../support/verify-signature.ts";
import { startApi } from "./start-api.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create, example } = system;
const hourMs = 60 * 60 * 1_000;
const secretPattern = /^whsec_[A-Za-z0-9+/]{43}=$/;

/** Creates a signed webhook and returns what only that answer shows. */
const createSigned = async (fields: object = {}): Promise<{ readonly id: string; readonly secret: string }> => {
  const { status, json } = await call("POST", "", { body: example({ signing: true, ...fields }) });
  expect(status, JSON.stringify(json)).toBe(200);
  return { id: json.results.id, secret: json.results.signing_secret };
};

const rotate = async (id: string, body?: object) =>
  await call("POST", `/${id}/rotate-secret`, body === undefined ? {} : { body });

/** The test POST that validate sends. */
const validated = async (id: string): Promise<RecordedRequest> => {
  expect((await call("POST", `/${id}/validate`)).status).toBe(200);
  const request = system.receiver.requests.at(-1);
  if (request === undefined) throw new Error("no test POST has arrived");
  return request;
};

const settingsOf = async (id: string) => {
  const webhook = await system.api.webhooks.find(system.customerId, id);
  return webhook && (await system.api.settings.find(id, webhook.settingsRevision));
};

describe("signing", () => {
  it("is off by default: no secret, no signature", async () => {
    const { json } = await call("POST", "", { body: example() });
    expect(json.results).not.toHaveProperty("signing_secret");
    expect(system.receiver.requests[0]?.headers).not.toHaveProperty("webhook-signature");
    expect((await settingsOf(json.results.id))?.signing).toBeUndefined();
  });

  it("starts with a secret that only the creating answer shows", async () => {
    const { id, secret } = await createSigned();
    expect(secret).toMatch(secretPattern);
    const { results } = (await call("GET", `/${id}`)).json;
    expect(results).toMatchObject({ signing: true, signing_secret: `****${secret.slice(-4)}` });
    expect(results).not.toHaveProperty("old_secrets_end");
    const answers = [
      results,
      (await call("GET", "")).json,
      (await call("PUT", `/${id}`, { body: { name: "renamed" } })).json,
      (await call("POST", `/${id}/validate`)).json,
    ];
    for (const answer of answers) expect(JSON.stringify(answer)).not.toContain(secret.slice("whsec_".length, -4));
  });

  it("signs the test POST of the creation and of validate", async () => {
    const { id, secret } = await createSigned();
    await validated(id);
    expect(system.receiver.requests).toHaveLength(2);
    const ids = system.receiver.requests.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size, "receivers may refuse an id that they have seen").toBe(2);
    for (const { body, headers } of system.receiver.requests) {
      expect(headers["webhook-id"]).toMatch(/^test_[0-9a-f-]{36}$/);
      expect(headers["x-messagesystems-batch-id"]).toBe("77c2b630-d712-11e4-9642-efc2723b99c1");
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual([{ msys: {} }]);
    }
  });

  it("is turned on by an update without a test POST, and stays as it is when it is read and written back", async () => {
    const id = await create();
    const { json } = await call("PUT", `/${id}`, { body: { signing: true } });
    const secret = json.results.signing_secret;
    expect(secret).toMatch(secretPattern);
    expect(system.receiver.requests).toHaveLength(1);
    const { id: _, links: __, ...fields } = (await call("GET", `/${id}`)).json.results;
    const again = await call("PUT", `/${id}`, { body: { ...fields, name: "renamed" } });
    expect(again.status).toBe(200);
    expect(again.json.results).not.toHaveProperty("signing_secret");
    expect(await isSignedWith(secret, await validated(id))).toBe(true);
  });

  it("shows a secret to one of two updates that turn it on at the same time: that which signs", async () => {
    const id = await create();
    const answers = await Promise.all([1, 2].map(() => call("PUT", `/${id}`, { body: { signing: true } })));
    const secrets = answers.flatMap(({ json }) => json.results.signing_secret ?? []);
    expect(secrets).toHaveLength(1);
    expect(await isSignedWith(secrets[0], await validated(id))).toBe(true);
  });

  it("drops its secrets when it is turned off, and starts with another one when it is turned on again", async () => {
    const { id, secret } = await createSigned();
    await call("PUT", `/${id}`, { body: { signing: false } });
    expect((await call("GET", `/${id}`)).json.results).toMatchObject({ signing: false });
    expect((await call("GET", `/${id}`)).json.results).not.toHaveProperty("signing_secret");
    expect((await settingsOf(id))?.signing).toBeUndefined();
    const { json } = await call("PUT", `/${id}`, { body: { signing: true } });
    expect(json.results.signing_secret).not.toBe(secret);
    expect(await isSignedWith(secret, await validated(id))).toBe(false);
  });

  it("shows the secret once, also when a creation is repeated", async () => {
    const headers = { "Idempotency-Key": "signed" };
    const body = example({ signing: true });
    const answers = await Promise.all([1, 2, 3].map(() => call("POST", "", { body, headers })));
    const secrets = answers.flatMap(({ json }) => json.results.signing_secret ?? []);
    expect(secrets).toHaveLength(1);
    const { json } = await call("POST", "", { body, headers });
    expect(json.results).not.toHaveProperty("signing_secret");
    expect(await isSignedWith(secrets[0], await validated(json.results.id))).toBe(true);
  });

  it("gives a webhook that is made again with an old idempotency key settings of its own", async () => {
    const headers = { "Idempotency-Key": "again" };
    const body = example({ signing: true });
    const first = (await call("POST", "", { body, headers })).json.results;
    await call("DELETE", `/${first.id}`);
    const second = (await call("POST", "", { body, headers })).json.results;
    expect(second.id).toBe(first.id);
    expect(await isSignedWith(second.signing_secret, await validated(second.id))).toBe(true);
  });

  it("shows in a probe that a signature is sent, but not which", async () => {
    const body = { target: `${system.receiver.url}/hook`, signing: true };
    const { json } = await call("POST", "/probe", { body });
    const sent = String(system.receiver.requests[0]?.headers["webhook-signature"]);
    expect(json.results.request.headers).toMatchObject({
      "webhook-id": expect.stringMatching(/^test_[0-9a-f-]{36}$/),
      "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
      "webhook-signature": `****${sent.slice(-4)}`,
    });
  });
});

describe("a secret of the caller's own", () => {
  const own = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const other = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
  const maskOf = (secret: string) => `****${secret.slice(-4)}`;

  it("registers a receiver that enforces signatures", async () => {
    const target = await startEnforcing(own);
    expect((await call("POST", "", { body: example({ signing: true, target }) })).status).toBe(400);
    const { status, json } = await call("POST", "", { body: example({ signing: true, signing_secret: own, target }) });
    expect(status, JSON.stringify(json)).toBe(200);
    expect(json.results, "who brings a secret knows it").not.toHaveProperty("signing_secret");
    const { results } = (await call("GET", `/${json.results.id}`)).json;
    expect(results).toMatchObject({ signing: true, signing_secret: maskOf(own) });
  });

  it("is taken by a probe and an update, and stays when its mask is written back", async () => {
    const id = await create();
    const body = { target: `${system.receiver.url}/hook`, signing: true, signing_secret: own };
    expect((await call("POST", "/probe", { body })).json.results.ok).toBe(true);
    const probed = system.receiver.requests.at(-1);
    if (probed === undefined) throw new Error("no test POST has arrived");
    expect(await isSignedWith(own, probed)).toBe(true);
    const change = await call("PUT", `/${id}`, { body: { signing: true, signing_secret: own } });
    expect(change.json.results).not.toHaveProperty("signing_secret");
    expect((await call("PUT", `/${id}`, { body: { signing_secret: maskOf(own) } })).status).toBe(200);
    expect(await isSignedWith(own, await validated(id))).toBe(true);
    expect((await call("PUT", `/${id}`, { body: { signing_secret: other } })).status).toBe(200);
    expect((await settingsOf(id))?.signing).toEqual({ secret: other, rotated: [] });
    const off = await call("PUT", `/${id}`, { body: { signing: false, signing_secret: maskOf(other) } });
    expect(off.status).toBe(200);
    expect((await settingsOf(id))?.signing).toBeUndefined();
  });

  it("can be rotated in, beside the one before", async () => {
    const { id, secret } = await createSigned();
    const { status, json } = await rotate(id, { signing_secret: own });
    expect(status, JSON.stringify(json)).toBe(200);
    expect(json.results).not.toHaveProperty("signing_secret");
    const request = await validated(id);
    for (const known of [secret, own]) expect(await isSignedWith(known, request)).toBe(true);
    expect((await rotate(id, { signing_secret: own })).status).toBe(409);
    expect((await rotate(id, { signing_secret: maskOf(own) })).status).toBe(422);
  });

  it("has 24 to 64 bytes in base64; anything else is refused, stores nothing and is not repeated in the answer", async () => {
    const ofBytes = (count: number) => `whsec_${Buffer.alloc(count, 0xfb).toString("base64")}`;
    for (let bytes = 24; bytes <= 64; bytes += 1) expect(ofBytes(bytes)).toMatch(signingSecretPattern);
    const refused = [
      ofBytes(0),
      ofBytes(23),
      ofBytes(65),
      own.slice(6),
      own.replace("whsec_", "WHSEC_"),
      own.replace("=", ""),
      `${own} `,
      own.replace(/.=$/, "d="),
      ofBytes(32).replaceAll("+", "-"),
      "",
      "****",
      "****abcd",
      5,
      [],
    ];
    for (const secret of refused) {
      const { status, json } = await call("POST", "", { body: example({ signing: true, signing_secret: secret }) });
      expect([secret, status]).toEqual([secret, 422]);
      expect(json.errors[0].message).toMatch(/^'signing_secret' must/);
      if (typeof secret === "string" && secret.length > 6) expect(JSON.stringify(json)).not.toContain(secret);
    }
    const unsigned = await call("POST", "", { body: example({ signing_secret: own }) });
    expect(unsigned.json.errors[0].message).toBe("'signing_secret' needs 'signing': true");
    expect(system.receiver.requests).toHaveLength(0);
  });
});

/** A receiver that answers 401 to everything that is not signed with a secret. */
const startEnforcing = async (secret: string) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      try {
        new Webhook(secret).verify(Buffer.concat(chunks), request.headers as Record<string, string>);
        response.end();
      } catch {
        response.writeHead(401).end();
      }
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/hook`;
};

describe("rotating the secret", () => {
  it("shows a new one, which signs beside the old one for a day", async () => {
    const { id, secret: old } = await createSigned();
    const before = Date.now();
    const { status, json } = await rotate(id);
    expect(status).toBe(200);
    const { signing_secret: fresh, old_secrets_end: end, links } = json.results;
    expect(fresh).toMatch(secretPattern);
    expect(Date.parse(end) - before).toBeGreaterThanOrEqual(24 * hourMs);
    expect(links[0].rel).toBe("urn.msys.webhooks.validate");
    const request = await validated(id);
    expect(String(request.headers["webhook-signature"]).split(" ")).toHaveLength(2);
    for (const secret of [old, fresh]) expect(await isSignedWith(secret, request)).toBe(true);
    const { results } = (await call("GET", `/${id}`)).json;
    expect(results).toMatchObject({ signing_secret: `****${String(fresh).slice(-4)}`, old_secrets_end: end });
  });

  it("ends all old ones at once without an overlap", async () => {
    const { id, secret: first } = await createSigned();
    const second = (await rotate(id)).json.results.signing_secret;
    const third = (await rotate(id, { overlap_hours: 0 })).json.results.signing_secret;
    const request = await validated(id);
    expect(String(request.headers["webhook-signature"]).split(" ")).toHaveLength(1);
    const signs = await Promise.all([first, second, third].map((secret) => isSignedWith(secret, request)));
    expect(signs).toEqual([false, false, true]);
  });

  it("writes another revision of the settings and leaves those of queued batches", async () => {
    const { id, secret } = await createSigned();
    const { json } = await rotate(id, { overlap_hours: 1 });
    expect((await system.api.settings.find(id, 1))?.signing).toEqual({ secret, rotated: [] });
    expect((await system.api.settings.find(id, 2))?.signing).toEqual({
      secret: json.results.signing_secret,
      rotated: [{ secret, until: Date.parse(json.results.old_secrets_end) }],
    });
    expect(await system.api.webhooks.find(system.customerId, id)).toMatchObject({ revision: 2, settingsRevision: 2 });
  });

  it("at the same time as others loses no secret that was shown", async () => {
    const { id, secret } = await createSigned();
    const answers = await Promise.all([1, 2, 3].map(() => rotate(id)));
    const shown = answers.map(({ json }) => json.results.signing_secret);
    const request = await validated(id);
    for (const valid of [secret, ...shown]) expect(await isSignedWith(valid, request)).toBe(true);
  });

  it("is refused while there are five secrets, unless it ends the others", async () => {
    const { id } = await createSigned();
    for (let secrets = 2; secrets <= 5; secrets += 1) expect((await rotate(id)).status).toBe(200);
    const { status, json } = await rotate(id);
    expect(status).toBe(409);
    expect(json.errors[0]).toMatchObject({ code: "1602", description: expect.stringContaining("'overlap_hours': 0") });
    expect((await rotate(id, { overlap_hours: 0 })).status).toBe(200);
  });

  it("is refused for a webhook that is not signed", async () => {
    const { status, json } = await rotate(await create());
    expect(status).toBe(409);
    expect(json.errors[0]).toMatchObject({ message: "The webhook has no signing secret", code: "1602" });
  });

  it.each([-1, 169, 1.5, "24"])("refuses an overlap of %j hours and changes nothing", async (hours) => {
    const { id, secret } = await createSigned();
    const { status, json } = await rotate(id, { overlap_hours: hours });
    expect(status).toBe(422);
    expect(json.errors[0].message).toContain("'overlap_hours'");
    expect((await settingsOf(id))?.signing).toEqual({ secret, rotated: [] });
  });

  it("needs the grant to modify, and a webhook of the caller's", async () => {
    const { id } = await createSigned();
    const viewer = await system.api.issueKey({ customerId: system.customerId, grants: ["webhooks/view"] });
    const stranger = await system.api.issueKey();
    expect((await call("POST", `/${id}/rotate-secret`, { key: viewer.key })).status).toBe(403);
    expect((await call("POST", `/${id}/rotate-secret`, { key: stranger.key })).status).toBe(404);
  });
});

describe("a log", () => {
  it("shows no secret and no signature of what the API does with them", async () => {
    const shown: string[] = [];
    const log = await captureLog(async () => {
      const api = await startApi();
      try {
        const { key } = await api.issueKey();
        const path = "/v1/webhooks";
        const body = example({ signing: true });
        const created = await api.call<{ id: string; signing_secret: string }>({ key, method: "POST", path, body });
        const { id } = created.results;
        const rotation = { key, method: "POST", path: `${path}/${id}/rotate-secret` };
        const rotated = await api.call<{ signing_secret: string }>(rotation);
        await api.call({ key, method: "POST", path: `${path}/${id}/validate` });
        await api.call({ key, method: "PUT", path: `${path}/${id}`, body: { signing: "yes" } });
        shown.push(created.results.signing_secret, rotated.results.signing_secret);
      } finally {
        await api.stop();
      }
    });
    const signatures = system.receiver.requests.flatMap(({ headers }) =>
      String(headers["webhook-signature"]).split(" "),
    );
    expect(shown).toHaveLength(2);
    expect(signatures).toHaveLength(3);
    for (const secret of [...shown, ...signatures]) expect(log).not.toContain(secret.replace(/^whsec_|^v1,/, ""));
  });
});
