import { gunzipSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { packRecords } from "#shared/domain/pack-records.ts";
import { decodeRecord } from "#shared/domain/records/decode-record.ts";

const eventText = (pad: string, line: number, space?: number) => ({
  bytes: Buffer.from(
    JSON.stringify({ msys: { track_event: { type: "click", customer_id: "liar", pad } } }, null, space),
  ),
  line,
});

test.prop([
  fc.array(fc.tuple(fc.string({ maxLength: 50 }), fc.constantFrom(undefined, 2)), { minLength: 1, maxLength: 1_200 }),
])("what is packed is what is decoded, byte for byte, and owned by the key's customer", (events) => {
  const texts = events.map(([pad, space], index) => eventText(pad, index + 1, space));
  const records = packRecords("mine", texts);
  const decoded = records.flatMap(({ data }) => decodeRecord(data).events);
  expect(decoded.map(({ bytes }) => bytes)).toEqual(texts.map(({ bytes }) => bytes));
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
    gunzipSync(record?.data ?? "")
      .toString()
      .split("\n", 1)[0],
  ).toBe('{"tidepost":1,"customer_id":"a \\"b\\""}');
});
