import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { decodeRecord, readRecord } from "#shared/events/decode-record.ts";
import { isFrame } from "#shared/events/frames.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { bytesOf } from "#shared/events/span.ts";
import { eventTexts } from "../../support/builders.ts";

const event = (fields: object = {}, eventClass = "track_event", space?: number): string =>
  JSON.stringify({ msys: { [eventClass]: { type: "click", customer_id: "liar", ...fields } } }, null, space);

const events = fc.array(
  fc
    .tuple(
      fc.record({
        type: fc.constantFrom("delivery", "click", "reception", 'odd "type"', "ünï"),
        subaccount_id: fc.option(fc.oneof(fc.nat(70), fc.constantFrom("7", "x y")), { nil: undefined }),
        rcpt_meta: fc.jsonValue(),
      }),
      fc.constantFrom("message_event", "track_event", "rare_event"),
      fc.constantFrom(undefined, 2),
    )
    .map(([fields, eventClass, space]) => event(fields, eventClass, space)),
  { minLength: 1, maxLength: 1_200 },
);

test.prop([events])("what is packed is what is decoded: the events' bytes, owned by the key's customer", (texts) => {
  const records = packRecords("mine", eventTexts(texts));
  for (const { data, lines } of records) {
    const decoded = decodeRecord(data);
    expect(decoded.undecodable).toEqual([]);
    expect(decoded.events.map((found) => bytesOf(found).toString()).toSorted()).toEqual(
      lines.map((line) => texts[line - 1] ?? "").toSorted(),
    );
    expect(new Set(decoded.events.map(({ customerId }) => customerId))).toEqual(new Set(["mine"]));
  }
  expect(records.flatMap(({ lines }) => lines)).toEqual(texts.map((_, index) => index + 1));
});

test.prop([events])("events that have been read are routed as reading them again would", (texts) => {
  const read = new Map(
    eventTexts(texts).map(({ type, subaccountId }, index) => [texts[index], { type, subaccountId }]),
  );
  for (const { data } of packRecords("mine", eventTexts(texts))) {
    for (const found of decodeRecord(data).events) {
      const { type, subaccountId } = found;
      expect({ type, subaccountId }).toEqual(read.get(bytesOf(found).toString()));
    }
  }
});

const framesOf = (data: Buffer) => {
  const record = readRecord(data);
  if (record.kind !== "record") throw new Error(record.kind);
  return record.items.filter((item) => isFrame(item));
};

it("gives each class a frame of its own, in order, and classes with few events one together", () => {
  const classes = ["message_event", "track_event", "message_event", "rare_event", "other_event"];
  const texts = Array.from({ length: 60 }, (_, n) => event({ n }, classes[n < 50 ? n % 3 : 3 + (n % 2)]));
  const [record] = packRecords("1", eventTexts(texts));
  const frames = framesOf(record?.data ?? Buffer.alloc(0)).map(({ events: count }) => count);
  expect(frames).toEqual([33, 27]);
  const decoded = decodeRecord(record?.data ?? Buffer.alloc(0)).events.map((found) => bytesOf(found).toString());
  expect(decoded.slice(0, 33)).toEqual(texts.filter((text) => text.includes("message_event")));
});

it("closes a record at 500 events and salts the partition key", () => {
  const records = packRecords("1", eventTexts(Array.from({ length: 1_001 }, () => event())));
  expect(records.map(({ lines }) => lines.length)).toEqual([500, 500, 1]);
  expect(new Set(records.map(({ partitionKey }) => partitionKey)).size).toBe(3);
});

it("closes a record at 400 KB and uses the customer as key for a single record", () => {
  const large = eventTexts(Array.from({ length: 3 }, () => event({ pad: "x".repeat(200_000) })));
  expect(packRecords("1", large).map(({ lines }) => lines)).toEqual([[1], [2], [3]]);
  expect(packRecords("1", eventTexts([event()]))[0]?.partitionKey).toBe("1");
});

it("begins a record with a header line that people can read", () => {
  const [record] = packRecords('a "b"', eventTexts([event()]));
  const [line = "", ...rest] = record?.data.toString("latin1").split("\n") ?? [];
  expect(JSON.parse(line)).toEqual({ tidepost: 2, customer_id: 'a "b"', table: expect.any(Number) });
  expect(rest.join("\n")).toMatch(/^\[\{"events":1,"bytes":\d+,"length":\d+,"routes":\[\["click"\]\]\}\]/);
});
