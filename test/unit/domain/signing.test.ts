import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  type Signing,
  maskSettings,
  rotateSecret,
  secretsAt,
  signingKeyOf,
  signingSecretOf,
} from "#shared/webhooks/settings.ts";

const first: Signing = { secret: "secret 0", rotated: [] };

/** Rotations one after the other, each some time after the one before. */
const rotations = fc.array(fc.record({ afterMs: fc.nat(100), overlapMs: fc.nat(100) }), { maxLength: 6 });

const rotateAll = (steps: readonly { readonly afterMs: number; readonly overlapMs: number }[]) => {
  let now = 0;
  let signing = first;
  const ends = steps.map(({ afterMs, overlapMs }, index) => {
    now += afterMs;
    signing = rotateSecret(signing, { secret: `secret ${index + 1}`, now, overlapMs });
    return now + overlapMs;
  });
  return { signing, now, ends };
};

test.prop([rotations, fc.nat(200)])(
  "the newest secret always signs, and an older one until the first overlap since its rotation ends",
  (steps, laterMs) => {
    const { signing, now, ends } = rotateAll(steps);
    const at = now + laterMs;
    const expected = [...ends.keys()].filter((index) => ends.slice(index).every((end) => at < end));
    const newestFirst = [steps.length, ...expected.toReversed()].map((index) => `secret ${index}`);
    expect(secretsAt(signing, at)).toEqual(newestFirst);
  },
);

test.prop([rotations])("a rotation keeps no secret that has ended", (steps) => {
  const { signing, now } = rotateAll(steps);
  expect(secretsAt(signing, now)).toHaveLength(1 + signing.rotated.length);
});

test.prop([fc.uint8Array({ minLength: 24, maxLength: 64 })])("a secret is its bytes in base64 with a prefix", (key) => {
  const secret = signingSecretOf(key);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
  expect(signingKeyOf(secret)).toEqual(Buffer.from(key));
});

describe("masked settings", () => {
  it("show the last four characters of each secret and when the old ones end", () => {
    const [fresh, old] = [signingSecretOf(Buffer.alloc(32, 1)), signingSecretOf(Buffer.alloc(32, 2))];
    const masked = maskSettings({
      target: "https://example.com/hook",
      authToken: "",
      auth: { type: "none" },
      customHeaders: {},
      signing: { secret: fresh, rotated: [{ secret: old, until: 7 }] },
      compression: "gzip",
    });
    expect(masked.signing).toEqual({
      secret: `****${fresh.slice(-4)}`,
      rotated: [{ secret: `****${old.slice(-4)}`, until: 7 }],
    });
    expect(masked.compression).toBe("gzip");
  });
});
