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
 * Headers of a POST to a target, with lower-case names. `Content-Type` has no charset, because some receivers compare the
 * whole value. Custom headers may replace `User-Agent` only; the other names are reserved.
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
  const custom = Object.entries(settings.customHeaders).map(([name, value]) => [name.toLowerCase(), value] as const);
  const authorization = authorizationOf(settings.auth, input.accessToken);
  return {
    "user-agent": `Tidepost/${version}`,
    ...Object.fromEntries(custom),
    "content-type": "application/json",
    ...(settings.compression === undefined ? {} : { "content-encoding": settings.compression }),
    "x-messagesystems-batch-id": batchId,
    ...(settings.authToken === "" ? {} : { "x-messagesystems-webhook-token": settings.authToken }),
    ...(authorization === undefined ? {} : { authorization }),
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
