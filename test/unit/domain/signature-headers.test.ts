import { fc, test } from "@fast-check/vitest";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signatureHeaders } from "#shared/delivery/headers.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { isSignedWith } from "../../support/verify-signature.ts";

const now = Date.parse("2026-01-02T03:04:05.678Z");
/** The reference verifier refuses what is older than five minutes. */
beforeEach(() => void vi.useFakeTimers({ now, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const secrets = fc.uint8Array({ minLength: 24, maxLength: 64 }).map(signingSecretOf);
const bodies = fc.uint8Array({ maxLength: 200 });
const batchId = "9d0c4d0e-6a5b-5c3f-8f0e-2b1a7c9d4e11";

test.prop([secrets, fc.json()])("the reference verifier takes any body that is text", (secret, text) => {
  const body = Buffer.from(text);
  const headers = signatureHeaders({ messageId: batchId, json: body, signing: { secret, rotated: [] }, now });
  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(text));
});

test.prop([secrets, bodies])("the signature is that of the JSON's own bytes", async (secret, body) => {
  const headers = signatureHeaders({ messageId: batchId, json: body, signing: { secret, rotated: [] }, now });
  expect(await isSignedWith(secret, { headers, body })).toBe(true);
});

test.prop([secrets, fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.integer({ min: 1, max: 255 })])(
  "any changed byte breaks the signature",
  async (secret, body, place, change) => {
    const headers = signatureHeaders({ messageId: batchId, json: body, signing: { secret, rotated: [] }, now });
    const changed = body.map((byte, index) => (index === place % body.length ? byte ^ change : byte));
    expect(await isSignedWith(secret, { headers, body: changed })).toBe(false);
  },
);

test.prop([secrets, secrets, bodies])(
  "so does another secret, another id or another time",
  async (secret, other, body) => {
    fc.pre(secret !== other);
    const headers = signatureHeaders({ messageId: batchId, json: body, signing: { secret, rotated: [] }, now });
    expect(await isSignedWith(other, { headers, body })).toBe(false);
    for (const changed of [{ "webhook-id": "other" }, { "webhook-timestamp": "1767323046" }]) {
      expect(await isSignedWith(secret, { headers: { ...headers, ...changed }, body })).toBe(false);
    }
  },
);

describe("headers", () => {
  const secretOf = (fill: number) => signingSecretOf(Buffer.alloc(32, fill));
  const body = Buffer.from('[{"msys":{}}]');

  it("name the batch and the attempt's second", () => {
    const headers = signatureHeaders({
      messageId: batchId,
      json: body,
      signing: { secret: secretOf(1), rotated: [] },
      now,
    });
    expect(headers).toEqual({
      "webhook-id": batchId,
      "webhook-timestamp": "1767323045",
      "webhook-signature": expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
  });

  it("hold a signature of every secret that is valid then, separated by a space", async () => {
    const signing = { secret: secretOf(1), rotated: [{ secret: secretOf(2), until: now + 1 }] };
    const during = signatureHeaders({ messageId: batchId, json: body, signing, now });
    expect(during["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const { secret } of [signing, ...signing.rotated]) {
      expect(new Webhook(secret).verify(body, during)).toEqual([{ msys: {} }]);
    }
    const after = signatureHeaders({ messageId: batchId, json: body, signing, now: now + 1 });
    expect(after["webhook-signature"]?.split(" ")).toHaveLength(1);
    expect(await isSignedWith(secretOf(2), { headers: after, body })).toBe(false);
  });
});
