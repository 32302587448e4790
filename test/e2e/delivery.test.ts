import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generateCampaign } from "../../local/generator/mix.ts";
import { type Receiver, type RecordedRequest, startReceiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { joinTidepost, removeWebhooks } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

const batchesOf = ({ requests }: Receiver): readonly RecordedRequest[] =>
  requests.filter(({ body, state }) => state !== "receiving" && body.length > '[{"msys":{}}]'.length);
const idOf = (batch: RecordedRequest | undefined): unknown => batch?.headers["x-messagesystems-batch-id"];

/** Events as text, each unique by its number. */
const numbered = (count: number, type = "delivery"): readonly string[] =>
  Array.from({ length: count }, (_, n) => JSON.stringify({ msys: { message_event: { type, customer_id: "1", n } } }));

describe("with a window of 1 s and retries 60 times faster", () => {
  let tidepost: Tidepost;
  let receiver: Receiver;
  beforeAll(async () => {
    tidepost = await joinTidepost();
  });
  afterAll(async () => await tidepost.stop());
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await removeWebhooks(tidepost);
    await receiver.close();
  });

  const createWebhook = async (fields: object = {}): Promise<string> => {
    const body = { name: "Example webhook", target: `${receiver.url}/hook`, events: ["delivery", "click"], ...fields };
    const { status, json, text } = await tidepost.call("POST", "/webhooks/", { body });
    expect(status, text).toBe(200);
    return json.results.id;
  };

  it("delivers what was ingested in one POST, byte for byte", async () => {
    await createWebhook({ auth_token: "s3cret-token" });
    const events = generateCampaign({ seed: 1, count: 40, startedAt: Date.now(), customerId: "1" });
    const texts = events.map((event) => JSON.stringify(event));
    const expected = texts.filter((text) => /"type":"(?:delivery|click)"/.test(text));
    await tidepost.ingest(texts);
    await receiver.until(() => batchesOf(receiver).length === 1, 240_000);
    const [batch] = batchesOf(receiver);
    expect(batch?.body.toString()).toBe(`[${expected.join(",")}]`);
    expect(batch?.method).toBe("POST");
    expect(batch?.headers).toMatchObject({
      "content-type": "application/json",
      "x-messagesystems-webhook-token": "s3cret-token",
      "x-messagesystems-batch-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it("does not create a webhook whose target does not answer 2xx", async () => {
    receiver.respond("/hook", answer(404));
    const body = { name: "Example webhook", target: `${receiver.url}/hook`, events: ["delivery"] };
    expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(400);
    expect((await tidepost.call("GET", "/webhooks")).json).toEqual({ results: [] });
  });

  it("delivers 25,000 events in batches of at most 10,000, each event once", async () => {
    await createWebhook();
    const events = numbered(25_000);
    await Promise.all([0, 1, 2, 3, 4].map((part) => tidepost.ingest(events.slice(part * 5_000, (part + 1) * 5_000))));
    const delivered = (): readonly { msys: { message_event: { n: number } } }[] =>
      batchesOf(receiver).flatMap(({ body }) => JSON.parse(body.toString()));
    await receiver.until(() => delivered().length >= 25_000, 240_000);
    const sizes = batchesOf(receiver).map(({ body }) => JSON.parse(body.toString()).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    const numbers = delivered().map(({ msys }) => msys.message_event.n);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25_000 }, (_, n) => n));
  });

  it("retries a target that answers 503, with the same id and body, at growing intervals", async () => {
    await createWebhook();
    receiver.respond("/hook", { kind: "sequence", steps: [answer(503), answer(503), answer(503), answer(200)] });
    await tidepost.ingest(numbered(3));
    await receiver.until(() => batchesOf(receiver).length === 4, 240_000);
    const batches = batchesOf(receiver);
    expect(new Set(batches.map(idOf)).size).toBe(1);
    expect(new Set(batches.map(({ body }) => body.toString())).size).toBe(1);
    const times = batches.map(({ receivedAt }) => receivedAt.getTime());
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // 30 s, 1 and 2 minutes at 60 times the speed.
    for (const [index, delayMs] of [500, 1_000, 2_000].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(delayMs);
  });

  it("cuts off a target that hangs after 6 s and retries", async () => {
    const webhookId = await createWebhook();
    receiver.respond("/hook", { kind: "sequence", steps: [{ kind: "hang" }, answer(200)] });
    await tidepost.ingest(numbered(1));
    await receiver.until(() => batchesOf(receiver).length === 2, 240_000);
    const [first, second] = batchesOf(receiver);
    expect(first?.state).toBe("aborted");
    expect(idOf(second)).toBe(idOf(first));
    await expect
      .poll(async () => (await tidepost.call("GET", `/webhooks/${webhookId}`)).json.results.last_successful, {
        timeout: 240_000,
      })
      .toBeDefined();
    const { json } = await tidepost.call("GET", `/webhooks/${webhookId}/batches/${String(idOf(first))}`);
    expect(json.results.attempts[0]).toMatchObject({ reason: "response_timeout" });
    // A timer and a clock may differ by a millisecond.
    expect(json.results.attempts[0].latency_ms).toBeGreaterThanOrEqual(5_990);
  });

  it("delivers the neighbours of garbage", async () => {
    await createWebhook();
    const [good = ""] = numbered(1);
    const { status, json } = await tidepost.call("POST", "/ingest/events", {
      body: `${good}\n{"half":\n{"no":"msys"}`,
    });
    expect(status).toBe(200);
    expect(json.results).toMatchObject({ accepted: 1, rejected: 2 });
    await receiver.until(() => batchesOf(receiver).length === 1, 240_000);
    expect(batchesOf(receiver)[0]?.body.toString()).toBe(`[${good}]`);
  });

  it.each([
    ["no key", {}, { authorization: "" }, 401],
    ["a wrong key", {}, { authorization: "nobody" }, 401],
  ])("refuses a request with %s", async (_, body, headers, status) => {
    for (const path of ["/webhooks", "/ingest/events"]) {
      const refused = await tidepost.call("POST", path, { body, headers });
      expect(refused.status).toBe(status);
      expect(refused.json.errors[0].message).toBe("Unauthorized.");
    }
  });

  it("takes the key from the token header on the ingest route, so that it can be a target", async () => {
    const headers = { authorization: "", "x-messagesystems-webhook-token": tidepost.key };
    const ping = await tidepost.call("POST", "/ingest/events", { body: [{ msys: {} }], headers });
    expect(ping.status).toBe(200);
    expect(ping.json.results.accepted).toBe(0);
  });

  it("refuses a body of 11 MB", async () => {
    const refused = await tidepost.call("POST", "/ingest/events", { body: Buffer.alloc(11_000_000, "x") });
    expect(refused.status).toBe(413);
    expect(refused.json.errors[0].message).toMatch(/too large/i);
  });
});
