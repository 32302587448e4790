import { zstdCompressSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { maxFrameBytes } from "#shared/contract/limits.ts";
import { decodeRecord, readRecord } from "#shared/events/decode-record.ts";
import { type Frame, writeFrames } from "#shared/events/frames.ts";
import { bytesOf } from "#shared/events/span.ts";
import { compress } from "#shared/events/zstd.ts";

const event = (n: unknown): string => JSON.stringify({ msys: { message_event: { type: "delivery", n } } });

const frameOf = (texts: readonly string[], changes: Partial<Frame> = {}): Frame => {
  const text = Buffer.from(texts.join(","));
  const routes = [{ type: "delivery", subaccountId: undefined }];
  return { events: texts.length, bytes: text.length, data: compress(text), routes, ...changes };
};

/** A record with a table of one's own: what the product writes would not lie. */
const recordOf = (table: unknown, frames: Buffer): Buffer => {
  const text = Buffer.from(typeof table === "string" ? table : JSON.stringify(table));
  const header = `{"tidepost":2,"customer_id":"1","table":${text.length}}\n`;
  return Buffer.concat([Buffer.from(header), text, frames]);
};

const problemsOf = (data: Buffer): readonly string[] => decodeRecord(data).undecodable.map(({ problem }) => problem);

test.prop([
  fc.array(
    fc.array(
      fc.tuple(
        fc.jsonValue(),
        fc.constantFrom("delivery", "bounce", "c\ud83d"),
        fc.option(fc.string(), { nil: undefined }),
      ),
      { minLength: 1, maxLength: 60 },
    ),
    { minLength: 1, maxLength: 5 },
  ),
])("frames come back as they were written, with every event's route", (contents) => {
  const frames = contents.map((events) => {
    const own = events.map(([, type, subaccountId]) => ({ type, subaccountId }));
    const routes = own.filter((one, at) => own.findIndex((other) => isSame(one, other)) === at);
    const codes = own.map((one) => 48 + routes.findIndex((route) => isSame(one, route)));
    const index = String.fromCharCode(...codes);
    return frameOf(
      events.map(([n]) => event(n)),
      { routes, ...(routes.length > 1 ? { index } : {}) },
    );
  });
  const { events, undecodable } = decodeRecord(writeFrames("mine", frames));
  expect(undecodable).toEqual([]);
  expect(events.map((found) => bytesOf(found).toString())).toEqual(contents.flat().map(([n]) => event(n)));
  expect(events.map(({ type, subaccountId }) => [type, subaccountId])).toEqual(
    contents.flat().map(([, type, subaccountId]) => [type, subaccountId]),
  );
});

const isSame = (one: { type: string; subaccountId: string | undefined }, other: typeof one): boolean =>
  one.type === other.type && one.subaccountId === other.subaccountId;

const good = writeFrames("1", [frameOf([event(1), event(2)]), frameOf([event(3)])]);

test.prop([fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })])(
  "a record with any byte changed never throws, and no event of it vanishes without a reason",
  (at, change) => {
    const changed = Buffer.from(good);
    changed[at] = (changed[at] ?? 0) ^ change;
    if (readRecord(changed).kind === "newer") return;
    const { events, undecodable } = decodeRecord(changed);
    expect(events.length === 3 || undecodable.length > 0).toBe(true);
  },
);

test.prop([fc.nat(good.length - 1)])("a record that is cut off anywhere is told to be damaged", (end) => {
  const cut = good.subarray(0, end);
  expect(decodeRecord(cut).events).toEqual([]);
  expect(problemsOf(cut).length).toBeGreaterThan(0);
});

describe("a table that lies", () => {
  const data = compress(Buffer.from(`${event(1)},${event(2)}`));
  const bytes = Buffer.byteLength(`${event(1)},${event(2)}`);
  const row = { events: 2, bytes, length: data.length, routes: [["delivery"]] };
  const head = Buffer.from("28b52ffd0058", "hex");
  const block = Buffer.from([0x01 | ((bytes << 3) & 0xff), bytes >> 5, 0]);
  const unsized = Buffer.concat([head, block, Buffer.from(`${event(1)},${event(2)}`)]);

  it("is not needed for what follows to be found: the true one is read", () => {
    expect(problemsOf(recordOf([row], data))).toEqual([]);
  });

  it.each([
    ["no frames", [], Buffer.alloc(0), /without events/],
    ["no JSON", "[{", Buffer.alloc(0), /not a table/],
    ["another document", { frames: 1 }, data, /not a table/],
    ["a frame without events", [{ ...row, events: 0 }], data, /0\.events/],
    ["more events than bytes", [{ ...row, events: bytes + 1 }], data, /events in \d+ bytes/],
    ["more events than there are", [{ ...row, events: 3 }], data, /not 3 events/],
    ["fewer events than there are", [{ ...row, events: 1 }], data, /not 1 events/],
    ["half an event", [{ ...row, events: 1.5 }], data, /0\.events/],
    ["more bytes", [{ ...row, bytes: bytes + 1 }], data, /not a zstd frame of/],
    ["fewer bytes", [{ ...row, bytes: bytes - 1 }], data, /not a zstd frame of/],
    ["a length of a terabyte", [{ ...row, bytes: 2 ** 40 }], data, /more than \d+ bytes/],
    ["more than a frame may have", [{ ...row, bytes: maxFrameBytes + 1 }], data, /more than \d+ bytes/],
    ["a longer frame", [{ ...row, length: data.length + 1 }], data, /shorter than its length/],
    ["a shorter frame", [{ ...row, length: data.length - 1 }], data, /not a zstd frame \d+ bytes long/],
    ["two frames for one", [row], Buffer.concat([data, data]), /bytes behind the last frame/],
    ["one frame for two", [row, row], data, /shorter than its length/],
    ["a frame that tells no length", [{ ...row, length: unsized.length }], unsized, /not a zstd frame of/],
    ["text for a frame", [{ ...row, length: bytes }], Buffer.from(`${event(1)},${event(2)}`), /not a zstd frame/],
    ["no routes", [{ ...row, routes: undefined }], data, /without routes/],
    ["routes that are none", [{ ...row, routes: [["delivery", 1]] }], data, /0\.routes/],
    ["two routes and no index", [{ ...row, routes: [["a"], ["b"]] }], data, /no index/],
    ["an index of one event", [{ ...row, routes: [["a"], ["b"]], index: "0" }], data, /does not fit its events/],
    ["an index of no route", [{ ...row, routes: [["a"], ["b"]], index: "02" }], data, /does not fit its routes/],
    ["an index below all routes", [{ ...row, routes: [["a"], ["b"]], index: "0!" }], data, /does not fit its routes/],
  ])("with %s is damaged, for a reason", (_, table, frames, problem) => {
    const record = recordOf(table, frames);
    expect(decodeRecord(record).events).toEqual([]);
    expect(problemsOf(record)).toEqual([expect.stringMatching(problem)]);
  });

  it("longer than the record is damaged", () => {
    const record = Buffer.from('{"tidepost":2,"customer_id":"1","table":99999999}\n[]');
    expect(problemsOf(record)).toEqual([expect.stringMatching(/shorter than its header/)]);
  });

  it("that inflates to a thousand times its length is not read", () => {
    const bomb = zstdCompressSync(Buffer.alloc(50_000_000, " "));
    const header = Buffer.from(`{"tidepost":2,"customer_id":"1","table":${bomb.length}}\n`);
    expect(problemsOf(Buffer.concat([header, bomb]))).toEqual([expect.stringMatching(/a table of more than/)]);
  });
});

it.each([
  ["in a list of objects", [{ a: 1 }, { b: 2 }, {}]],
  ["in a text", "},{"],
  ["in a name", { "},{": 1 }],
  ["behind a quote", '"},{"'],
])("events are told apart although a border stands %s", (_, n) => {
  const texts = [event(n), event(1), event(n)];
  const { events, undecodable } = decodeRecord(writeFrames("1", [frameOf(texts)]));
  expect(events.map((found) => bytesOf(found).toString())).toEqual(texts);
  expect(undecodable).toEqual([]);
});

it("a frame that holds more than it says is not inflated further", () => {
  // Its blocks are those of a larger text; only its head is changed.
  const large = compress(Buffer.alloc(500_000, "x"));
  const lying = Buffer.from(large);
  lying.writeUInt32LE(1_000, lying.indexOf(Buffer.from(Uint32Array.of(500_000).buffer)));
  const table = [{ events: 1, bytes: 1_000, length: lying.length, routes: [["delivery"]] }];
  expect(problemsOf(recordOf(table, lying))).toEqual([expect.stringMatching(/^frame: /)]);
});

it("a frame that cannot be opened is put aside as a record of its own, and its neighbours are read", () => {
  const broken = frameOf([event(1), event(2)]);
  const text = Buffer.from(broken.data);
  text[text.length - 1] = (text.at(-1) ?? 0) ^ 1;
  const { events, undecodable } = decodeRecord(writeFrames("7", [{ ...broken, data: text }, frameOf([event(3)])]));
  expect(events.map((found) => bytesOf(found).toString())).toEqual([event(3)]);
  expect(undecodable.map(({ problem }) => problem)).toEqual([expect.stringMatching(/not decompressible/)]);
  const [piece] = undecodable;
  expect(decodeRecord(piece?.bytes ?? Buffer.alloc(0)).undecodable).toEqual([piece]);
});

it.each(['{"tidepost":3,"customer_id":"1"}\n', '{"tidepost":12}', '{"tidepost": 3 ,"what":"ever\u0000"'])(
  "%s begins a record of a format that is left to newer code",
  (text) => {
    expect(readRecord(Buffer.from(text)).kind).toBe("newer");
  },
);
