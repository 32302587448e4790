import { createHmac } from "node:crypto";
import { fc, it as check } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type FieldPath, namesOf } from "#shared/contract/api/webhook-filter.ts";
import type { FieldSelection } from "#shared/contract/api/webhook-selection.ts";
import { spanOf } from "#shared/events/span.ts";
import { compileSelection, maxHashGrowth } from "#shared/webhooks/selection.ts";

const maskKey = "a key of the webhook's own";
const hashOf = (text: string): string => createHmac("sha256", maskKey).update(text).digest("hex");

interface Rules {
  readonly fields?: FieldSelection | undefined;
  readonly mask?: readonly FieldPath[] | undefined;
}

/** What a selection makes of an event's fields, as JSON. */
const selected = ({ fields, mask }: Rules, json: string): string => {
  const text = Buffer.from(`#{"msys":{"message_event":${json}}}#`);
  const event = { text, start: 1, end: text.length - 1 };
  const written = compileSelection({ fields, mask, maskKey })(event).toString();
  expect(written).toMatch(/^\{"msys":\{"message_event":.*\}\}$/s);
  return written.slice('{"msys":{"message_event":'.length, -2);
};

const json =
  '{"type":"bounce","n":1.50,"big":12345678901234567890,"rcpt_to":"a\\u0040b.c","rcpt_meta":{"x":"1","y":[2]}}';

describe("a selection of fields", () => {
  it.each<[Rules, string, string]>([
    [{ fields: { include: ["n", "nothing"] } }, json, '{"type":"bounce","n":1.50}'],
    [{ fields: { include: ["rcpt_meta.x"] } }, json, '{"type":"bounce","rcpt_meta":{"x":"1"}}'],
    [{ fields: { include: ["rcpt_meta.x"] } }, '{"type":"a","rcpt_meta":"x"}', '{"type":"a"}'],
    [{ fields: { include: ["rcpt_meta.x"] } }, '{"rcpt_meta":[{"x":1,"y":2},3,null]}', '{"rcpt_meta":[{"x":1}]}'],
    [{ fields: { include: ["rcpt_meta", "rcpt_meta.x"] } }, '{"rcpt_meta":{"y":1}}', '{"rcpt_meta":{"y":1}}'],
    [{ fields: { include: ["rcpt_meta.x", "rcpt_meta"] } }, '{"rcpt_meta":{"y":1}}', '{"rcpt_meta":{"y":1}}'],
    [
      { fields: { exclude: ["rcpt_to", "rcpt_meta.x"] } },
      json,
      '{"type":"bounce","n":1.50,"big":12345678901234567890,"rcpt_meta":{"y":[2]}}',
    ],
    [{ fields: { exclude: ["rcpt_meta.x"] } }, '{"n":1,"rcpt_meta":"{\\"x\\":1}"}', '{"n":1}'],
    [{ fields: { exclude: ["rcpt_meta.x"] } }, '{"rcpt_meta":null}', '{"rcpt_meta":null}'],
    [{ fields: { exclude: ["rcpt_meta.x"] } }, '{"rcpt_meta":[{"x":1,"y":2},3]}', '{"rcpt_meta":[{"y":2}]}'],
    [{ fields: { exclude: ["a"] } }, '{ "a" : 1 , "b" : [ 1 , {} ] , "a" : 2 }', '{"b" : [ 1 , {} ]}'],
    [{ fields: { exclude: ["a"] } }, String.raw`{"\u0061":"} \" ,","b":"\\"}`, String.raw`{"b":"\\"}`],
    [{ fields: { exclude: ["__proto__"] } }, '{"__proto__":{"x":1},"y":2}', '{"y":2}'],
    [{ mask: ["rcpt_to"] }, json, json.replace('"a\\u0040b.c"', `"${hashOf("a@b.c")}"`)],
    [{ mask: ["n"] }, '{"n":10,"m":10}', `{"n":"${hashOf("10")}","m":10}`],
    [{ mask: ["n"] }, '{"n":12345678901234567890}', `{"n":"${hashOf("12345678901234567890")}"}`],
    [{ mask: ["n"] }, '{"n":[{"a":12345678901234567890}]}', `{"n":"${hashOf('[{"a":12345678901234567890}]')}"}`],
    [{ mask: ["n"] }, '{"n":"10"}', `{"n":"${hashOf("10")}"}`],
    [{ mask: ["n"] }, '{"n":null}', '{"n":null}'],
    [{ mask: ["n"] }, '{"n":{ "a" : 1 }}', `{"n":"${hashOf('{"a":1}')}"}`],
    [{ mask: ["a.b"] }, '{"a":[{"b":1},[{"c":2}],null]}', `{"a":[{"b":"${hashOf("1")}"},[{"c":2}],null]}`],
    [{ mask: ["a.b"] }, '{"a":[{"b":1},[3]]}', `{"a":"${hashOf('[{"b":1},[3]]')}"}`],
    [{ mask: ["a.b"] }, '{"a":"{\\"b\\":1}"}', `{"a":"${hashOf('{"b":1}')}"}`],
    [{ mask: ["a.b"] }, '{"a":null}', '{"a":null}'],
    [{ mask: ["a"], fields: { exclude: ["a.b"] } }, '{"a":{"b":1,"c":2}}', `{"a":"${hashOf('{"c":2}')}"}`],
    [{ mask: ["a"], fields: { include: ["b"] } }, '{"a":1,"b":2}', '{"b":2}'],
  ])("%j of %s is %s", (rules, fields, expected) => {
    expect(selected(rules, fields)).toBe(expected);
  });

  it("leaves nothing of an envelope that is not the event's", () => {
    const text = Buffer.from('{"rcpt_to":"a@b.c","msys":{"message_event":{"type":"open"}}}');
    const written = compileSelection({ fields: { exclude: ["rcpt_to"] }, mask: undefined, maskKey })(spanOf(text));
    expect(written.toString()).toBe('{"msys":{"message_event":{"type":"open"}}}');
  });

  it("hashes the same value to the same text at one webhook, and to another at another", () => {
    const text = spanOf(Buffer.from('{"msys":{"message_event":{"rcpt_to":"a@b.c"}}}'));
    const of = (key: string): string =>
      compileSelection({ fields: undefined, mask: ["rcpt_to"], maskKey: key })(text).toString();
    expect(of("one")).toBe(of("one"));
    expect(of("one")).not.toBe(of("two"));
    expect(of("one")).not.toContain("a@b.c");
  });

  it("makes an event longer by no more than is reckoned with", () => {
    const members = Array.from({ length: 1_000 }, () => '"x":1').join(",");
    const text = `{"msys":{"m":{${members}}}}`;
    const written = compileSelection({ fields: undefined, mask: ["x"], maskKey })(spanOf(Buffer.from(text)));
    expect(written.length).toBeGreaterThan(11 * text.length);
    expect(written.length).toBeLessThanOrEqual(maxHashGrowth * text.length);
  });
});

const name = fc.constantFrom("a", "b", "a.b", "__proto__", "constructor", "type", "é", "0");
const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const space = fc.constantFrom("", " ", "\n\t");
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.oneof(
      scalar.map((found) => JSON.stringify(found)),
      fc.constantFrom("null", '"\\u0041\\ud83d\\ude00"', "1.50E+2"),
    ),
    fc
      .tuple(space, fc.array(tie("value"), { maxLength: 3 }))
      .map(([gap, items]) => `[${gap}${items.join(`${gap},`)}${gap}]`),
    objectOf(tie("value")),
  ),
}));
function objectOf(member: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(space, fc.uniqueArray(fc.tuple(name, member), { maxLength: 5, selector: ([key]) => key }))
    .map(([gap, members]) => {
      const texts = members.map(([key, found]) => `${gap}${JSON.stringify(key)}${gap}:${gap}${found}`);
      return `{${texts.join(`${gap},`)}${gap}}`;
    });
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Path = readonly string[];

/** A value with numbers that are objects, which are written as they were. TypeScript does not know this part of `JSON`. */
const parseWithNumbers = (text: string): Json => {
  const { parse, rawJSON } = JSON as unknown as {
    readonly parse: (json: string, revive: (key: string, found: Json, of: { readonly source: string }) => Json) => Json;
    readonly rawJSON: (source: string) => Json;
  };
  return parse(text, (_key, found, { source }) => (typeof found === "number" ? rawJSON(source) : found));
};
/** That what becomes of a value depends on its members. */
const inside = Symbol("inside");
const isInside = (path: Path, around: Path): boolean => around.every((step, at) => path[at] === step);

/** What a place of a parsed event becomes; undefined when it is left out. */
const naive = (
  found: Json,
  at: Path,
  become: (at: Path, value: Json) => Json | undefined | typeof inside,
): Json | undefined => {
  const becomes = become(at, found);
  if (becomes !== inside) return becomes;
  if (Array.isArray(found)) {
    return found.map((item: Json) => naive(item, at, become)).filter((item) => item !== undefined);
  }
  const members = Object.entries(found as object).map(([key, one]: [string, Json]) => [
    key,
    naive(one, [...at, key], become),
  ]);
  return Object.fromEntries(members.filter(([, one]) => one !== undefined)) as Json;
};
const hasMembers = (found: Json): boolean => typeof found === "object" && found !== null && !("rawJSON" in found);

const holdsScalar = (found: Json): boolean =>
  Array.isArray(found) ? found.some(holdsScalar) : found !== null && !hasMembers(found);

const naivelySelected = (found: Json, rules: Rules): Json | undefined => {
  const { fields } = rules;
  const listed = (paths: readonly FieldPath[]): readonly Path[] => paths.map(namesOf);
  const included = fields !== undefined && "include" in fields ? [...listed(fields.include), ["type"]] : undefined;
  const excluded = fields !== undefined && "exclude" in fields ? listed(fields.exclude) : [];
  const left = naive(found, [], (at, one) => {
    const isOnTheWay = (paths: readonly Path[]): boolean => paths.some((path) => isInside(path, at)) && hasMembers(one);
    if (included !== undefined) {
      if (included.some((path) => isInside(at, path))) return one;
      return isOnTheWay(included) ? inside : undefined;
    }
    if (excluded.some((path) => isInside(at, path))) return undefined;
    if (isOnTheWay(excluded)) return inside;
    return one !== null && excluded.some((path) => isInside(path, at)) ? undefined : one;
  });
  const masked = listed(rules.mask ?? []);
  return naive(left ?? null, [], (at, one) => {
    const mayHold = masked.some((path) => isInside(path, at)) && holdsScalar(one);
    if (mayHold || masked.some((path) => isInside(at, path))) {
      return one === null ? null : hashOf(typeof one === "string" ? one : JSON.stringify(one));
    }
    return masked.some((path) => isInside(path, at)) && hasMembers(one) ? inside : one;
  });
};

const paths = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
const withoutType = paths.map((all) => all.filter(([first]) => first !== "type"));
const rules = fc.record({
  fields: fc.oneof(
    fc.constant(undefined),
    paths.map((include) => ({ include })),
    withoutType.map((exclude) => ({ exclude })),
  ),
  mask: fc.option(withoutType, { nil: undefined }),
});

describe("a compiled selection", () => {
  check.prop([rules, objectOf(value)], { numRuns: 3_000 })(
    "makes what a naive one makes of the parsed event",
    (wanted, fields) => {
      const written = selected(wanted, fields);
      expect(parseWithNumbers(written)).toEqual(naivelySelected(parseWithNumbers(fields), wanted));
    },
  );
});
