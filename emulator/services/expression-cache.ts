import { createRequire } from "node:module";
import { LRUCache } from "lru-cache";

/** A value of DynamoDB as JSON has it: `{ S: "text" }`. */
type AttributeValue = Readonly<Record<string, unknown>>;

/** What dynalite has its parsers know of a request. */
export interface Context {
  readonly attrNames?: Readonly<Record<string, string>> | null;
  readonly attrVals?: Readonly<Record<string, AttributeValue>> | null;
  /** Names that no expression of the request has used so far: a parser deletes those that it meets. */
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
  readonly isReserved: (name: string) => boolean;
  readonly compare: (operator: string, one: AttributeValue, other: AttributeValue) => boolean;
}

/** What a parser makes of an expression: a tree, or a message that says what is wrong with it. A wrong syntax throws. */
export type Parse = (text: string, options: { readonly context: Context }) => unknown;

/** Makes a tree with a request's values. */
type Fill = (values: Readonly<Record<string, AttributeValue>>) => unknown;

interface Parsed {
  readonly fill: Fill;
  readonly usedNames: readonly string[];
  readonly usedValues: readonly string[];
}

/** What is right or wrong by its values, and not only by their types. */
const looksAtValues = /between|attribute_type/i;

const maxExpressions = 2_000;

/** Copies a tree for each request, as dynalite may change what it was given, with the values of that request. */
const filling = (tree: unknown, nameOf: ReadonlyMap<unknown, string>): Fill => {
  if (typeof tree !== "object" || tree === null) return constant(tree);
  const name = nameOf.get(tree);
  if (name !== undefined) return valueOf(name);
  if (Array.isArray(tree)) return listOf(tree.map((item) => filling(item, nameOf)));
  const fields = Object.entries(tree).map(([key, child]) => [key, filling(child, nameOf)] as const);
  return copyOf(Object.getPrototypeOf(tree) as object | null, fields);
};

// Made apart from the tree, whose values they would keep as long as the cache.
const constant =
  (value: unknown): Fill =>
  () =>
    value;
const valueOf =
  (name: string): Fill =>
  (values) =>
    values[name];
const listOf =
  (items: readonly Fill[]): Fill =>
  (values) =>
    items.map((fill) => fill(values));
const copyOf =
  (prototype: object | null, fields: readonly (readonly [key: string, fill: Fill])[]): Fill =>
  (values) => {
    const copy = Object.create(prototype) as Record<string, unknown>;
    for (const [key, fill] of fields) copy[key] = fill(values);
    return copy;
  };

const allOf = (names: object): Record<string, true> =>
  Object.fromEntries(Object.keys(names).map((name): [string, true] => [name, true]));

/** The same parser, which reads an expression once for all requests whose names and types of values are the same. */
export const withCache = (parse: Parse): Parse => {
  const known = new LRUCache<string, Parsed>({ max: maxExpressions });
  return (text, { context }) => {
    if (looksAtValues.test(text)) return parse(text, { context });
    const names = context.attrNames ?? {};
    const values = context.attrVals ?? {};
    const types = Object.entries(values).map(([name, value]) => [name, ...Object.keys(value)]);
    const key = JSON.stringify([text, names, types]);
    let parsed = known.get(key);
    if (parsed === undefined) {
      const own = { ...context, unusedAttrNames: allOf(names), unusedAttrVals: allOf(values) };
      const tree = parse(text, { context: own });
      parsed = {
        fill: filling(tree, new Map(Object.entries(values).map(([name, value]) => [value, name]))),
        usedNames: Object.keys(names).filter((name) => !Object.hasOwn(own.unusedAttrNames, name)),
        usedValues: Object.keys(values).filter((name) => !Object.hasOwn(own.unusedAttrVals, name)),
      };
      // What is wrong may be so by a value.
      if (typeof tree !== "string") known.set(key, parsed);
    }
    for (const name of parsed.usedNames) delete context.unusedAttrNames[name];
    for (const name of parsed.usedValues) delete context.unusedAttrVals[name];
    return parsed.fill(values);
  };
};

/**
 * Makes dynalite parse an expression once: it would build its parser and read the text again for each request, which takes
 * longer than the rest of an update. What it finds wrong is found as before.
 */
export const cacheExpressions = (): void => {
  const require = createRequire(import.meta.url);
  for (const name of ["condition", "projection", "update"]) {
    const parser = require(`dynalite/db/${name}Parser.js`) as { parse: Parse };
    parser.parse = withCache(parser.parse);
  }
};
