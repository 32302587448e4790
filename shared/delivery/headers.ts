import { version } from "#shared/contract/version.ts";
import {
  type Authentication,
  type DeliverySettings,
  type Signing,
  secretsAt,
  signingKeyOf,
} from "#shared/webhooks/settings.ts";
import { createHmac } from "node:crypto";

/** Batch id of every test POST, as receivers of the original product know it. */
export const testBatchId = "77c2b630-d712-11e4-9642-efc2723b99c1";

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
 * some receivers compare the whole value. Custom headers may replace `User-Agent` only; the other names are reserved.
 *
 * @param accessToken OAuth 2 access token, when the settings ask for one
 */
export const deliveryHeaders = (input: {
  readonly batchId: string;
  readonly settings: Omit<DeliverySettings, "target">;
  readonly accessToken?: string | undefined;
  /** The bytes that are sent: compressed when the settings ask for it. */
  readonly body: Uint8Array;
  /** Start of this attempt in Unix milliseconds. */
  readonly now: number;
}): Readonly<Record<string, string>> => {
  const { batchId, settings, body, now } = input;
  const { signing } = settings;
  const authorization = authorizationOf(settings.auth, input.accessToken);
  const namesAgent = Object.keys(settings.customHeaders).some((name) => name.toLowerCase() === "user-agent");
  return {
    ...(namesAgent ? {} : { "User-Agent": `Tidepost/${version}` }),
    ...settings.customHeaders,
    "Content-Type": "application/json",
    ...(settings.compression === undefined ? {} : { "Content-Encoding": settings.compression }),
    "X-MessageSystems-Batch-ID": batchId,
    [hopHeader]: "1",
    ...(settings.authToken === "" ? {} : { "X-MessageSystems-Webhook-Token": settings.authToken }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
    ...(signing === undefined ? {} : signatureHeaders({ batchId, body, signing, now })),
  };
};

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
 * Headers of Standard Webhooks 1.0.0: the batch id, the time of this attempt in seconds, and one signature for each secret
 * that is valid then. The signature covers the bytes that are sent: with `compression` gzip those of the gzip body, so that
 * a receiver verifies before it decompresses.
 */
export const signatureHeaders = (input: {
  readonly batchId: string;
  readonly body: Uint8Array;
  readonly signing: Signing;
  /** Unix milliseconds. */
  readonly now: number;
}): Readonly<Record<string, string>> => {
  const { batchId, body, signing, now } = input;
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = secretsAt(signing, now).map((secret) => {
    const hmac = createHmac("sha256", signingKeyOf(secret)).update(`${batchId}.${timestamp}.`).update(body);
    return `v1,${hmac.digest("base64")}`;
  });
  return { "webhook-id": batchId, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
};
