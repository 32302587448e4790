import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Webhook } from "standardwebhooks";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { isSignedWith } from "../support/verify-signature.ts";

let tidepost: Tidepost;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  tidepost = await joinTidepost();
});
afterAll(async () => {
  await tidepost.stop();
  await receiver.close();
});

/** As many as one record holds, so that they make one batch. */
const events = Array.from({ length: 400 }, (_, n) => JSON.stringify({ msys: { message_event: { type: "open", n } } }));

it("delivers one body plain and compressed, each with a signature of its own bytes", async () => {
  const create = async (name: string, fields: object): Promise<string> => {
    const body = { name, target: `${receiver.url}/${name}`, events: ["open"], signing: true, ...fields };
    const { status, json, text } = await tidepost.call("POST", "/webhooks", { body });
    expect(status, text).toBe(200);
    return json.results.signing_secret;
  };
  const secrets = { plain: await create("plain", {}), gzip: await create("gzip", { compression: "gzip" }) };
  await tidepost.ingest(events);
  const batchOf = (name: string) =>
    receiver.requests.find(({ path, bodyBytes }) => path === `/${name}` && bodyBytes > 100);
  await receiver.until(() => ["plain", "gzip"].every((name) => batchOf(name)?.state === "answered"), 240_000);
  const [plain, compressed] = [batchOf("plain"), batchOf("gzip")];
  if (plain === undefined || compressed === undefined) throw new Error("a batch is missing");

  const expected = `[${events.join(",")}]`;
  expect(plain.body.toString()).toBe(expected);
  expect(gunzipSync(compressed.body).toString()).toBe(expected);
  const headers = plain.headers as Record<string, string>;
  expect(new Webhook(secrets.plain).verify(plain.body, headers)).toHaveLength(400);
  expect(await isSignedWith(secrets.gzip, compressed)).toBe(true);
});
