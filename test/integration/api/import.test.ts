import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { onPremisesEventKeys } from "#shared/contract/words.ts";
import type { ErrorBody } from "#shared/errors.ts";
import { closeServer, listenOnLoopback } from "../../../emulator/services/loopback-server.ts";
import { captureLog } from "../../support/capture-log.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { type Api, startApi } from "./start-api.ts";

interface Row {
  readonly action: string;
  readonly entry?: number;
  readonly id?: string;
  readonly name: string;
  readonly outcome?: string;
  readonly errors?: readonly ErrorBody[];
}
interface Import {
  readonly applied: boolean;
  readonly entries: number;
  readonly registered: number;
  readonly plan: readonly Row[];
}

let api: Api;
let receiver: Receiver;
let key: string;
let customerId: string;
/** Time at which the API's clock stands still. */
let stoppedAt: number | undefined;
beforeAll(async () => {
  [api, receiver] = await Promise.all([startApi({ now: () => stoppedAt ?? Date.now() }), startReceiver()]);
});
afterAll(async () => await Promise.all([api.stop(), receiver.close()]));
beforeEach(async () => {
  ({ key, customerId } = await api.issueKey());
});

const post = async (body: unknown, query: Readonly<Record<string, string>> = {}, headers = {}) =>
  await api.call<Import>({ key, method: "POST", path: "/v1/webhooks/import", body, query, headers });
const actions = (result: Import) => result.plan.map(({ action, name, outcome }) => [action, name, outcome]);
const registeredNames = async (): Promise<readonly string[]> =>
  (await api.webhooks.list(customerId)).map(({ name }) => name).toSorted();
/** A target of its own for this test. */
const newTarget = (): string => `${receiver.url}/${crypto.randomUUID()}`;
const postsTo = (target: string): number =>
  receiver.requests.filter(({ path }) => `${receiver.url}${path}` === target).length;

describe("a first import", () => {
  it("registers every entry after a test POST with its token and headers", async () => {
    const [crm, nameless] = [newTarget(), newTarget()];
    const file = [
      { name: "crm", events: ["bounce", "spam_complaint"], target: crm, auth_token: "s3cret-token-of-crm" },
      { events: onPremisesEventKeys, target: nameless, custom_headers: { "x-api-key": "k-17" } },
    ];
    const { status, results } = await post(file);
    expect(status).toBe(200);
    const host = new URL(receiver.url).host;
    expect(results).toMatchObject({
      applied: true,
      entries: 2,
      registered: 0,
      plan: [
        { action: "add", entry: 0, name: "crm", target: crm, auth_token: "****-crm", outcome: "applied" },
        { action: "add", entry: 1, name: host, custom_headers: { "x-api-key": "****" }, outcome: "applied" },
      ],
    });
    const [first, second] = await Promise.all(
      results.plan.map(async ({ id = "" }) => await api.webhooks.find(customerId, id)),
    );
    expect(first).toMatchObject({ name: "crm", events: ["bounce", "spam_complaint"], active: true });
    expect(second).toMatchObject({ eventsMode: "selected", events: onPremisesEventKeys });
    expect(receiver.requests.find(({ path }) => crm.endsWith(path))?.headers).toMatchObject({
      "x-messagesystems-webhook-token": "s3cret-token-of-crm",
    });
    expect(receiver.requests.find(({ path }) => nameless.endsWith(path))?.headers).toMatchObject({
      "x-api-key": "k-17",
    });
  });

  it("shows no secret in its answer or its log", async () => {
    const file = [
      { events: ["open"], target: newTarget(), auth_token: "s3cret-token", custom_headers: { a: "s3cret-h" } },
    ];
    let shown = "";
    const log = await captureLog(async () => {
      shown = JSON.stringify([(await post(file, { plan: "true" })).json, (await post(file)).json]);
    });
    expect(shown).not.toContain("s3cret");
    expect(log).not.toContain("s3cret");
  });
});

describe("a plan", () => {
  it("registers nothing and calls no target", async () => {
    const target = newTarget();
    const { results } = await post([{ events: ["open"], target }], { plan: "true" });
    expect(results).toMatchObject({ applied: false, plan: [{ action: "add", entry: 0 }] });
    expect(results.plan[0]).not.toHaveProperty("outcome");
    expect(await registeredNames()).toEqual([]);
    expect(postsTo(target)).toBe(0);
  });

  it.each([
    [{ plan: "yes" }, "'plan' must be true or false"],
    [{ plan: "" }, "'plan' must be true or false"],
    [{ prune: "TRUE" }, "'prune' must be true or false"],
  ])("%j is refused before anything is done", async (query, message) => {
    const answered = await post([{ events: ["open"], target: newTarget() }], { ...query });
    expect(answered).toMatchObject({ status: 400, errors: [{ code: "1200", message }] });
    expect(await registeredNames()).toEqual([]);
  });
});

describe("a later import", () => {
  it("of the same file changes nothing and calls no target", async () => {
    const target = newTarget();
    const file = [
      { name: "crm", events: ["bounce"], target, auth_token: "s3cret", custom_headers: { "x-a": "1" } },
      { events: ["open"], target },
    ];
    await post(file);
    const before = await api.webhooks.list(customerId);
    const { results } = await post(file);
    expect(results.plan.map(({ action, outcome }) => [action, outcome])).toEqual([
      ["same", "unchanged"],
      ["same", "unchanged"],
    ]);
    expect(await api.webhooks.list(customerId)).toEqual(before);
    expect(postsTo(target)).toBe(2);
  });

  it("changes what differs, keeps what the file does not know, and tests new targets only", async () => {
    const [target, moved] = [newTarget(), newTarget()];
    const created = await api.call<{ readonly id: string }>({
      key,
      method: "POST",
      path: "/v1/webhooks",
      body: { name: "crm", target, events_mode: "all", active: false, batch_size: 5, auth_token: "old-token" },
    });
    const { id } = created.results;
    await post([{ name: "crm", events: ["bounce"], target, auth_token: "new-token" }]);
    expect(postsTo(target)).toBe(1);
    const changed = await api.webhooks.find(customerId, id);
    const kept = { webhookId: id, active: false, batchSize: 5 };
    expect(changed).toMatchObject({ ...kept, eventsMode: "selected", events: ["bounce"] });
    expect(await api.settings.find(id, changed?.settingsRevision ?? 0)).toMatchObject({ authToken: "new-token" });
    const { results } = await post([{ name: "crm", events: ["bounce"], target: moved, auth_token: "new-token" }]);
    expect(results.plan).toMatchObject([{ action: "change", id, changes: [{ field: "target" }], outcome: "applied" }]);
    expect(postsTo(moved)).toBe(1);
  });

  it("keeps webhooks that the file does not have, and removes them when asked to", async () => {
    const [a, b] = [newTarget(), newTarget()];
    const file = [
      { name: "a", events: ["open"], target: a },
      { name: "b", events: ["open"], target: b },
    ];
    await post(file);
    expect(actions((await post(file.slice(1))).results)).toEqual([
      ["same", "b", "unchanged"],
      ["only_registered", "a", "unchanged"],
    ]);
    expect(actions((await post(file.slice(1), { plan: "true", prune: "true" })).results)).toEqual([
      ["same", "b", undefined],
      ["remove", "a", undefined],
    ]);
    expect(await registeredNames()).toEqual(["a", "b"]);
    expect(actions((await post(file.slice(1), { prune: "true" })).results)).toEqual([
      ["same", "b", "unchanged"],
      ["remove", "a", "applied"],
    ]);
    expect(await registeredNames()).toEqual(["b"]);
  });
});

describe("a target that fails its test POST", () => {
  it("fails its row alone; nothing is removed while a row fails; the next run makes up for it", async () => {
    const [bad, good] = [newTarget(), newTarget()];
    await post([{ name: "old", events: ["open"], target: newTarget() }]);
    receiver.respond(new URL(bad).pathname, answer(404));
    const file = [
      { name: "bad", events: ["open"], target: bad },
      { name: "good", events: ["open"], target: good },
    ];
    const { status, results } = await post(file, { prune: "true" });
    expect(status).toBe(200);
    expect(actions(results)).toEqual([
      ["add", "bad", "failed"],
      ["add", "good", "applied"],
      ["remove", "old", "not_tried"],
    ]);
    expect(results.plan[0]?.errors?.[0]).toMatchObject({
      message: "POST to webhook target URL failed with non-2xx response code 404: ",
      reason: "http_4xx",
    });
    expect(await registeredNames()).toEqual(["good", "old"]);
    receiver.respond(new URL(bad).pathname, answer(200));
    expect(actions((await post(file, { prune: "true" })).results)).toEqual([
      ["add", "bad", "applied"],
      ["same", "good", "unchanged"],
      ["remove", "old", "applied"],
    ]);
  });
});

describe("a file that cannot be applied as a whole", () => {
  it("is refused with every position, and nothing is done", async () => {
    const target = newTarget();
    const file = [
      { name: "good", events: ["open"], target },
      { events: ["open", "deliverd"], target },
      { events: [], target: "nowhere" },
    ];
    const { status, errors } = await post(file);
    expect(status).toBe(422);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^'entries\[1\]\.events\[1\]' is not known \(did you mean 'delivery'\?\), and must be one of: injection, /,
      ),
      expect.stringMatching(/^'entries\[2\]\.target'/),
      expect.stringMatching(/^'entries\[2\]\.events' must contain/),
    ]);
    expect(await registeredNames()).toEqual([]);
    expect(postsTo(target)).toBe(0);
  });

  it("is refused when entries and webhooks cannot be told apart", async () => {
    const target = newTarget();
    const twins = [
      { name: "crm", events: ["open"], target },
      { name: "crm", events: ["click"], target },
    ];
    expect(await post(twins)).toMatchObject({
      status: 422,
      errors: [{ message: "'entries[0]' and 'entries[1]' have the same name and target", code: "1300" }],
    });
    await post([twins[0]]);
    const renamed = ["x", "y"].map((name) => ({ name, events: ["open"], target }));
    expect((await post(renamed)).errors).toMatchObject([
      { message: "'entries[0]' and 'entries[1]' match the same webhook" },
    ]);
    await post([twins[0], renamed[0]]);
    expect((await post([{ events: ["open"], target }])).errors).toMatchObject([
      { message: "'entries[0]' matches more than one webhook" },
    ]);
    expect(await registeredNames()).toEqual(["crm", "x"]);
  });

  it.each([
    ["[{", 400, "1200"],
    [{ entries: [] }, 422, "1300"],
    [Array.from({ length: 1_001 }, () => ({ events: ["open"], target: "https://example.com" })), 422, "1300"],
  ])("is refused: %.20j", async (body, status, code) => {
    expect(await post(body)).toMatchObject({ status, errors: [{ code }] });
  });
});

describe("customers and accounts", () => {
  it("do not see or touch another customer's webhooks", async () => {
    const target = newTarget();
    const file = [{ name: "crm", events: ["open"], target }];
    await post(file);
    const before = await api.webhooks.list(customerId);
    const foreign = await api.issueKey();
    const call = { key: foreign.key, method: "POST", path: "/v1/webhooks/import" };
    const changed = [{ name: "crm", events: ["click"], target }];
    expect((await api.call<Import>({ ...call, body: changed })).results).toMatchObject({
      registered: 0,
      plan: [{ action: "add" }],
    });
    await api.call({ ...call, body: [], query: { prune: "true" } });
    expect(await api.webhooks.list(customerId)).toEqual(before);
  });

  it("keep to the sub-account that the caller acts for", async () => {
    const target = newTarget();
    await post([{ name: "primary", events: ["open"], target }]);
    const inSubaccount = { "X-MSYS-SUBACCOUNT": "7" };
    const file = [{ name: "sub", events: ["open"], target }];
    expect(actions((await post(file, { prune: "true" }, inSubaccount)).results)).toEqual([["add", "sub", "applied"]]);
    const stored = await api.webhooks.list(customerId);
    expect(Object.fromEntries(stored.map(({ name, subaccountId }) => [name, subaccountId]))).toEqual({
      primary: undefined,
      sub: 7,
    });
  });

  it("need the grant webhooks/modify, also for a plan", async () => {
    ({ key } = await api.issueKey({ customerId, grants: ["webhooks/view"] }));
    expect((await post([], { plan: "true" })).status).toBe(403);
  });
});

describe("a request that runs out of time", () => {
  it("says which rows it has not tried, and the next run makes up for them", async () => {
    let at = 0;
    let step = 1_000;
    const slow = await startApi({ now: () => (at += step) });
    const issued = await slow.issueKey();
    const file = Array.from({ length: 40 }, (_, n) => ({ name: `w${n}`, events: ["open"], target: newTarget() }));
    const call = { key: issued.key, method: "POST", path: "/v1/webhooks/import", body: file, query: { prune: "true" } };
    const first = (await slow.call<Import>(call)).results;
    step = 0;
    const second = (await slow.call<Import>(call)).results;
    await slow.stop();
    const left = first.plan.filter(({ outcome }) => outcome === "not_tried");
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(file.length);
    expect(left[0]?.errors?.[0]?.fix).toBe("Run the import again.");
    expect(second.plan.filter(({ outcome }) => outcome === "applied").map(({ name }) => name)).toEqual(
      left.map(({ name }) => name),
    );
  });

  it("does not try a target once more, when another change was faster", async () => {
    const call = { key, method: "PUT" };
    await post([{ name: "w", events: ["open"], target: newTarget() }]);
    const [webhook] = await api.webhooks.list(customerId);
    const path = `/v1/webhooks/${webhook?.webhookId ?? ""}`;
    stoppedAt = Date.now();
    let tests = 0;
    const slow = createServer((_request, response) => {
      tests += 1;
      stoppedAt = (stoppedAt ?? 0) + 10_000;
      void api.call({ ...call, path, body: { compression: "gzip" } }).then(() => response.end());
    });
    const port = await listenOnLoopback(slow, 0);
    const answered = await api.call({ ...call, path, body: { target: `http://127.0.0.1:${port}/` } });
    stoppedAt = undefined;
    await closeServer(slow);
    expect(answered.status).toBe(409);
    expect(tests).toBe(1);
  });
});

it("imports more than a hundred entries in one call", async () => {
  const file = Array.from({ length: 120 }, (_, n) => ({ name: `w${n}`, events: ["open"], target: newTarget() }));
  // A busy machine would need more than the time in which entries are begun; it must not need that of an invocation.
  stoppedAt = Date.now();
  const { results } = await post(file);
  stoppedAt = undefined;
  expect(new Set(results.plan.map(({ outcome }) => outcome))).toEqual(new Set(["applied"]));
  expect(await registeredNames()).toHaveLength(120);
});
