import { version } from "#shared/contract/version.ts";
import {
  type Authentication,
  type DeliverySettings,
  type Signing,
  secretsAt,
  signingKeyOf,
} from "#shared/webhooks/settings.ts";
import { traceparentOf } from "#shared/text/traceparent.ts";
import { createHash, createHmac } from "node:crypto";

/** Batch id of every test POST, as receivers of the original product know it. */
export const testBatchId = "77c2b630-d712-11e4-9642-efc2723b99c1";

/**
 * What a signed test POST is named by. Each has another one, because receivers may refuse a message that they have seen;
 * the beginning tells it from a batch, whose id a receiver must not take for that of a test.
 */
export const testMessageId = (unique: string): string => `test_${unique}`;

/** Body of every test POST. */
export const testBody = '[{"msys":{}}]';

/**
 * Marks every POST of Tidepost's. Ingest refuses requests that carry it, whatever proxy or domain they came through: a webhook
 * whose target leads back to ingest would multiply events without end. Custom headers cannot set it.
 */
export const hopHeader = "X-Tidepost-Hop";

/**
 * Headers of a POST to a target. Their names are spelled as the original product spells them, and custom ones as they were
 * registered, because receivers behind some gateways look them up by exact spelling. `Content-Type` has no charset, because
 * some receivers compare the whole value. Custom headers may replace `User-Agent` and `traceparent`; the other names are
 * reserved.
 *
 * @param accessToken OAuth 2 access token, when the settings ask for one
 */
export const deliveryHeaders = (input: {
  readonly batchId: string;
  readonly settings: Omit<DeliverySettings, "target">;
  readonly accessToken?: string | undefined;
  /** The JSON, before compression; needed where the settings sign. */
  readonly json: Uint8Array | undefined;
  /** What signatures name the POST by. @default the batch id */
  readonly messageId?: string;
  /** Start of this attempt in Unix milliseconds. */
  readonly now: number;
}): Readonly<Record<string, string>> => {
  const { batchId, settings, json, messageId = batchId, now } = input;
  const { signing } = settings;
  const authorization = authorizationOf(settings.auth, input.accessToken);
  if (signing !== undefined && json === undefined) throw new Error("A signature needs the JSON of the body");
  const custom = new Set(Object.keys(settings.customHeaders).map((name) => name.toLowerCase()));
  return {
    ...(custom.has("user-agent") ? {} : { "User-Agent": `Tidepost/${version}` }),
    ...(custom.has("traceparent") ? {} : { traceparent: traceparentOf(messageId, spanIdOf(messageId, now)) }),
    ...settings.customHeaders,
    "Content-Type": "application/json",
    ...(settings.compression === undefined ? {} : { "Content-Encoding": settings.compression }),
    "X-MessageSystems-Batch-ID": batchId,
    [hopHeader]: "1",
    ...(settings.authToken === "" ? {} : { "X-MessageSystems-Webhook-Token": settings.authToken }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(signing === undefined || json === undefined ? {} : signatureHeaders({ messageId, json, signing, now })),
  };
};

/** The span of one POST: each attempt of a batch has another one in the batch's trace. */
const spanIdOf = (messageId: string, now: number): string =>
  createHash("sha256").update(`${messageId}.${now}`).digest("hex").slice(0, spanIdDigits);
const spanIdDigits = 16;

const authorizationOf = (auth: Authentication, accessToken: string | undefined): string | undefined => {
  switch (auth.type) {
    case "none":
      return undefined;
    case "basic":
      return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}`;
    case "oauth2":
      return accessToken === undefined ? undefined : `Bearer ${accessToken}`;
  }
};

/**
 * Headers of Standard Webhooks 1.0.0: the message id, which is that of the batch, the time of this attempt in seconds, and one
 * signature for each secret that is valid then. The signature covers the JSON, however it is compressed on the way: that is
 * what frameworks hand on, and what the specification's libraries, which read text, can verify.
 */
export const signatureHeaders = (input: {
  readonly messageId: string;
  readonly json: Uint8Array;
  readonly signing: Signing;
  /** Unix milliseconds. */
  readonly now: number;
}): Readonly<Record<string, string>> => {
  const { messageId, json, signing, now } = input;
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secretsAt(signing, now).map((secret) => {
    const hmac = createHmac("sha256", signingKeyOf(secret)).update(`${messageId}.${timestamp}.`).update(json);
    return `v1,${hmac.digest("base64")}`;
  });
  return { "webhook-id": messageId, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
};
