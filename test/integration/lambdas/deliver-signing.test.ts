import { randomBytes } from "node:crypto";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { outboundClient } from "#shared/adapters/http/outbound-client.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { frameLength } from "#shared/events/zstd.ts";
import { type DeliverySettings, signingSecretOf } from "#shared/webhooks/settings.ts";
import { createHandler } from "../../../lambdas/deliver/handler.ts";
import type { SettleDeps } from "../../../lambdas/deliver/settle.ts";
import type { Aws } from "../../support/aws.ts";
import { webhook } from "../../support/builders.ts";
import { captureLog } from "../../support/capture-log.ts";
import { asBatch, deliverDeps } from "../../support/deliver-deps.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";
import type { Receiver } from "../../support/receiver.ts";
import { answer } from "../../support/receiver-behaviour.ts";
import { isSignedWith } from "../../support/verify-signature.ts";
import { storedJson } from "../../support/stored-json.ts";
import { useEmulators } from "../../support/use-emulators.ts";

const text = JSON.stringify([{ msys: { message_event: { type: "delivery", subject: "Grüße" } } }]);
const hour = 60 * 60_000;
const newSecret = () => signingSecretOf(randomBytes(32));

let aws: Aws;
let receiver: Receiver;
/** Near the real time: the reference verifier refuses what is older than five minutes. */
let now: number;
useEmulators((emulated) => {
  ({ aws, receiver } = emulated);
  now = Date.now();
});

/** The handler on real adapters, for a webhook with these settings. */
const createSystem = async (fields: Partial<DeliverySettings>) => {
  const webhookId = crypto.randomUUID();
  const settings = deliverySettingsTable(aws.tables.webhooks);
  const common = { authToken: "", auth: { type: "none" }, customHeaders: {} } as const;
  await settings.put({ webhookId, revision: 1, settings: { target: `${receiver.url}/hook`, ...common, ...fields } });
  const queue = await aws.createQueue();
  const retries = deliveryQueue(queue);
  const sent: DeliveryMessage[] = [];
  const targets = outboundClient({ allowedRanges: ["127.0.0.0/8"] });
  const send: SettleDeps["retries"]["send"] = async (message, delaySeconds) => {
    sent.push(asBatch(message));
    await retries.send(message, delaySeconds);
  };
  const run = async (messages: readonly DeliveryMessage[]) =>
    await createHandler(deliverDeps(aws, { retries: { send }, targets, now: () => now }))(
      sqsEvent(messages),
      lambdaContext(),
    );
  const message = (body: BodyPlace): DeliveryMessage => ({
    version: 1,
    batchId: crypto.randomUUID(),
    webhookId,
    customerId: "1",
    settingsRevision: 1,
    createdAt: new Date(now).toISOString(),
    events: 1,
    bytes: Buffer.byteLength(text),
    body,
    attempt: 1,
  });
  return { run, message, sent, webhookId, settings };
};

const gzip = gzipSync(text, { level: 1 });
const inline: BodyPlace = { kind: "inline", gzip: gzip.toString("base64") };
const zstd = zstdCompressSync(text);
const stored = async (suffix: string, bytes: Buffer): Promise<BodyPlace> =>
  await aws.storeObject(`batches/${crypto.randomUUID()}${suffix}`, bytes);
const places: readonly (readonly [string, () => Promise<BodyPlace>])[] = [
  ["in gzip in its message", () => Promise.resolve(inline)],
  ["in gzip in the bucket", async () => await stored(".json.gz", gzip)],
  ["in zstd in its message", () => Promise.resolve({ kind: "inline", zstd: zstd.toString("base64") })],
  ["in zstd in the bucket", async () => await stored(".json.zst", zstd)],
];

describe.each(places)("a batch %s", (_, place) => {
  it("goes out as it is, with a signature that the reference verifier takes", async () => {
    const secret = newSecret();
    const { run, message } = await createSystem({ signing: { secret, rotated: [] } });
    const batch = message(await place());
    await run([batch]);
    const [request] = receiver.requests;
    expect(request?.body.toString()).toBe(text);
    expect(request?.headers).not.toHaveProperty("content-encoding");
    expect(request?.headers).toMatchObject({
      "webhook-id": batch.batchId,
      "webhook-timestamp": String(Math.floor(now / 1_000)),
      "x-messagesystems-batch-id": batch.batchId,
    });
    const headers = request?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request?.body ?? "", headers)).toEqual(JSON.parse(text));
  });

  it("goes out in gzip when its target takes that, with a signature that frameworks which decompress can verify", async () => {
    const secret = newSecret();
    const { run, message } = await createSystem({ signing: { secret, rotated: [] }, compression: "gzip" });
    await run([message(await place())]);
    const [request] = receiver.requests;
    // What is stored in gzip is sent as it is.
    expect(request?.body).toEqual(gzip);
    expect(request?.headers).toMatchObject({
      "content-type": "application/json",
      "content-encoding": "gzip",
      "content-length": String(gzip.length),
    });
    const { headers = {}, body = Buffer.alloc(0) } = request ?? {};
    const json = gunzipSync(body);
    expect(json.toString()).toBe(text);
    expect(new Webhook(secret).verify(json, headers as Record<string, string>)).toEqual(JSON.parse(text));
  });
});

describe.each(places)("a batch %s", (_, place) => {
  it("goes out in zstd as one frame, after which common decoders stop, when its target takes that", async () => {
    const secret = newSecret();
    const { run, message } = await createSystem({ signing: { secret, rotated: [] }, compression: "zstd" });
    await run([message(await place())]);
    const { headers = {}, body = Buffer.of() } = receiver.requests[0] ?? {};
    expect(headers).toMatchObject({ "content-encoding": "zstd", "content-length": String(body.length) });
    expect(frameLength(body)).toBe(body.length);
    const json = zstdDecompressSync(body);
    expect(new Webhook(secret).verify(json, headers as Record<string, string>)).toEqual(JSON.parse(text));
  });
});

describe("signing", () => {
  it("is off unless it is asked for", async () => {
    const { run, message } = await createSystem({});
    await run([message(inline)]);
    expect(Object.keys(receiver.requests[0]?.headers ?? {}).filter((name) => name.startsWith("webhook-"))).toEqual([]);
  });

  it.each([undefined, "gzip"] as const)("is new with each attempt of the same body (%s)", async (compression) => {
    const secret = newSecret();
    const signing = { secret, rotated: [] };
    const { run, message, sent } = await createSystem(compression ? { signing, compression } : { signing });
    receiver.respond("/hook", { kind: "sequence", steps: [answer(500), answer(200)] });
    await run([message(inline)]);
    now += 31_000;
    await run(sent);
    const [first, second] = receiver.requests;
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(Number(second?.headers["webhook-timestamp"]) - Number(first?.headers["webhook-timestamp"])).toBe(31);
    for (const { headers, body } of receiver.requests) expect(await isSignedWith(secret, { headers, body })).toBe(true);
  });

  it("carries both signatures until the overlap ends, and only the new one after it", async () => {
    const [fresh, old] = [newSecret(), newSecret()];
    const signing = { secret: fresh, rotated: [{ secret: old, until: now + hour }] };
    const { run, message } = await createSystem({ signing });
    await run([message(inline)]);
    now += hour;
    await run([message(inline)]);
    const signers = receiver.requests.map(async ({ headers, body }) => ({
      count: String(headers["webhook-signature"]).split(" ").length,
      fresh: await isSignedWith(fresh, { headers, body }),
      old: await isSignedWith(old, { headers, body }),
    }));
    expect(await Promise.all(signers)).toEqual([
      { count: 2, fresh: true, old: true },
      { count: 1, fresh: true, old: false },
    ]);
  });

  it("covers what an access token's repeat sends", async () => {
    const secret = newSecret();
    const auth: DeliverySettings["auth"] = {
      type: "oauth2",
      url: `${receiver.url}/token`,
      body: { client_id: "me" },
      contentType: "application/json",
      headers: {},
    };
    const { run, message } = await createSystem({ auth, signing: { secret, rotated: [] } });
    receiver.respond("/token", answer(200, {}, '{"access_token":"t","expires_in":3600}'));
    await run([message(inline)]);
    const request = receiver.requests.find(({ path }) => path === "/hook");
    expect(request?.headers.authorization).toBe("Bearer t");
    const { headers = {}, body = Buffer.alloc(0) } = request ?? {};
    expect(await isSignedWith(secret, { headers, body })).toBe(true);
  });
});

describe("secrets", () => {
  it("are in no log line, queue message or batch item", async () => {
    const [fresh, old] = [newSecret(), newSecret()];
    const signing = { secret: fresh, rotated: [{ secret: old, until: now + hour }] };
    const { run, message, sent } = await createSystem({ signing });
    receiver.respond("/hook", { kind: "sequence", steps: [answer(500), answer(200)] });
    const log = await captureLog(async () => {
      await run([message(inline)]);
      now += 31_000;
      await run(sent);
    });
    const { client, tableName } = aws.tables.batches;
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    expect(log).toContain("delivery.attempted");
    expect(sent).toHaveLength(1);
    expect(Items.length).toBeGreaterThan(0);
    const signatures = receiver.requests.flatMap(({ headers }) => String(headers["webhook-signature"]).split(" "));
    expect(signatures).toHaveLength(4);
    for (const place of [log, JSON.stringify(sent), storedJson(Items)]) {
      for (const secret of [fresh, old, ...signatures]) expect(place).not.toContain(secret.replace(/^whsec_|^v1,/, ""));
    }
  });
});

it("a batch that was queued before a rotation is signed with the present secrets, at its own target", async () => {
  const [before, after] = [newSecret(), newSecret()];
  const { run, message, webhookId, settings } = await createSystem({ signing: { secret: before, rotated: [] } });
  const queued = message(inline);
  const own = await settings.find(webhookId, 1);
  if (own === undefined) throw new Error("no settings");
  const present = { ...own, target: `${receiver.url}/moved`, signing: { secret: after, rotated: [] } };
  await settings.put({ webhookId, revision: 2, settings: present });
  await webhooksTable(aws.tables.webhooks).create(webhook({ webhookId, settingsRevision: 2 }));
  await run([queued]);
  const [request] = receiver.requests;
  expect(request?.path).toBe("/hook");
  const headers = request?.headers as Record<string, string>;
  expect(new Webhook(after).verify(text, headers)).toEqual(JSON.parse(text));
  expect(() => new Webhook(before).verify(text, headers)).toThrow("No matching signature found");
});
