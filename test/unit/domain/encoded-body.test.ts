import { gunzipSync, gzipSync, zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxBatchBytes } from "#shared/contract/limits.ts";
import { arrayOf, bodyEncodingOf, bodyOf, bodyToSend, decodeBody, encodeBody } from "#shared/delivery/body.ts";
import type { BatchItem } from "#shared/delivery/cut.ts";
import { packFrame } from "#shared/events/frames.ts";
import { spanOf } from "#shared/events/span.ts";
import { subscription } from "../../support/builders.ts";

const encodings = ["zstd", "gzip"] as const;

describe.each(encodings)("a body in %s", (encoding) => {
  it("comes back byte for byte, whatever length is told", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3_000 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat({ max: 2 * maxBatchBytes }),
        async (piece, times, told) => {
          const body = Buffer.concat(Array<Uint8Array>(times).fill(piece));
          expect((await decodeBody(await encodeBody(body, encoding), told)).body).toEqual(body);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is one that other software reads", async () => {
    const body = Buffer.from('[{"msys":{}}]'.repeat(100));
    const { bytes } = await encodeBody(body, encoding);
    expect(encoding === "zstd" ? zstdDecompressSync(bytes) : gunzipSync(bytes)).toEqual(body);
  });

  it("that was damaged is noticed", async () => {
    const body = Buffer.from(JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ n, text: "Grüße" }))));
    const { bytes } = await encodeBody(body, encoding);
    for (const at of [bytes.length - 3, bytes.length >> 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      await expect(decodeBody({ encoding, bytes: damaged }, body.length)).rejects.toThrow(
        /incorrect|invalid|corrupt|checksum/i,
      );
    }
  });

  it("goes out as it is, or in gzip to a target that takes it", async () => {
    const body = Buffer.from('[{"msys":{}}]'.repeat(100));
    const stored = await encodeBody(body, encoding);
    expect((await bodyToSend(stored, body.length, {})).sent).toEqual(body);
    expect(gunzipSync((await bodyToSend(stored, body.length, { compression: "gzip" })).sent)).toEqual(body);
  });
});

describe("a body of frames", () => {
  const event = (n: number) => ({ type: "delivery", subaccountId: undefined, ...spanOf(Buffer.from(`{"n":${n}}`)) });
  const items = [packFrame([event(1), event(2)]), event(3)];

  it("goes out as the array of its events, or in gzip to a target that takes it", async () => {
    const { encoded, bytes } = await bodyOf({ items, subscription: subscription() });
    const array = '[{"n":1},{"n":2},{"n":3}]';
    expect(bytes).toBe(array.length);
    expect((await bodyToSend(encoded, bytes, {})).sent.toString()).toBe(array);
    expect(gunzipSync((await bodyToSend(encoded, bytes, { compression: "gzip" })).sent).toString()).toBe(array);
  });

  it("is the same, made of the events themselves or of what is stored of them", async () => {
    const runs = fc.array(fc.record({ events: fc.integer({ min: 1, max: 4 }), isFrame: fc.boolean() }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(runs, async (drawn) => {
        const mixed = drawn.flatMap(({ events, isFrame }, run): readonly BatchItem[] => {
          const own = Array.from({ length: events }, (_, n) => event(run * 10 + n));
          return isFrame ? [packFrame(own)] : own;
        });
        const { encoded, bytes } = await bodyOf({ items: mixed, subscription: subscription() });
        const made = arrayOf("1", mixed);
        expect(made).toEqual({ body: (await decodeBody(encoded, bytes)).body, damaged: [] });
        expect(made.body.length).toBe(bytes);
        expect((await bodyToSend(made, bytes, {})).sent).toBe(made.body);
        expect(gunzipSync((await bodyToSend(made, bytes, { compression: "gzip" })).sent)).toEqual(made.body);
      }),
      { numRuns: 60 },
    );
  });

  it("that was damaged anywhere is noticed, and its other frames are read", async () => {
    const { encoded, bytes } = await bodyOf({ items, subscription: subscription() });
    const { body: whole } = await decodeBody(encoded, bytes);
    const found = new Set<string>();
    for (let at = 0; at < encoded.bytes.length; at += 1) {
      const damaged = Buffer.from(encoded.bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      try {
        const { body, damaged: frames } = await decodeBody({ ...encoded, bytes: damaged }, bytes);
        // The customer in the header has no part in the body.
        if (!body.equals(whole)) found.add(`${body.toString()} and ${frames.length}`);
      } catch (error) {
        found.add(error instanceof Error ? (error.message.split(":", 1)[0] ?? "") : "");
      }
    }
    expect(found).toEqual(
      new Set([
        "A body of frames has another header",
        "A body of frames is corrupt",
        '[{"n":3}] and 1',
        '[{"n":1},{"n":2}] and 1',
      ]),
    );
  });

  it("of which nothing can be read is an empty array", async () => {
    const { encoded, bytes } = await bodyOf({ items: items.slice(0, 1), subscription: subscription() });
    const damaged = Buffer.from(encoded.bytes);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    const decoded = await decodeBody({ ...encoded, bytes: damaged }, bytes);
    expect(decoded.body.toString()).toBe("[]");
    expect(decoded.damaged).toHaveLength(1);
  });
});

it("a body is stored as it is sent, so that it need not be compressed twice", async () => {
  expect(encodings).toContain(bodyEncodingOf({}));
  expect(bodyEncodingOf({ compression: "gzip" })).toBe("gzip");
  const bytes = gzipSync("[]");
  expect((await bodyToSend({ encoding: "gzip", bytes }, 2, { compression: "gzip" })).sent).toBe(bytes);
});
