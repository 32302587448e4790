import { createRequire } from "node:module";
import { test } from "@fast-check/vitest";
import fc from "fast-check";
import { expect } from "vitest";
import { type Context, type Parse, withCache } from "../../services/expression-cache.ts";

const require = createRequire(import.meta.url);
/** A parser of its own: that of this process may have a cache already. */
const parserOf = (name: "condition" | "projection" | "update"): Parse => {
  const path = require.resolve(`dynalite/db/${name}Parser.js`);
  const { [path]: loaded } = require.cache;
  delete require.cache[path];
  const { parse } = require(path) as { readonly parse: Parse };
  require.cache[path] = loaded;
  return parse;
};

/** Expressions with `#a`, `#b`, `:v` and `:w`, right ones and wrong ones. */
const expressions = [
  ["condition", "attribute_not_exists(pk) OR #a = :v AND NOT (size(#b.c[1]) > :w)"],
  ["condition", "#a IN (:v, :w) AND begins_with(#b, :v)"],
  ["condition", "#a BETWEEN :v AND :w"],
  ["condition", "attribute_type(#a, :v) AND contains(#b, :w)"],
  ["condition", "#a = :none"],
  ["condition", "#a = = :v"],
  ["projection", "#a, c.d[0], #b"],
  ["projection", "#a, #a"],
  ["update", "SET #a = if_not_exists(#a, :v) + :w, c = list_append(c, :v) REMOVE #b[1]"],
  ["update", "ADD #a :v DELETE #b :w"],
  ["update", "SET #a = :v, #a = :w"],
] as const;

const value = fc.oneof(
  fc.constantFrom("S", "N", "a").map((text) => ({ S: text })),
  fc.nat(9).map((number) => ({ N: String(number) })),
  fc.constant({ L: [{ S: "x" }] }),
  fc.constant({ SS: ["x"] }),
);
const request = fc.record({
  names: fc.record({ "#a": fc.constantFrom("a", "b"), "#b": fc.constantFrom("b", "c") }),
  values: fc.record({ ":v": value, ":w": value, ":unused": value }, { requiredKeys: [":v"] }),
});

interface Request {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const rules: Pick<Context, "isReserved" | "compare"> = {
  isReserved: () => false,
  compare: (_, x, y) => JSON.stringify(x) > JSON.stringify(y),
};

/** What a parser says, and what is left in its context. */
const outcomeOf = (parse: Parse, text: string, { names, values }: Request) => {
  const unused = (all: object) => Object.fromEntries(Object.keys(all).map((name): [string, true] => [name, true]));
  const context: Context = {
    ...rules,
    attrNames: names,
    attrVals: values,
    unusedAttrNames: unused(names),
    unusedAttrVals: unused(values),
  };
  try {
    return { tree: parse(text, { context }), context };
  } catch (error) {
    return { error: String(error) };
  }
};

test.prop([fc.array(request, { minLength: 2, maxLength: 8 })], { numRuns: 20 })(
  "an expression that came before is parsed as it would be anew, with the names and values of its request",
  (requests) => {
    for (const [name, text] of expressions) {
      const parse = parserOf(name);
      const cached = withCache(parse);
      for (const one of [...requests, ...requests]) {
        expect(outcomeOf(cached, text, one)).toEqual(outcomeOf(parse, text, one));
      }
    }
  },
);

test("what a request's tree is changed into is not found by the next one", () => {
  const cached = withCache(parserOf("update"));
  const one = { names: { "#a": "a", "#b": "b" }, values: { ":v": { S: "x" } } };
  const first = outcomeOf(cached, "SET #a = :v", one).tree as { readonly paths: string[][] };
  first.paths[0]?.push("changed");
  expect(outcomeOf(cached, "SET #a = :v", one).tree).toMatchObject({ paths: [["a"]] });
});
