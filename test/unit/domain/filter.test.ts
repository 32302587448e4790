import { fc, it as check } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type Filter, namesOf, problemsOfFilter } from "#shared/contract/api/webhook-filter.ts";
import { maxFilterBytes, maxFilterConditions, maxFilterDepth } from "#shared/contract/limits.ts";
import { readFields } from "#shared/events/event-fields.ts";
import { spanOf } from "#shared/events/span.ts";
import { anyFilter, anyName, anyScalar } from "../../support/any-filter.ts";
import { contentOf } from "#shared/webhooks/content.ts";
import { compileFilter } from "#shared/webhooks/filter.ts";

/** An event's text of its fields' JSON. */
const eventText = (fields: string): string => `{"msys":{"message_event":${fields}}}`;
const passes = (filter: Filter, fields: string): boolean => {
  expect(problemsOfFilter(filter)).toEqual([]);
  const event = spanOf(Buffer.from(eventText(fields)));
  const read = readFields(event);
  return read !== undefined && (contentOf({ filter })?.admits(read, event) ?? false);
};

describe("a condition", () => {
  it.each<[Filter, string, boolean]>([
    [{ field: "bounce_class", eq: "10" }, '{"bounce_class":"10"}', true],
    [{ field: "bounce_class", eq: 10 }, '{"bounce_class":"10"}', true],
    [{ field: "bounce_class", eq: "10" }, '{"bounce_class":10}', true],
    [{ field: "bounce_class", eq: 10 }, '{"bounce_class":"10.0"}', true],
    [{ field: "bounce_class", eq: 7 }, '{"bounce_class":"007"}', false],
    [{ field: "n", eq: 0 }, '{"n":""}', false],
    [{ field: "n", eq: 0 }, '{"n":" 0"}', false],
    [{ field: "n", eq: 0 }, '{"n":-0}', true],
    [{ field: "n", eq: 0 }, '{"n":false}', false],
    [{ field: "n", eq: 1_767_323_045 }, '{"n":"2026-01-02T03:04:05Z"}', false],
    [{ field: "n", eq: true }, '{"n":"true"}', true],
    [{ field: "n", eq: "false" }, '{"n":false}', true],
    [{ field: "n", eq: "Ann" }, '{"n":"ann"}', false],
    [{ field: "n", in: ["a", 5, true] }, '{"n":"5"}', true],
    [{ field: "n", in: ["a", 5] }, '{"n":"b"}', false],
    [{ field: "rcpt_to", suffix: "@example.com" }, '{"rcpt_to":"ann@example.com"}', true],
    [{ field: "error_code", prefix: "55" }, '{"error_code":550}', true],
    [{ field: "a", exists: true }, '{"a":""}', true],
    [{ field: "a", exists: true }, '{"a":null}', false],
    [{ field: "a", exists: false }, '{"a":null}', true],
    [{ field: "a", exists: false }, "{}", true],
    [{ field: "a", eq: "null" }, '{"a":null}', false],
    [{ not: { field: "a", eq: "x" } }, "{}", true],
    [{ field: "rcpt_tags", eq: "gold" }, '{"rcpt_tags":["new","gold"]}', true],
    [{ field: "rcpt_tags", exists: true }, '{"rcpt_tags":[]}', true],
    [{ field: "rcpt_tags", eq: "gold" }, '{"rcpt_tags":[["gold"]]}', false],
    [{ field: "rcpt_tags", eq: "0" }, `{"rcpt_tags":[${"9,".repeat(20)}0]}`, false],
    [{ field: "rcpt_meta.plan", eq: "pro" }, '{"rcpt_meta":{"plan":"pro"}}', true],
    [{ field: ["rcpt_meta", "user.id"], eq: 5 }, '{"rcpt_meta":{"user.id":"5"}}', true],
    [{ field: "rcpt_meta.plan", exists: false }, '{"rcpt_meta":"{\\"plan\\":1}"}', true],
    [{ field: "rcpt_meta.plan", exists: false }, '{"rcpt_meta":[{"plan":1}]}', true],
    [{ field: "rcpt_meta.length", exists: false }, '{"rcpt_meta":"text"}', true],
    [{ field: "rcpt_meta.plan", exists: false }, '{"rcpt_meta":null}', true],
    [{ field: "constructor", exists: false }, "{}", true],
    [{ field: "__proto__", exists: false }, "{}", true],
    [{ field: "__proto__.x", eq: 1 }, '{"__proto__":{"x":1}}', true],
    [{ field: "x", eq: 2 }, '{"x":1,"x":2}', true],
    [{ field: "n", eq: "12345678901234567891" }, '{"n":12345678901234567891}', true],
    [{ field: "n", eq: "12345678901234567891" }, '{"n":12345678901234567892}', false],
    [{ field: "n", eq: "12345678901234567891" }, '{"n":"12345678901234567891"}', true],
    [{ field: "n", in: ["a", "-9007199254740993"] }, '{"n":[1, -9007199254740993]}', true],
    [{ field: "n.id", prefix: "12345678901234567891234" }, '{"n":{"id": 123456789012345678912345}}', true],
    [{ field: "n.id", prefix: "12345678901234567891" }, '{"n":{"id": 123456789012345678912345}}', true],
    [{ field: "n", suffix: "891" }, '{"n":12345678901234567891}', true],
    [{ field: "n", suffix: "000" }, '{"n":12345678901234567891}', false],
    [{ not: { field: "n", eq: "12345678901234567891" } }, '{"n":12345678901234567891}', false],
    [
      {
        and: [
          { field: "n", gt: 5 },
          { field: "n", suffix: "91" },
        ],
      },
      '{"n":12345678901234567891}',
      true,
    ],
    [{ field: "num_retries", gt: 1 }, '{"num_retries":"2"}', true],
    [{ field: "num_retries", gt: 2 }, '{"num_retries":"2"}', false],
    [{ field: "num_retries", gte: 2 }, '{"num_retries":2}', true],
    [{ field: "num_retries", lt: 3 }, '{"num_retries":"NaN"}', false],
    [{ field: "num_retries", lt: 3 }, '{"num_retries":"-Infinity"}', false],
    [{ field: "num_retries", gt: 3 }, '{"num_retries":"0x10"}', false],
    [{ field: "num_retries", lte: "1e2" }, '{"num_retries":100}', true],
    [{ field: "timestamp", gte: "2026-01-02T03:04:05Z" }, '{"timestamp":"1767323045"}', true],
    [{ field: "timestamp", gt: "2026-01-02T03:04:05Z" }, '{"timestamp":1767323045}', false],
    [{ field: "timestamp", gte: 1_767_323_045 }, '{"timestamp":"2026-01-02T04:04:05.000+01:00"}', true],
    [{ field: "timestamp", lt: "2026-01-02T03:04:05Z" }, '{"timestamp":"2026-01-02T03:04:05"}', false],
    [{ field: "timestamp", lt: "2026-01-02T03:04:05Z" }, '{"timestamp":"2026-99-02T03:04:05Z"}', false],
  ])("%j of %s is %s", (filter, fields, expected) => {
    expect(passes(filter, fields)).toBe(expected);
  });

  it("on the digits of a long number holds for no event that is nested too deeply for them", () => {
    const fields = `{"n":12345678901234567891,"deep":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(passes({ field: "n", eq: "12345678901234567891" }, fields)).toBe(false);
  });

  it("that this version does not know holds for no event", () => {
    expect(compileFilter({ field: "a", matches: "x" } as unknown as Filter)({ a: "x" })).toBe(false);
  });
});

const nested = (depth: number): unknown => {
  let filter: unknown = { field: "a", eq: 1 };
  for (let level = 0; level < depth; level += 1) filter = { not: filter };
  return filter;
};

describe("a filter that is none", () => {
  it.each<[unknown, string, string]>([
    ["a", "", "must be an object with 'and', 'or', 'not' or 'field'"],
    [[], "", "must be an object"],
    [{}, "", "must have one of"],
    [{ xor: [] }, "xor", "is not known here"],
    [{ and: [] }, "and", "must be a list of at least one filter"],
    [{ and: [{ field: "a", eq: 1 }, { field: "b" }] }, "and.1", "must have one of eq, in,"],
    [{ and: [{ field: "a", eq: 1 }], or: [] }, "", "must have 'and' alone, without 'or'"],
    [{ field: "a", eq: 1, gt: 2 }, "", "join conditions by 'and'"],
    [{ field: "a", matches: ".*" }, "matches", "is no comparison"],
    [{ field: "a", eq: null }, "eq", "must be a text, a number"],
    [{ field: "a", eq: {} }, "eq", "must be a text, a number"],
    [{ field: "a", in: [] }, "in", "must be a list of at least one"],
    [{ field: "a", in: [["b"]] }, "in", "must be a list of at least one"],
    [{ field: "a", eq: 2 ** 53 }, "eq", "write longer whole numbers as text"],
    [{ field: "a", in: [1, -1e300] }, "in", "write longer whole numbers as text"],
    [{ field: "a", eq: JSON.parse("1e999") as number }, "eq", "write longer whole numbers as text"],
    [{ field: "a", eq: 1e-200 }, "eq", "and 0 or at least 1e-100 away from it"],
    [{ field: "a", gt: 1e-200 }, "gt", "and 0 or at least 1e-100 away from it"],
    [{ field: "a", prefix: "" }, "prefix", "not empty"],
    [{ field: "a", exists: "yes" }, "exists", "must be true or false"],
    [{ or: [{ not: { field: "a", gt: "yesterday" } }] }, "or.0.not.gt", "must be a number, or a time"],
    [{ field: "a", lt: "2026-01-02" }, "lt", "must be a number, or a time"],
    [{ field: "", eq: 1 }, "field", "must not have an empty name"],
    [{ field: "a..b", eq: 1 }, "field", "must not have an empty name"],
    [{ field: [], eq: 1 }, "field", "must not have an empty name"],
    [{ field: "a.b.c.d.e.f", eq: 1 }, "field", "at most 5 names"],
    [{ field: "a".repeat(256), eq: 1 }, "field", "at most 255 characters"],
    [{ field: 5, eq: 1 }, "field", "must be the name of a field"],
    [nested(maxFilterDepth + 1), "not.".repeat(maxFilterDepth).slice(0, -1), "nested deeper than 8 levels"],
    [
      { or: Array.from({ length: maxFilterConditions + 1 }, () => ({ field: "a", eq: 1 })) },
      "",
      "at most 50 conditions",
    ],
    [
      { field: "a", in: Array.from({ length: 10_000 }, (_, at) => `value ${at}`) },
      "",
      `at most ${maxFilterBytes} bytes`,
    ],
    [{ field: "a", eq: "x".repeat(1_000_000) }, "", `at most ${maxFilterBytes} bytes`],
  ])("%j is told at '%s': %s", (filter, path, problem) => {
    const [first] = problemsOfFilter(filter);
    expect(first?.path.join(".")).toBe(path);
    expect(first?.problem).toContain(problem);
  });

  it("may be as large as the limits say", () => {
    const values = Array.from({ length: 1_000 }, (_, at) => `campaign-${at}`);
    expect(problemsOfFilter({ field: "a", in: values })).toEqual([]);
    expect(problemsOfFilter(nested(maxFilterDepth))).toEqual([]);
  });
});

/** JSON in which names may come twice and strings may be half a surrogate pair. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.oneof(
      anyScalar.map((value) => JSON.stringify(value)),
      fc.constantFrom("null", '"\\ud800"', "1e999", "[]", "{}"),
    ),
    fc.array(tie("json"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .array(fc.tuple(anyName, tie("json")), { maxLength: 5 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`),
  ),
}));
const object = fc
  .array(fc.tuple(anyName, json), { maxLength: 6 })
  .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`);

/** What the guide says of filters, word for word, with no thought of speed. */
const naive = (filter: Filter, fields: unknown): boolean => {
  if ("and" in filter) return filter.and.filter((part) => naive(part, fields)).length === filter.and.length;
  if ("or" in filter) return filter.or.filter((part) => naive(part, fields)).length > 0;
  if ("not" in filter) return !naive(filter.not, fields);
  let value: unknown = fields;
  for (const step of namesOf(filter.field)) {
    const members = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    value = members.find(([key]) => key === step)?.[1];
  }
  if ("exists" in filter) return (value !== undefined && value !== null) === filter.exists;
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, 20) : [value];
  return values.some((one) => ["string", "number", "boolean"].includes(typeof one) && holds(filter, one as string));
};

const holds = (filter: Filter, value: string | number | boolean): boolean => {
  if ("eq" in filter) return equal(value, filter.eq);
  if ("in" in filter) return filter.in.some((wanted) => equal(value, wanted));
  if ("prefix" in filter) return `${value}`.slice(0, filter.prefix.length) === filter.prefix;
  if ("suffix" in filter) return `${value}`.slice(-filter.suffix.length) === filter.suffix;
  const quantity = scale(value);
  if (quantity === undefined) return false;
  if ("gt" in filter) return quantity > (scale(filter.gt) ?? Number.NaN);
  if ("gte" in filter) return quantity >= (scale(filter.gte) ?? Number.NaN);
  if ("lt" in filter) return quantity < (scale(filter.lt) ?? Number.NaN);
  if ("lte" in filter) return quantity <= (scale(filter.lte) ?? Number.NaN);
  throw new Error("not a filter");
};

const equal = (value: string | number | boolean, wanted: string | number | boolean): boolean =>
  typeof wanted === "number" && typeof value !== "boolean" ? numberOf(value) === wanted : `${value}` === `${wanted}`;

const numberOf = (value: string | number): number => {
  if (typeof value === "number") return value;
  try {
    // JSON's grammar, without the white space that a parser passes over.
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "number" && value.trim() === value && Number.isFinite(parsed) ? parsed : Number.NaN;
  } catch {
    return Number.NaN;
  }
};

const scale = (value: string | number | boolean): number | undefined => {
  if (typeof value === "boolean") return undefined;
  const number = numberOf(value);
  if (!Number.isNaN(number)) return number;
  const isTime = typeof value === "string" && /^\d{4}-.*T.*(Z|[+-]\d\d:\d\d)$/.test(value);
  return isTime ? Date.parse(value) / 1_000 : undefined;
};

describe("a compiled filter", () => {
  check.prop([anyFilter, object], { numRuns: 3_000 })(
    "says what a naive reading of the parsed event says",
    (filter, fields) => {
      const event = spanOf(Buffer.from(eventText(fields)));
      const [parsed] = Object.values((JSON.parse(eventText(fields)) as { msys: object }).msys);
      const read = readFields(event);
      expect(read).toEqual(parsed);
      expect(compileFilter(filter)(read ?? {})).toBe(naive(filter, parsed));
    },
  );
});
