import { createHmac } from "node:crypto";
import { secretsAt, type Signing, signingKeyOf } from "./signing.ts";

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
