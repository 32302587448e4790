import { gzipSync, zstdCompressSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { decodeRecord } from "#shared/events/decode-record.ts";
import { bytesOf } from "#shared/events/span.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
import { kplAggregate } from "../../support/kpl.ts";

const event = (fields: object = {}): string =>
  JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "7", ...fields } } });

const texts = (data: Buffer): readonly string[] => decodeRecord(data).events.map((found) => bytesOf(found).toString());
const problems = (data: Buffer): readonly string[] => decodeRecord(data).undecodable.map(({ problem }) => problem);

it("gzip of several members is read whole, whatever length the last one tells", () => {
  const long = event({ filler: "x".repeat(3_000_000) });
  const short = event({ n: 1 });
  for (const events of [[long, short], [short, long], [long]]) {
    expect(texts(Buffer.concat(events.map((text) => gzipSync(`${text}\n`))))).toEqual(events);
  }
  const lying = gzipSync(short);
  lying.writeUInt32LE(2 ** 32 - 1, lying.length - 4);
  expect(problems(lying)).toEqual([expect.stringMatching(/not decompressible/)]);
});

it("zstd of several frames is read whole, and what follows them is no event", () => {
  const events = [event({ n: 1 }), event({ filler: "x".repeat(3_000_000) }), event({ n: 2 })];
  const frames = events.map((text) => zstdCompressSync(`${text}\n`));
  const skippable = Buffer.from("502a4d1803000000aabbcc", "hex");
  expect(texts(Buffer.concat(frames))).toEqual(events);
  expect(texts(Buffer.concat([...frames.slice(0, 1), skippable, ...frames.slice(1)]))).toEqual(events);
  expect(texts(Buffer.concat([skippable, ...frames, skippable]))).toEqual(events);
  const damaged = Buffer.concat([...frames, Buffer.from("more")]);
  expect(problems(damaged)).toEqual([expect.stringMatching(/not decompressible/)]);
  const lying = zstdCompressSync(event(), { pledgedSrcSize: event().length });
  for (let at = 4; at < 14; at += 1) {
    const changed = Buffer.from(lying);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    const { events: found, undecodable } = decodeRecord(changed);
    expect(found.length + undecodable.length).toBe(1);
  }
  const large = zstdCompressSync(Buffer.alloc(30_000_000, " "));
  expect(problems(Buffer.concat([large, large]))).toEqual([expect.stringMatching(/more than \d+ bytes/)]);
});

it("an event about a webhook says about which, however it is written; another event does not", () => {
  const told = (text: string) => decodeRecord(Buffer.from(text)).events.map(({ about }) => about);
  const fields = '"type":"webhook_failing","webhook_id":"w","customer_id":"7"';
  expect(told(`{"msys":{"webhook_event":{${fields}}}}`)).toEqual(["w"]);
  expect(told(`{"msys":{"webhook\\u005fevent":{"n":[1],${fields}}}}`)).toEqual(["w"]);
  expect(told(event({ webhook_id: "w" }))).toEqual([undefined]);
});

it("an event that is not UTF-8 is put aside alone, in the lines or the array that it stands in", () => {
  const events = [event({ n: 1 }), event({ text: "ÿ" }), event({ n: 2 })];
  for (const text of [events.join("\n"), `[${events.join(",")}]`]) {
    const data = Buffer.from(text, "latin1");
    expect(texts(data)).toEqual([events[0], events[2]]);
    expect(problems(data)).toEqual(["not valid UTF-8"]);
  }
});

describe("record forms", () => {
  const one = event({ n: 1 });
  const two = event({ n: 2, text: 'a "quoted" ] } , \\ text' });

  const forms: Readonly<Record<string, { readonly data: string; readonly expected: readonly string[] }>> = {
    "one event": { data: one, expected: [one] },
    "one event over several lines": {
      data: JSON.stringify(JSON.parse(one), null, 2),
      expected: [JSON.stringify(JSON.parse(one), null, 2)],
    },
    "an array": { data: `[${one},${two}]`, expected: [one, two] },
    "an array with white space": { data: ` [\n ${one} ,\t${two}\r\n] `, expected: [one, two] },
    NDJSON: { data: `${one}\n${two}\n`, expected: [one, two] },
    "NDJSON with CRLF and empty lines": { data: `${one}\r\n\r\n${two}`, expected: [one, two] },
    "NDJSON behind a byte order mark": { data: `\ufeff${one}\n${two}`, expected: [one, two] },
  };

  const wrappings: Readonly<Record<string, (data: Buffer) => Buffer>> = {
    plain: (data) => data,
    gzip: (data) => gzipSync(data),
    zstd: (data) => zstdCompressSync(data),
    "KPL aggregate": (data) => kplAggregate([data]),
    "gzip in a KPL aggregate": (data) => kplAggregate([gzipSync(data)]),
  };

  for (const [form, { data, expected }] of Object.entries(forms)) {
    for (const [wrapping, wrap] of Object.entries(wrappings)) {
      it(`reads ${form}, ${wrapping}, and keeps the events' bytes`, () => {
        expect(texts(wrap(Buffer.from(data)))).toEqual(expected);
      });
    }
  }

  it("reads every record of a KPL aggregate", () => {
    expect(texts(kplAggregate([Buffer.from(one), gzipSync(`[${two}]`), Buffer.from(`${one}\n${two}`)]))).toEqual([
      one,
      two,
      one,
      two,
    ]);
  });
});

describe("ownership", () => {
  it("takes the customer from the event when there is no header", () => {
    expect(decodeRecord(Buffer.from(event({ customer_id: 12 }))).events[0]?.customerId).toBe("12");
  });

  it("believes the header, not the event", () => {
    const data = Buffer.concat([writeLinesHeader("mine"), Buffer.from(event({ customer_id: "other" }))]);
    expect(decodeRecord(gzipSync(data)).events[0]?.customerId).toBe("mine");
  });

  it.each([
    '{"tidepost":"x"}',
    '{"tidepost":1}',
    '{"tidepost":2,"customer_id":"1"}',
    '{"tidepost":0,"customer_id":"1"}',
  ])("quarantines a record whose header is %s", (header) => {
    expect(problems(Buffer.from(`${header}\n${event()}`))).toEqual(["damaged record header"]);
  });

  it("does not believe routes that do not fit the lines", () => {
    for (const lines of ["[0]", "[0,7]"]) {
      const header = `{"tidepost":1,"customer_id":"mine","routes":[["click"]],"lines":${lines}}`;
      const { events } = decodeRecord(Buffer.from(`${header}\n${event()}\n${event()}\n`));
      expect(events.map(({ type }) => type)).toEqual(["delivery", "delivery"]);
    }
  });

  it("quarantines an event without a customer", () => {
    expect(problems(Buffer.from(event({ customer_id: undefined })))).toEqual(["no 'customer_id'"]);
  });
});

describe("bad data", () => {
  it("keeps the neighbours of a bad line", () => {
    const data = Buffer.from(`${event({ n: 1 })}\n{"msys":\n{"other":1}\n${event({ n: 2 })}`);
    expect(texts(data)).toEqual([event({ n: 1 }), event({ n: 2 })]);
    expect(problems(data)).toHaveLength(2);
  });

  it("keeps the elements before the place where an array breaks", () => {
    const data = Buffer.from(`[${event()},${event()},{"msys":{"a":"b`);
    expect(texts(data)).toEqual([event(), event()]);
    expect(problems(data)).toHaveLength(1);
  });

  it.each([
    ["half a gzip", gzipSync(event().repeat(20)).subarray(0, 40), /not decompressible/],
    ["a damaged KPL aggregate", Buffer.concat([kplAggregate([Buffer.from(event())]), Buffer.from("x")]), /aggregate/],
    ["nothing", Buffer.alloc(0), /without events/],
    ["an empty array", Buffer.from("[]"), /without events/],
    ["a number", Buffer.from("5"), /must be an object/],
    ["an event without msys", Buffer.from('{"type":"delivery"}'), /'msys' must be an object/],
    ["two classes", Buffer.from('{"msys":{"a":{"type":"x"},"b":{"type":"y"}}}'), /exactly one event class/],
    ["no type", Buffer.from('{"msys":{"message_event":{}}}'), /'type' must be/],
    ["a ping", Buffer.from('{"msys":{}}'), /'msys' is empty/],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), /UTF-8/],
  ])("quarantines %s", (_, data, problem) => {
    expect(texts(data)).toEqual([]);
    expect(problems(data)).toEqual([expect.stringMatching(problem)]);
  });
});

const jsonEvents = fc.array(
  fc.jsonValue().map((value) => event({ value })),
  { minLength: 1, maxLength: 20 },
);

test.prop([jsonEvents])("arrays and NDJSON of any JSON values keep every event's bytes", (events) => {
  expect(texts(Buffer.from(`[${events.join(" , ")}]`))).toEqual(events);
  expect(texts(gzipSync(events.join("\n")))).toEqual(events);
});

test.prop([fc.uint8Array({ maxLength: 200 })])("no bytes make the decoder throw, and none vanish", (bytes) => {
  const { events, undecodable } = decodeRecord(Buffer.from(bytes));
  expect(events.length + undecodable.length).toBeGreaterThan(0);
});
