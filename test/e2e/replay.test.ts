import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Receiver, type RecordedRequest, startReceiver } from "../support/receiver.ts";
import { joinTidepost, removeWebhooks } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

/** Events as text, each unique by its number. */
const numbered = (count: number, type: string): readonly string[] =>
  Array.from({ length: count }, (_, n) => JSON.stringify({ msys: { message_event: { type, customer_id: "1", n } } }));

let tidepost: Tidepost;
let receiver: Receiver;
let from: string;
beforeAll(async () => {
  tidepost = await joinTidepost();
});
afterAll(async () => await tidepost.stop());
beforeEach(async () => {
  receiver = await startReceiver();
  from = new Date().toISOString();
});
afterEach(async () => {
  await removeWebhooks(tidepost);
  await receiver.close();
});

const idOf = ({ headers }: RecordedRequest): unknown => headers["x-messagesystems-batch-id"];
const replayOf = ({ headers }: RecordedRequest): unknown => headers["x-tidepost-replay"];
const isBatch = ({ body, state }: RecordedRequest): boolean =>
  state !== "receiving" && body.length > '[{"msys":{}}]'.length;
const fresh = (): readonly RecordedRequest[] =>
  receiver.requests.filter((request) => isBatch(request) && replayOf(request) === undefined);
const replayed = (): readonly RecordedRequest[] =>
  receiver.requests.filter((request) => isBatch(request) && replayOf(request) !== undefined);
const eventsOf = (batches: readonly RecordedRequest[]): readonly string[] =>
  batches
    .flatMap(({ body }) => JSON.parse(body.toString()) as readonly unknown[])
    .map((event) => JSON.stringify(event));

const createWebhook = async (fields: object): Promise<string> => {
  const body = { name: "replayed", target: `${receiver.url}/hook`, ...fields };
  const { status, json, text } = await tidepost.call("POST", "/webhooks", { body });
  expect(status, text).toBe(200);
  return json.results.id;
};

const startReplay = async (webhookId: string, fields: object = {}) => {
  const body = { from, to: new Date().toISOString(), rate: 50, ...fields };
  const { status, json, text } = await tidepost.call("POST", `/webhooks/${webhookId}/replay`, { body });
  expect(status, text).toBe(200);
  return json.results;
};

/** Waits until a replay has ended and returns what it has become. */
const ended = async (webhookId: string, replayId: string) => {
  const read = async () => (await tidepost.call("GET", `/webhooks/${webhookId}/replays/${replayId}`)).json.results;
  await expect.poll(async () => (await read()).state, { timeout: 240_000, interval: 250 }).not.toBe("running");
  return await read();
};

it("delivers past events once more, marked, through the present filters, as the dry run has counted", async () => {
  const webhookId = await createWebhook({ events: ["delivery", "click"], batch_size: 10 });
  const deliveries = numbered(35, "delivery");
  const bounces = numbered(12, "bounce");
  await tidepost.ingest([...deliveries, ...bounces, ...numbered(8, "click")]);
  await receiver.until(() => eventsOf(fresh()).length === 43, 240_000);
  await tidepost.call("PUT", `/webhooks/${webhookId}`, { body: { events: ["delivery", "bounce"] } });

  const dry = await startReplay(webhookId, { dry_run: true });
  const counted = await ended(webhookId, dry.id);
  expect(counted).toMatchObject({
    state: "finished",
    progress: 1,
    events_matched: 47,
    batches_formed: 5,
    batches_sent: 0,
  });
  expect(replayed()).toEqual([]);

  const real = await startReplay(webhookId);
  expect(await ended(webhookId, real.id)).toMatchObject({ state: "finished", events_matched: 47, batches_sent: 5 });
  await receiver.until(() => eventsOf(replayed()).length >= 47, 240_000);
  expect(eventsOf(replayed()).toSorted()).toEqual([...deliveries, ...bounces].toSorted());
  expect(new Set(replayed().map(replayOf))).toEqual(new Set([real.id]));
  const ids = [...fresh(), ...replayed()].map(idOf);
  expect(new Set(ids).size).toBe(ids.length);
  const { json } = await tidepost.call("GET", `/webhooks/${webhookId}/replays`);
  expect(json.results).toMatchObject([{ id: real.id }, { id: dry.id }]);
});

it("stops when it is cancelled", async () => {
  const webhookId = await createWebhook({ events: ["delivery"], batch_size: 1 });
  await tidepost.ingest(numbered(60, "delivery"));
  await receiver.until(() => fresh().length === 60, 240_000);
  const { id } = await startReplay(webhookId, { rate: 1 });
  await receiver.until(() => replayed().length > 0, 240_000);
  const cancelled = await tidepost.call("POST", `/webhooks/${webhookId}/replays/${id}/cancel`);
  expect(cancelled.json.results.state).toBe("cancelled");
  const atCancel: number = cancelled.json.results.batches_sent;
  const sentNow = async (): Promise<number> =>
    (await tidepost.call("GET", `/webhooks/${webhookId}/replays/${id}`)).json.results.batches_sent;
  // A step that was under way may still hand over its batches, ten at this rate; all that were handed over are delivered.
  await expect.poll(async () => replayed().length - (await sentNow()), { timeout: 240_000, interval: 1_000 }).toBe(0);
  // What must not come can only be waited for: two more of the batches that were not sent.
  await delay(2_000);
  const sent = await sentNow();
  expect({ delivered: replayed().length, distinct: new Set(replayed().map(idOf)).size }).toEqual({
    delivered: sent,
    distinct: sent,
  });
  expect(sent - atCancel, `${atCancel} at the cancel, ${sent} in the end`).toBeLessThanOrEqual(10);
  expect(sent).toBeGreaterThan(0);
  expect(sent).toBeLessThan(60);
});
