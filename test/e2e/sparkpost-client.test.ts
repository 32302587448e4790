import { createHash } from "node:crypto";
import SparkPost from "sparkpost";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventKeys, healthEventKeys } from "#shared/contract/words.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
let receiver: Receiver;
let webhooks: SparkPost["webhooks"];
beforeAll(async () => {
  [tidepost, receiver] = await Promise.all([joinTidepost(), startReceiver()]);
  // The client puts /api/v1 behind the origin itself.
  const { origin } = new URL(tidepost.apiUrl);
  webhooks = new SparkPost(tidepost.key, { origin }).webhooks;
});
afterAll(async () => await Promise.all([tidepost.stop(), receiver.close()]));

const create = async (fields: object = {}): Promise<string> => {
  const body = { name: "Example webhook", target: `${receiver.url}/hook`, events: ["delivery", "open"], ...fields };
  return String((await webhooks.create(body)).results.id);
};

/** The client rejects with an error that carries the status and the API's errors. */
const failureOf = async (work: Promise<unknown>) =>
  await work.then(
    () => expect.fail("the call succeeded"),
    (error: unknown) =>
      error as Error & { readonly statusCode: number; readonly errors: readonly { message: string }[] },
  );

describe("the npm package sparkpost", () => {
  it("create, get and list", async () => {
    const id = await create({ auth_token: "a-long-shared-secret" });
    const { results } = await webhooks.get(id, { timezone: "America/New_York" });
    expect(results).toMatchObject({ id, name: "Example webhook", events: ["delivery", "open"], active: true });
    const listed = (await webhooks.list({ timezone: "UTC" })).results;
    expect(listed).toContainEqual(expect.objectContaining({ id }));
    expect((await webhooks.list()).results).toHaveLength(listed.length);
    expect((await webhooks.get(id)).results.links).toHaveLength(2);
  });

  it("update, by reading, changing and writing back", async () => {
    const id = await create({ auth_token: "a-long-shared-secret" });
    const { results: read } = await webhooks.get(id);
    const { results } = await webhooks.update(id, { ...read, events: ["bounce"], name: "renamed" });
    expect(results.id).toBe(id);
    const { results: changed } = await webhooks.get(id);
    expect(changed).toMatchObject({ name: "renamed", events: ["bounce"], auth_token: read.auth_token });
    await webhooks.validate(id, { message: {} });
    expect(receiver.requests.at(-1)?.headers["x-messagesystems-webhook-token"]).toBe("a-long-shared-secret");
  });

  it("validate, with the samples as message", async () => {
    const id = await create();
    const { results: samples } = await webhooks.getSamples({ events: "delivery,bounce" });
    const { results } = await webhooks.validate(id, { message: samples });
    expect(results).toMatchObject({ msg: "Test POST to endpoint succeeded", response: { status: 200 } });
    expect(JSON.parse(receiver.requests.at(-1)?.body.toString() ?? "")).toEqual(samples);
  });

  it("getBatchStatus, of a batch that failed at first", async () => {
    const id = await create({ target: `${receiver.url}/flaky`, events: ["click"] });
    receiver.respond("/flaky", answer(503));
    await tidepost.ingest([JSON.stringify({ msys: { track_event: { type: "click", event_id: "1" } } })]);
    const status = async () => (await webhooks.getBatchStatus(id, { limit: 10 })).results;
    await expect
      .poll(status, { timeout: 240_000 })
      .toMatchObject([{ attempts: expect.any(Number), response_code: "503", webhook_id: id, batch_size: 1 }]);
    receiver.respond("/flaky", answer(200));
    await expect.poll(status, { timeout: 240_000 }).toMatchObject([{ response_code: "200" }]);
    expect((await webhooks.getBatchStatus(id)).results).toHaveLength(1);
  });

  it("getDocumentation and getSamples", async () => {
    const { results } = await webhooks.getDocumentation();
    expect(results.message_event.events.bounce.event.bounce_class.sampleValue).toBe("10");
    expect((await webhooks.getSamples()).results).toHaveLength(eventKeys.length - healthEventKeys.length);
    expect((await webhooks.getSamples({ events: "bounce" })).results).toMatchObject([
      { msys: { message_event: { type: "bounce" } } },
    ]);
  });

  it("delete", async () => {
    const id = await create();
    await webhooks.delete(id);
    expect(await failureOf(webhooks.get(id))).toMatchObject({
      name: "SparkPostError",
      statusCode: 404,
      errors: [{ message: "Resource could not be found" }],
    });
  });

  it("errors reach the caller as the client knows them", async () => {
    receiver.respond("/broken", answer(404));
    const failed = await failureOf(create({ target: `${receiver.url}/broken` }));
    expect(failed).toMatchObject({
      statusCode: 400,
      errors: [{ message: "POST to webhook target URL failed with non-2xx response code 404: " }],
    });
    expect((await failureOf(create({ name: undefined }))).errors).toMatchObject([{ message: "'name' is required" }]);
    const stranger = new SparkPost("no-such-key", { origin: new URL(tidepost.apiUrl).origin });
    expect(await failureOf(stranger.webhooks.list())).toMatchObject({
      statusCode: 401,
      errors: [{ message: "Unauthorized." }],
    });
  });
});

describe("what is public", () => {
  it("the documents, at the address that is a folder", async () => {
    const folder = tidepost.apiUrl.replace(/\/v1$/, "/docs/");
    const response = await fetch(folder, { redirect: "manual" });
    const location = response.headers.get("location") ?? "";
    expect([response.status, URL.parse(location, folder)?.href]).toEqual([302, `${folder}index.html`]);
  });

  it("the documentation page of the API, complete in itself", async () => {
    const response = await fetch(tidepost.apiUrl.replace(/\/v1$/, "/docs"));
    const page = await response.text();
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page).toContain(`${tidepost.apiUrl}/webhooks`);
    expect(page).toContain(`href="${tidepost.apiUrl}/openapi.json"`);
    expect(page).not.toContain("tidepost.example.com");
    const [style = ""] = /(?<=<style>)[^<]*(?=<\/style>)/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(response.headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });

  it("the OpenAPI document, with this system's URL", async () => {
    const response = await fetch(`${tidepost.apiUrl}/openapi.json`);
    expect(await response.json()).toMatchObject({ openapi: "3.1.1", servers: [{ url: tidepost.apiUrl }] });
  });
});
