import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { batchBody, batchIdOf, cutBatches, typesOf } from "#shared/delivery/batch.ts";
import { bodyOf, chainBodyOf, decodeBody, framesOf } from "#shared/delivery/body.ts";
import { type BatchEvent, type BatchItem, cutParts, isOneBatch } from "#shared/delivery/cut.ts";
import { countEventTypes } from "#shared/delivery/message.ts";
import { type Frame, isFrame, packFrame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { bytesOf, spanOf } from "#shared/events/span.ts";
import { subscription, window } from "../../support/builders.ts";

const eventsOf = (sizes: readonly number[]) =>
  sizes.map((size, index) => ({
    type: ["delivery", "bounce", "click"][index % 3] ?? "",
    subaccountId: undefined,
    ...spanOf(Buffer.from(JSON.stringify({ n: index, pad: "x".repeat(size) }))),
  }));

const open = (frame: Frame) => {
  const reading = openFrame(frame);
  if (reading.kind === "damaged") throw new Error(reading.problem);
  return reading.events;
};

const opened = (items: readonly BatchItem[]): readonly BatchEvent[] =>
  items.flatMap((item): readonly BatchEvent[] => (isFrame(item) ? open(item) : [item]));

const textsOf = (items: readonly BatchItem[]): readonly string[] =>
  opened(items).map((event) => bytesOf(event).toString());

test.prop([
  fc.array(
    fc.record({
      sizes: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }),
      isFramed: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 30, max: 4_000 }),
])("batches of frames and events keep both caps, order and every byte", async (runs, batchSize, maxBatchBytes) => {
  const items = runs.flatMap(({ sizes, isFramed }): readonly BatchItem[] =>
    isFramed ? [packFrame(eventsOf(sizes))] : eventsOf(sizes),
  );
  const own = subscription({ batchSize, maxBatchBytes });
  const batches = cutBatches({ subscription: own, window: window(), items, open });
  expect(batches.flatMap((batch) => textsOf(batch.items))).toEqual(textsOf(items));
  for (const batch of batches) {
    const texts = textsOf(batch.items);
    const { encoded, bytes } = await bodyOf(batch);
    const { body } = await decodeBody(encoded, bytes);
    expect(body.toString()).toBe(`[${texts.join(",")}]`);
    expect([texts.length, body.length]).toEqual([batch.events, bytes]);
    expect(batch.events).toBeLessThanOrEqual(batchSize);
    if (batch.events > 1) expect(bytes).toBeLessThanOrEqual(maxBatchBytes);
    expect(countEventTypes(typesOf(batch.items))).toEqual(countEventTypes(opened(batch.items)));
  }
});

const runs = fc.array(
  fc.record({
    sizes: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }),
    isDamaged: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

test.prop([runs, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 30, max: 4_000 })])(
  "a chain is cut the same wherever cutting begins again, and keeps ids, order and every byte",
  (frames, batchSize, maxBatchBytes) => {
    const own = subscription({ batchSize, maxBatchBytes });
    const packs = frames.map(({ sizes }) => packFrame(eventsOf(sizes)));
    const encoded = chainBodyOf("1", packs);
    const { frames: items } = framesOf(encoded.bytes);
    const isDamaged = (frame: Frame): boolean => frame.events > 1 && frames[items.indexOf(frame)]?.isDamaged === true;
    const openSome = (frame: Frame): readonly BatchEvent[] => (isDamaged(frame) ? [] : open(frame));
    const cut = (from: number) => [...cutParts({ items, sizes: own, from, open: openSome })];
    const whole = cut(0);
    for (const [index, { next }] of whole.entries()) {
      const again = cut(next);
      expect(again.map((part) => [part.first, part.next, part.bytes, textsOf(part.items)])).toEqual(
        whole.slice(index + 1).map((part) => [part.first, part.next, part.bytes, textsOf(part.items)]),
      );
    }
    const origin = { ...window(), ...own };
    expect(new Set(whole.map((part) => batchIdOf(origin, part))).size).toBe(whole.length);
    for (const part of whole) expect(countEventTypes(typesOf(part.items))).toEqual(countEventTypes(opened(part.items)));
    if (frames.every((frame) => !frame.isDamaged)) {
      const batches = cutBatches({ subscription: own, window: window(), items: packs, open });
      expect(whole.map((part) => textsOf(part.items))).toEqual(batches.map((batch) => textsOf(batch.items)));
      expect(whole.map((part) => batchIdOf(origin, part))).toEqual(batches.map(({ batchId }) => batchId));
      expect(isOneBatch(packs, own)).toBe(batches.length === 1);
    }
  },
);

it("a frame goes into a batch as it is, unless the batch has no room for it", () => {
  const [one, two, three] = [1, 2, 3].map(() => packFrame(eventsOf([1, 1, 1, 1])));
  const items = [one, two, three].filter((frame) => frame !== undefined);
  const batches = cutBatches({ subscription: subscription({ batchSize: 6 }), window: window(), items, open });
  expect(batches.map((batch) => batch.items.map((item) => (isFrame(item) ? item.events : 1)))).toEqual([
    [4, 1, 1],
    [1, 1, 4],
  ]);
  expect(batches.map(({ closedBy }) => closedBy)).toEqual(["count", "window"]);
});

/** Events in a few texts, each behind the one before or with something between, and whether each is taken. */
const records = fc.array(
  fc.array(
    fc.record({ event: fc.json(), between: fc.constantFrom("\n", "\n", ",", "\r\n", ""), taken: fc.boolean() }),
    {
      maxLength: 20,
    },
  ),
  { maxLength: 4 },
);

test.prop([records])("a body is the array of its events, wherever these lie and whichever are taken", (texts) => {
  const expected: string[] = [];
  const spans = texts.flatMap((pieces) => {
    const text = Buffer.from(pieces.map(({ event, between }) => event + between).join(""));
    let at = 0;
    return pieces.flatMap(({ event, between, taken }) => {
      const span = { text, start: at, end: at + Buffer.byteLength(event) };
      at = span.end + between.length;
      if (taken) expected.push(event);
      return taken ? [span] : [];
    });
  });
  expect(batchBody(spans).toString()).toBe(`[${expected.join(",")}]`);
});

it.each([
  ["the number of events", { batchSize: 2 }, ["count", "count", "window"]],
  ["the end of the window, also when that filled it", { batchSize: 5 }, ["window"]],
  ["its bytes", { maxBatchBytes: 40 }, ["bytes", "bytes", "window"]],
  ["the end of the window", {}, ["window"]],
])("a batch says that it was closed by %s", (_, fields, expected) => {
  const batches = cutBatches({
    subscription: subscription(fields),
    window: window(),
    items: eventsOf([1, 1, 1, 1, 1]),
    open,
  });
  expect(batches.map(({ closedBy }) => closedBy)).toEqual(expected);
});

it("an empty batch is an empty array", () => {
  expect(batchBody([]).toString()).toBe("[]");
});

describe("batch ids", () => {
  const ids = (options: { sub?: object; win?: object; events?: number } = {}): readonly string[] =>
    cutBatches({
      subscription: subscription({ batchSize: 2, ...options.sub }),
      window: window(options.win),
      items: eventsOf(Array.from({ length: options.events ?? 5 }, () => 1)),
      open,
    }).map(({ batchId }) => batchId);

  it("are UUIDs, one for each part", () => {
    expect(new Set(ids()).size).toBe(3);
    for (const id of ids()) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("are the same when a window runs again", () => {
    expect(ids()).toEqual(ids());
  });

  it.each([
    ["webhook", { sub: { webhookId: "1cc94ef0-ab17-41e4-b135-0ff9de159aa8" } }],
    ["revision", { sub: { revision: 2 } }],
    ["stream", { win: { stream: "arn:aws:kinesis:us-east-1:000000000000:stream/other" } }],
    ["shard", { win: { shard: "shardId-000000000001" } }],
    ["first sequence number", { win: { firstSequenceNumber: "1" } }],
    ["last sequence number", { win: { lastSequenceNumber: "999" } }],
  ])("differ for another %s", (_, options) => {
    const both = [...ids(), ...ids(options)];
    expect(new Set(both).size).toBe(both.length);
  });
});
