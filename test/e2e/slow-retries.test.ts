/** What takes a system whose retries are as slow as in production: a batch that has failed once waits for half a minute. */
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { version } from "#shared/contract/version.ts";
import { testBatchId } from "#shared/delivery/headers.ts";
import { batchCommand } from "#shared/text/post-command.ts";
import { answer } from "../support/receiver-behaviour.ts";
import type { RecordedRequest } from "../support/receiver.ts";
import { until, useCli } from "../support/use-cli.ts";
import { isSignedWith } from "../support/verify-signature.ts";

const world = useCli({ retryScale: 1 });
const { cli, register, normal } = world;
const run = promisify(execFile);

/** Has a batch of two events fail once; returns the ids of webhook and batch. */
const waitingBatch = async (path: string) => {
  const fields = { events_mode: "selected", events: ["click"], auth_token: "secret-token-1" };
  const webhookId = await register(path, fields);
  world.receiver.respond(path, answer(503, {}, "busy"));
  expect((await cli(["trigger", "click", "-n", "2", "--no-wait"])).code).toBe(0);
  const batchId = await until(async () => (await cli(["batch", webhookId, "--state", "retrying", "--quiet"])).out[0]);
  return { webhookId, batchId };
};

describe("a batch that waits", () => {
  it("is shown with its body, its POST and its next attempt, and attempted at once when asked", async () => {
    const { webhookId, batchId } = await waitingBatch("/slow");
    const shown = normal((await cli(["batch", "slow", batchId])).out.join("\n"));
    expect(shown).toMatch(/^next attempt +in SPAN$/m);
    expect(shown).toMatch(/^expires +in SPAN$/m);
    expect(shown).toMatch(/^body +kept: --payload prints it$/m);
    expect(shown).toMatch(/^attempt 1 {2}TIME {2}✖ http_5xx 503 in SPAN$/m);
    expect(shown).toMatch(/^ {2}fix +\S/m);

    const found = normal((await cli(["find", batchId])).out.join("\n"));
    expect(found).toMatch(/^webhook +slow \(ID\)$/m);
    expect(found).toMatch(/^state +retrying$/m);
    expect((await cli(["find", batchId, "--json"])).json()).toMatchObject({ batch_id: batchId, webhook_id: webhookId });

    const payload = await cli(["batch", webhookId, batchId, "--payload"]);
    expect(payload.json()).toMatchObject([{ msys: { track_event: { type: "click" } } }, { msys: {} }]);
    const curl = await cli(["batch", webhookId, batchId, "--curl"]);
    expect(normal(curl.out.join("\n"))).toContain("tidepost batch ID ID --payload >");
    expect(normal(curl.out.join("\n"))).toContain("curl --globoff -X POST TARGET/slow ");
    expect(curl.error).toBe("Set WEBHOOK_TOKEN first.");
    expect((await cli(["batch", webhookId, batchId, "--curl", "--json"])).json()).toMatchObject({
      variables: ["WEBHOOK_TOKEN"],
    });
    // A receiver's log names the batch and not its webhook.
    expect((await cli(["batch", batchId, "--curl"])).out).toEqual(curl.out);
    expect((await cli(["batch", batchId, "--payload"])).json()).toEqual(payload.json());

    world.receiver.respond("/slow", answer(200));
    const done = await cli(["redeliver", "slow", batchId, "--json"]);
    expect(done.json()).toEqual({ batch_id: batchId, attempt: 2 });
    const followed = await cli(["tail", "slow", "--since", "5m", "--until-idle", "1s", "--json"]);
    expect(followed.out.map((line) => JSON.parse(line).attempt.outcome)).toEqual(["failed", "delivered"]);

    for (const option of ["--payload", "--curl"]) {
      const gone = await cli(["batch", webhookId, batchId, option]);
      expect(gone).toMatchObject({ code: 1, out: [], error: expect.stringContaining("The batch's body is not kept") });
    }
    expect(await cli(["redeliver", "slow", batchId])).toMatchObject({
      code: 1,
      error: expect.stringContaining("replay"),
    });
  });

  it("is told of when its webhook is listed, paused, changed and deleted", async () => {
    const { webhookId, batchId } = await waitingBatch("/late");
    const waits = "1 batch with 2 events, the first expires in SPAN";
    expect((await cli(["list", "--json"])).json()).toMatchObject([{ pending_batches: 1, pending_events: 2 }]);
    expect(normal((await cli(["get", "late"])).out.join("\n"))).toMatch(new RegExp(`^waiting +${waits}$`, "m"));
    const changed = await cli(["update", "late", "--batch-size", "100"]);
    expect(normal(changed.error)).toContain(`${waits} keep the old target and settings.`);
    const paused = await cli(["pause", webhookId, "--yes"]);
    expect(normal(paused.error)).toContain(`late (${webhookId.slice(0, 8)}): ${waits} wait until it is resumed`);
    expect(await cli(["redeliver", "late", batchId])).toMatchObject({
      code: 1,
      error: expect.stringContaining("paused"),
    });
    const kept = await cli(["delete", "late"], { reply: false });
    expect(normal(kept.error)).toContain(`late TARGET/late: ${waits}; they are still delivered, or expire`);
  });

  it("cannot be attempted when it is not there", async () => {
    await register("/in");
    const unknown = await cli(["redeliver", "in", "00000000-0000-4000-8000-000000000000", "--json"]);
    expect(unknown).toMatchObject({ code: 1, out: [] });
    expect(JSON.parse(unknown.error).errors).toMatchObject([{ code: "1600" }]);
  });
});

describe("a stored webhook", () => {
  it("is probed with its secrets, by samples when asked", async () => {
    await register("/crm", { auth_token: "secret-token-2" });
    const { code, json, out } = await cli(["probe", "--webhook", "crm", "--sample", "click,open", "--json"]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ ok: true, stage: "response" });
    expect(out.join("")).not.toContain("secret-token-2");
    const posted = world.receiver.requests.findLast(({ path }) => path === "/crm");
    expect(posted?.headers["x-messagesystems-webhook-token"]).toBe("secret-token-2");
    expect(JSON.parse(String(posted?.body))).toHaveLength(2);
  });
});

const secrets = {
  WEBHOOK_TOKEN: "token of the hook",
  WEBHOOK_PASSWORD: "it's a $ecret",
  HEADER_X_TEAM: "mail & more",
};
const basic = { auth_type: "basic", auth_credentials: { username: "ann", password: secrets.WEBHOOK_PASSWORD } };

/** What of a POST is the same each time. Compressors differ; what they compressed does not. */
const lasting = ({ method, path, headers, body }: RecordedRequest) => {
  const isGzip = headers["content-encoding"] === "gzip";
  const { "content-length": _l, connection: _c, "webhook-timestamp": _t, "webhook-signature": _s, ...kept } = headers;
  const { traceparent, ...others } = kept;
  const [, traceId] = String(traceparent).split("-");
  return { method, path, headers: { ...others, traceId }, body: (isGzip ? gunzipSync(body) : body).toString() };
};

/** A command's span is no attempt's. On a busy machine the batch's own retry may come meanwhile. */
const isByHand = ({ headers }: RecordedRequest): boolean => {
  const [, traceId = "", spanId] = String(headers["traceparent"]).split("-");
  return spanId === traceId.slice(-16);
};

it.each([
  ["plain", "/plain?a[]={1,2}&b='$HOME'", {}],
  [
    "gzip, basic",
    "/all",
    {
      ...basic,
      auth_token: secrets.WEBHOOK_TOKEN,
      custom_headers: { "X-Team": secrets.HEADER_X_TEAM },
      compression: "gzip",
    },
  ],
  ["signed", "/signed", { signing: true }],
  ["signed gzip", "/both", { signing: true, compression: "gzip" }],
])("the commands for a batch POST what its target has got: %s", async (name, path, fields) => {
  const { tidepost, receiver } = world;
  const { json } = await tidepost.call("POST", "/webhooks", {
    body: { name, target: `${receiver.url}${path}`, events_mode: "selected", events: ["click"], ...fields },
  });
  const { id, signing_secret: secret = "" } = json.results as { readonly id: string; readonly signing_secret?: string };
  receiver.respond(new RegExp(`^/${path.split(/\W/)[1]}`), answer(503));
  await cli(["trigger", "click", "-n", "3", "--no-wait"]);
  const batchId = await until(async () => (await cli(["batch", id, "--state", "retrying", "--quiet"])).out[0]);
  const posts = (): readonly RecordedRequest[] =>
    receiver.requests.filter(({ headers }) => headers["x-messagesystems-batch-id"] === batchId);
  const [delivered] = posts();
  if (delivered === undefined) throw new Error("the batch was attempted");

  const env = {
    ...process.env,
    ...secrets,
    WEBHOOK_SECRET: secret,
    TIDEPOST_URL: tidepost.apiUrl,
    TIDEPOST_API_KEY: tidepost.key,
  };
  const shown = (await cli(["batch", id, batchId, "--curl"])).out.join("\n");
  const command = `tidepost() { "${process.execPath}" "${process.cwd()}/cli/tidepost.js" "$@"; }\n${shown}`;
  await run("bash", ["--norc", "-c", command], { env });

  const { json: read } = await tidepost.call("GET", `/webhooks/${id}`);
  const api = `${tidepost.apiUrl}/webhooks/${id}/batches/${batchId}`;
  const copied = batchCommand(api, { batchId, version, hasBody: true }, read.results);
  await run("bash", ["--norc", "-c", copied], { env });

  const byHand = posts().filter(isByHand);
  expect(byHand).toHaveLength(2);
  for (const post of byHand) {
    expect(lasting(post)).toEqual(lasting(delivered));
    if (secret !== "") expect(await isSignedWith(secret, post)).toBe(true);
  }
});

const names = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? `healthy-${n}` : `hanging-${n}`));
const isHanging = (name: string): boolean => name.startsWith("hanging");
/** Batches of a webhook while its breaker is open. */
const rounds = 10;
/** More than these rounds take. */
const probesAtMost = 2;

const postsTo = (name: string): readonly RecordedRequest[] =>
  world.receiver.requests.filter(
    ({ path, headers }) => path === `/${name}` && headers["x-messagesystems-batch-id"] !== testBatchId,
  );
const numbersAt = (name: string): readonly number[] =>
  postsTo(name)
    .flatMap(
      ({ body }) => JSON.parse(body.toString()) as { readonly msys: { readonly message_event: { n: number } } }[],
    )
    .map(({ msys }) => msys.message_event.n);

let sent = 0;
const ingestOne = async (): Promise<void> => {
  await world.tidepost.ingest([
    JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "1", n: sent } } }),
  ]);
  sent += 1;
  // Each event is to be a batch of its own.
  await delay(1_200);
};

it("hanging targets cost the others nothing, and get no more POSTs than probes once their breakers are open", async () => {
  const { receiver, tidepost } = world;
  for (const name of names) {
    const body = { name, target: `${receiver.url}/${name}`, events: ["delivery"] };
    expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(200);
  }
  receiver.respond(/^\/hanging-/, { kind: "hang" });
  const states = async (): Promise<readonly string[]> => {
    const { json } = await tidepost.call("GET", "/webhooks/summary");
    const rows: readonly { readonly name: string; readonly state: string }[] = json.results;
    return rows.filter(({ name }) => isHanging(name)).map(({ state }) => state);
  };
  /** A webhook whose breaker is not closed shows as parked. */
  const areOpen = async (): Promise<boolean> => (await states()).every((state) => state === "parked");
  for (let round = 0; round < 30 && !(await areOpen()); round += 1) await ingestOne();
  expect(await areOpen(), String(await states())).toBe(true);
  const hanging = names.filter(isHanging);
  const pending = () => hanging.flatMap(postsTo).filter(({ state }) => state !== "aborted");
  await vi.waitUntil(() => pending().length === 0, { timeout: 240_000 });

  const before = new Map(hanging.map((name) => [name, postsTo(name).length]));
  for (let round = 0; round < rounds; round += 1) await ingestOne();
  const all = Array.from({ length: sent }, (_, n) => n);
  for (const name of names.filter((other) => !isHanging(other))) {
    await vi.waitUntil(() => numbersAt(name).length >= sent, { timeout: 240_000 });
    expect(numbersAt(name).toSorted((a, b) => a - b)).toEqual(all);
  }
  for (const name of hanging) {
    expect(postsTo(name).length - (before.get(name) ?? 0), name).toBeLessThanOrEqual(probesAtMost);
  }
});
