import { gzipSync, zstdCompressSync } from "node:zlib";
import { fc, it } from "@fast-check/vitest";
import { Webhook } from "standardwebhooks";
import { describe, expect } from "vitest";
import { signatureHeaders } from "#shared/delivery/headers.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { testBatchId, verifySignature } from "../../../receiver/index.ts";

const batchId = "0b4d2a4e-6f1c-5d0e-9c55-0a8c1c3f7a11";
const secretOf = (fill: number): string => signingSecretOf(Buffer.alloc(32, fill));
const secret = secretOf(1);
const now = Date.UTC(2026, 10, 25);
const body = Buffer.from('[{"msys":{"message_event":{ "type":"delivery"}}}]');
const options = { now };

/** As Tidepost signs. */
const sign = (json: Uint8Array = body, secrets: readonly string[] = [secret]) => {
  const [newest = "", ...older] = secrets;
  const rotated = older.map((old) => ({ secret: old, until: now + 1 }));
  return signatureHeaders({ messageId: batchId, json, signing: { secret: newest, rotated }, now });
};

describe("verifySignature", () => {
  it("accepts what another implementation of Standard Webhooks has signed", () => {
    const signature = new Webhook(secret).sign(batchId, new Date(now), body);
    const headers = {
      "Webhook-Id": batchId,
      "Webhook-Timestamp": String(now / 1_000),
      "Webhook-Signature": signature,
    };
    expect(verifySignature(body, headers, secret, options)).toBe(true);
    expect(verifySignature(body.toString(), new Headers(headers), secret, options)).toBe(true);
  });

  it("accepts a compressed body as it arrived, and as a framework has decompressed it", () => {
    const headers = { ...sign(), "content-encoding": "gzip" };
    expect(verifySignature(gzipSync(body), headers, secret, options)).toBe(true);
    expect(verifySignature(body, headers, secret, options)).toBe(true);
  });

  it("takes zstd, too", () => {
    const headers = { ...sign(), "content-encoding": "zstd" };
    expect(verifySignature(zstdCompressSync(body), headers, secret, options)).toBe(true);
    expect(verifySignature(zstdCompressSync(body), headers, secret, { ...options, maxBytes: 10 })).toBe(false);
  });

  it("refuses a compressed body that is signed as it is compressed, is damaged, or inflates to too much", () => {
    const compressed = gzipSync(body);
    const headers = { ...sign(), "content-encoding": "gzip" };
    expect(verifySignature(compressed, { ...headers, ...sign(compressed) }, secret, options)).toBe(false);
    expect(verifySignature(compressed.subarray(0, 20), headers, secret, options)).toBe(false);
    expect(verifySignature(compressed, headers, secret, { ...options, maxBytes: body.length - 1 })).toBe(false);
  });

  it("refuses a body that was parsed and written again", () => {
    const rewritten = JSON.stringify(JSON.parse(body.toString()));
    expect(verifySignature(rewritten, sign(), secret, options)).toBe(false);
  });

  it.prop([fc.nat({ max: body.length - 1 }), fc.integer({ min: 1, max: 255 })])(
    "refuses a body with any other byte",
    (index, change) => {
      const changed = Buffer.from(body);
      changed[index] = (changed[index] ?? 0) ^ change;
      expect(verifySignature(changed, sign(), secret, options)).toBe(false);
    },
  );

  it("accepts either secret during a rotation, on either side", () => {
    const [old, current] = [secretOf(2), secretOf(3)];
    expect(verifySignature(body, sign(body, [old]), [old, current], options)).toBe(true);
    expect(verifySignature(body, sign(body, [current]), [old, current], options)).toBe(true);
    expect(verifySignature(body, sign(body, [current, old]), old, options)).toBe(true);
    expect(verifySignature(body, sign(body, [secretOf(4)]), [old, current], options)).toBe(false);
  });

  it("refuses a time that is too far away, either way", () => {
    const at = (seconds: number, toleranceSeconds?: number) =>
      verifySignature(body, sign(), secret, { now: now + seconds * 1_000, toleranceSeconds });
    expect([at(300), at(-300), at(301), at(-301)]).toEqual([true, true, false, false]);
    expect([at(10, 10), at(11, 10)]).toEqual([true, false]);
  });

  it("takes the clock's time by default", () => {
    expect(verifySignature(body, sign(), secret)).toBe(Math.abs(Date.now() - now) <= 300_000);
  });

  it("refuses another batch id than the signed one, wherever it stands", () => {
    const id = "11111111-1111-5111-9111-111111111111";
    expect(verifySignature(body, { ...sign(), "webhook-id": id }, secret, options)).toBe(false);
    const unsigned = { ...sign(), "x-messagesystems-batch-id": id };
    expect(verifySignature(body, unsigned, secret, options)).toBe(false);
    expect(verifySignature(body, { ...unsigned, "x-messagesystems-batch-id": batchId }, secret, options)).toBe(true);
    // A batch that was heard cannot be sent again as a test, which is no duplicate of another.
    expect(verifySignature(body, { ...unsigned, "x-messagesystems-batch-id": testBatchId }, secret, options)).toBe(
      false,
    );
  });

  it.each([
    ["no headers", { "webhook-id": undefined, "webhook-timestamp": undefined, "webhook-signature": undefined }],
    ["no signature", { "webhook-signature": undefined }],
    ["an empty signature", { "webhook-signature": "" }],
    ["an unknown version", { "webhook-signature": "v2,AAAA" }],
    ["a cut signature", { "webhook-signature": sign()["webhook-signature"]?.slice(0, -9) }],
    ["no time", { "webhook-timestamp": "" }],
    ["a time that is no number", { "webhook-timestamp": "NaN" }],
  ])("refuses %s", (_, change) => {
    expect(verifySignature(body, { ...sign(), ...change }, secret, options)).toBe(false);
  });

  it.each(["", " ", "whsec_", "whsec_!!!!", "not-a-secret"])("does not run with the secret %j", (wrong) => {
    expect(() => verifySignature(body, sign(), wrong, options)).toThrow(/signing secret/);
  });
});
