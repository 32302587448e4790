import { zstdDecompressSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { packRecords } from "#shared/events/pack-records.ts";
import { bytesOf, spanOf } from "#shared/events/span.ts";
import { readEvent } from "#shared/events/read-event.ts";
import { decodeRecord } from "#shared/events/decode-record.ts";

const eventText = (pad: string, line: number, space?: number) => ({
  ...spanOf(
    Buffer.from(JSON.stringify({ msys: { track_event: { type: "click", customer_id: "liar", pad } } }, null, space)),
  ),
  line,
});

test.prop([
  fc.array(fc.tuple(fc.string({ maxLength: 50 }), fc.constantFrom(undefined, 2)), { minLength: 1, maxLength: 1_200 }),
])("what is packed is what is decoded, byte for byte, and owned by the key's customer", (events) => {
  const texts = events.map(([pad, space], index) => eventText(pad, index + 1, space));
  const records = packRecords("mine", texts);
  const decoded = records.flatMap(({ data }) => decodeRecord(data).events);
  expect(decoded.map(bytesOf)).toEqual(texts.map(bytesOf));
  expect(new Set(decoded.map(({ customerId }) => customerId))).toEqual(new Set(["mine"]));
  expect(records.flatMap(({ lines }) => lines)).toEqual(texts.map(({ line }) => line));
});

it("closes a record at 500 events and salts the partition key", () => {
  const records = packRecords(
    "1",
    Array.from({ length: 1_001 }, (_, index) => eventText("", index + 1)),
  );
  expect(records.map(({ lines }) => lines.length)).toEqual([500, 500, 1]);
  expect(new Set(records.map(({ partitionKey }) => partitionKey)).size).toBe(3);
});

it("closes a record at 400 KB and uses the customer as key for a single record", () => {
  const large = Array.from({ length: 3 }, (_, index) => eventText("x".repeat(200_000), index + 1));
  expect(packRecords("1", large).map(({ lines }) => lines)).toEqual([[1], [2], [3]]);
  expect(packRecords("1", [eventText("", 1)])[0]?.partitionKey).toBe("1");
});

it("begins a record with the header line", () => {
  const [record] = packRecords('a "b"', [eventText("", 1)]);
  expect(
    zstdDecompressSync(record?.data ?? "")
      .toString()
      .split("\n", 1)[0],
  ).toBe('{"tidepost":1,"customer_id":"a \\"b\\""}');
});

const routed = (text: string, line: number) => {
  const span = spanOf(Buffer.from(text));
  const reading = readEvent(span);
  if (reading.kind !== "event") throw new Error(`not an event: ${text}`);
  const { type, subaccountId } = reading.event;
  return { ...span, line, route: { type, subaccountId } };
};

test.prop([
  fc.array(
    fc.record({
      type: fc.constantFrom("delivery", "click", "reception", 'odd "type"', "ünï"),
      subaccount_id: fc.option(fc.oneof(fc.nat(9), fc.constantFrom("7", "x y")), { nil: undefined }),
      customer_id: fc.constantFrom("1", 2),
      rcpt_meta: fc.jsonValue(),
    }),
    { minLength: 1, maxLength: 700 },
  ),
])("events that ingest has read are routed as parsing them would", (fields) => {
  const texts = fields.map((event) => JSON.stringify({ msys: { message_event: event } }));
  const decode = (events: Parameters<typeof packRecords>[1]) =>
    packRecords("mine", events)
      .flatMap(({ data }) => decodeRecord(data).events)
      .map(({ text, start, end, ...route }) => ({ ...route, bytes: bytesOf({ text, start, end }) }));
  const events = texts.map((text, index) => routed(text, index + 1));
  expect(decode(events)).toEqual(decode(events.map(({ text, start, end, line }) => ({ text, start, end, line }))));
});

it.each([
  ["fewer lines", '"lines":[0]'],
  ["an index that is none", '"lines":[0,7]'],
])("a header whose routes have %s than the record is not believed", (_, lines) => {
  const header = `{"tidepost":1,"customer_id":"mine","routes":[["delivery"]],${lines}}`;
  const events = [1, 2].map((n) => JSON.stringify({ msys: { track_event: { type: "click", n } } }));
  const { events: decoded } = decodeRecord(Buffer.from(`${[header, ...events].join("\n")}\n`));
  expect(decoded.map(({ type }) => type)).toEqual(["click", "click"]);
});
