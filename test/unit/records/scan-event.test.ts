import { isUtf8 } from "node:buffer";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { generateCampaign } from "../../../local/generator/mix.ts";
import { spanOf } from "#shared/events/span.ts";
import { parseEvent, scanEvent } from "#shared/events/read-event.ts";

/** The scan may leave an event to the full parse; it may never tell anything else. */
const expectNoDifference = (bytes: Buffer): void => {
  const span = spanOf(bytes);
  const scanned = scanEvent(span);
  if (scanned !== undefined) expect({ kind: "event", event: scanned }).toEqual(parseEvent(span));
  if (isUtf8(bytes)) expect(scanEvent(span, true)).toEqual(scanned);
};

/** JSON in more spellings than `JSON.stringify` has: whitespace, escapes, keys that come twice, numbers of all kinds. */
const spelled = (() => {
  const space = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
  const string = fc.oneof(
    fc.constantFrom('"type"', '"customer_id"', '"subaccount_id"', '"msys"', '"t\\u0079pe"', '"ünï"', '"\\ud83d"', '""'),
    fc.string({ unit: "binary", maxLength: 8 }).map((text) => JSON.stringify(text)),
    fc.stringMatching(/^"(\\["\\/bfnrtux0-9a-f]|[a-z é]){0,4}"$/),
  );
  const number = fc.oneof(
    fc.stringMatching(/^-?\d{1,18}$/),
    fc.stringMatching(/^-?\d{0,2}(\.\d{0,2})?([eE][+-]?\d{0,2})?$/),
  );
  const literal = fc.constantFrom("true", "false", "null", "nul", "True", "NaN", "");
  const key = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('"type"', '"customer_id"', '"subaccount_id"') },
    { weight: 2, arbitrary: string },
  );
  const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, string, number, literal, tie("object"), tie("array")),
    object: fc
      .array(fc.tuple(space, key, space, tie("value")), { maxLength: 4 })
      .map(
        (members) => `{${members.map(([before, name, after, held]) => `${before}${name}${after}:${held}`).join(",")}}`,
      ),
    array: fc.array(fc.tuple(space, tie("value")), { maxLength: 3 }).map((held) => `[${held.flat().join("")}]`),
  }));
  const usual = fc.constantFrom('"delivery"', '"7"', "7", '"click"');
  const fields = fc
    .array(fc.tuple(space, key, fc.oneof({ weight: 3, arbitrary: usual }, value), space), {
      minLength: 1,
      maxLength: 6,
    })
    .map((members) => members.map(([before, name, held, after]) => `${before}${name}:${held}${after}`).join(","));
  return { space, value, fields, string };
})();

const envelope = fc
  .tuple(spelled.space, fc.oneof(fc.constant('"message_event"'), spelled.string), spelled.fields, spelled.space)
  .map(([before, name, fields, after]) => `${before}{"msys":${after}{${name}:{${fields}}${after}}${before}}${after}`);

test.prop([envelope], { numRuns: 3_000 })("says of any spelling of an event what a full parse says", (text) => {
  expectNoDifference(Buffer.from(text));
});

test.prop([envelope, fc.nat(), fc.nat(255)], { numRuns: 3_000 })(
  "says of a damaged event what a full parse says",
  (text, place, value) => {
    const bytes = Buffer.from(text);
    bytes[place % bytes.length] = value;
    expectNoDifference(bytes);
    expectNoDifference(bytes.subarray(0, place % (bytes.length + 1)));
  },
);

test.prop([fc.oneof(spelled.value, fc.json(), fc.string())])("says of any text what a full parse says", (text) => {
  expectNoDifference(Buffer.from(text));
});

test.prop([envelope, fc.string(), fc.nat()])("does not read beyond its span", (text, next, cut) => {
  const own = Buffer.from(text);
  const end = own.length - (cut % 4);
  const scanned = scanEvent({
    text: Buffer.concat([Buffer.from(`${next} `), own]),
    start: Buffer.byteLength(next) + 1,
    end: Buffer.byteLength(next) + 1 + end,
  });
  const parsed = parseEvent(spanOf(own.subarray(0, end)));
  if (scanned !== undefined) expect(parsed).toMatchObject({ kind: "event", event: { type: scanned.type } });
});

const numbers = [
  "0",
  "-0",
  "-",
  "+1",
  "01",
  "1.",
  "1.5",
  ".5",
  "-1.5e+10",
  "1e",
  "1e+",
  "1E-2",
  "0x1",
  "Infinity",
  "123456789012345",
  "9007199254740993",
  "1234567890123456789",
];
const strings = ['"\\u12"', '"\\u123g"', '"\\u1234"', '"\\x"', '"\\"', '"', '"\t"', '"\u007f"', '"\u2028"'];
const otherValues = [
  "true",
  "tru",
  "trueish",
  "[]",
  "[1,]",
  "[,]",
  "[1 2]",
  "{}",
  '{"a"}',
  '{"a":1,}',
  '{"a" 1}',
  "{,}",
  "[}",
  "",
];

it.each([...numbers, ...strings, ...otherValues])("says of the value %j what a full parse says", (value) => {
  const fields = [`"a":${value}`, `"customer_id":${value}`, `"subaccount_id":${value}`, `"a":{"b":[${value}]}`];
  for (const field of fields) expectNoDifference(Buffer.from(`{"msys":{"track_event":{"type":"click",${field}}}}`));
});

it("reads the events of a campaign without a full parse", () => {
  for (const event of generateCampaign({ seed: 1, count: 2_000, startedAt: 0, customerId: "1" })) {
    const span = spanOf(Buffer.from(JSON.stringify(event)));
    expect(scanEvent(span)).toEqual({ ...span, ...parsedEvent(span) });
  }
});

const parsedEvent = (span: ReturnType<typeof spanOf>) => {
  const parsed = parseEvent(span);
  if (parsed.kind !== "event") throw new Error("A generated event is not valid.");
  return parsed.event;
};

it.each([
  ["whitespace", ' { "msys" :\n{ "track_event" : { "type" : "click" , "customer_id" : 17 } } } '],
  ["other scripts", '{"msys":{"track_event":{"type":"click","customer_id":"17","subject":"Grüße 你好 👋"}}}'],
  ["escapes", '{"msys":{"track_event":{"subject":"\\"\\u00e9\\\\","type":"click","customer_id":"17"}}}'],
  [
    "values within values",
    '{"msys":{"track_event":{"rcpt_meta":{"type":"x","a":[1,-2.5e+3,{}]},"type":"click","customer_id":"17"}}}',
  ],
])("reads an event with %s without a full parse", (_, text) => {
  expect(scanEvent(spanOf(Buffer.from(text)))).toMatchObject({ type: "click", customerId: "17" });
});

it.each([
  ["a field's name is spelled in escapes", '{"msys":{"track_event":{"type":"click","t\\u0079pe":"open"}}}'],
  ["a type is spelled in escapes", '{"msys":{"track_event":{"type":"cl\\u0069ck"}}}'],
  ["there are two classes", '{"msys":{"track_event":{"type":"click"},"message_event":{"type":"bounce"}}}'],
  [
    "an identifier is a number that is written otherwise",
    '{"msys":{"track_event":{"type":"click","customer_id":1e1}}}',
  ],
  ["a number overflows", `{"msys":{"track_event":{"type":"click","n":${"9".repeat(300)}e99}}}`],
  ["it is no event", '{"msys":{}}'],
])("leaves it to the full parse when %s", (_, text) => {
  expect(scanEvent(spanOf(Buffer.from(text)))).toBeUndefined();
});
