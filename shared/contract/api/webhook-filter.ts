import {
  maxFieldPathCharacters,
  maxFieldPathNames,
  maxFilterBytes,
  maxFilterConditions,
  maxFilterDepth,
} from "../limits.ts";

/** Where in an event a value stands: a field's name, or names joined by dots; as a list when a name has a dot itself. */
export type FieldPath = string | readonly string[];

/** What a value is compared with. */
export type FilterValue = string | number | boolean;

/** One comparison of one field. */
export type Condition = { readonly field: FieldPath } & (
  | { readonly eq: FilterValue }
  | { readonly in: readonly FilterValue[] }
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly exists: boolean }
  | { readonly gt: number | string }
  | { readonly gte: number | string }
  | { readonly lt: number | string }
  | { readonly lte: number | string }
);

/** Which events a webhook takes, by what they say. */
export type Filter =
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }
  | Condition;

export const filterOperators = ["eq", "in", "prefix", "suffix", "exists", "gt", "gte", "lt", "lte"] as const;
export type FilterOperator = (typeof filterOperators)[number];

/** A number as text, in JSON's grammar: events carry most numbers so. */
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
/** Longer text is neither a number nor a time. */
const maxQuantityCharacters = 40;

/** What a value is on a scale: a number, text that is one, or a time in ISO 8601 as Unix seconds. Undefined for all else. */
export const quantityOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.length > maxQuantityCharacters) return undefined;
  const quantity = numberPattern.test(value) ? Number(value) : secondsOf(value);
  return Number.isFinite(quantity) ? quantity : undefined;
};

const secondsOf = (time: string): number => (timePattern.test(time) ? Date.parse(time) / 1_000 : Number.NaN);

/** The names of a path, outermost first. */
export const namesOf = (path: FieldPath): readonly string[] => (typeof path === "string" ? path.split(".") : path);

/** What is wrong with a path, as the rest of a sentence that begins with its place. */
export const problemOfPath = (path: unknown): string | undefined => {
  const isText = typeof path === "string";
  if (!isText && !(Array.isArray(path) && path.every((name) => typeof name === "string"))) {
    return "must be the name of a field, names joined by dots, or a list of names";
  }
  const names = namesOf(path);
  if (names.length > maxFieldPathNames) return `must have at most ${maxFieldPathNames} names`;
  if (names.length === 0 || names.includes("")) return "must not have an empty name";
  const characters = names.reduce((sum, { length }) => sum + length, names.length - 1);
  return characters > maxFieldPathCharacters ? `must have at most ${maxFieldPathCharacters} characters` : undefined;
};

/** Receivers tell events apart by it. */
export const alwaysKept = "type";

/** What is wrong with paths of a selection or a mask, by their number. */
export const problemsOfPaths = (
  list: readonly unknown[],
  verb: "include" | "exclude" | "mask",
): readonly { readonly at: number; readonly problem: string }[] =>
  list.flatMap((path, at) => {
    const keepsType = verb === "include" || problemOfPath(path) !== undefined;
    const isType = !keepsType && namesOf(path as FieldPath)[0] === alwaysKept;
    const problem = problemOfPath(path) ?? (isType ? `must not ${verb} '${alwaysKept}'` : undefined);
    return problem === undefined ? [] : [{ at, problem }];
  });

/** Something wrong with a filter, and where: `["and", 1, "gt"]`. */
export interface FilterProblem {
  readonly path: readonly (string | number)[];
  /** The rest of a sentence that begins with the place. */
  readonly problem: string;
}

type Place = FilterProblem["path"];

/** Notes problems of a filter, and counts its conditions. */
interface Findings {
  readonly problems: FilterProblem[];
  conditions: number;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Everything that is wrong with a filter; nothing when it is one. */
export const problemsOfFilter = (value: unknown): readonly FilterProblem[] => {
  if (new TextEncoder().encode(JSON.stringify(value)).length > maxFilterBytes) {
    return [{ path: [], problem: `must have at most ${maxFilterBytes} bytes as JSON` }];
  }
  const found: Findings = { problems: [], conditions: 0 };
  checkNode(value, { place: [], depth: 0, found });
  if (found.conditions > maxFilterConditions) {
    found.problems.unshift({ path: [], problem: `must have at most ${maxFilterConditions} conditions` });
  }
  return found.problems;
};

const kinds = "'and', 'or', 'not' or 'field'";

const checkNode = (
  node: unknown,
  { place, depth, found }: { readonly place: Place; readonly depth: number; readonly found: Findings },
): void => {
  const tell = (path: Place, problem: string): void => {
    found.problems.push({ path: [...place, ...path], problem });
  };
  if (!isObject(node)) return tell([], `must be an object with ${kinds}`);
  if ("field" in node) {
    found.conditions += 1;
    return checkCondition(node, tell);
  }
  const [name, ...others] = Object.keys(node);
  if (name === undefined) return tell([], `must have one of ${kinds}`);
  if (name !== "and" && name !== "or" && name !== "not") return tell([name], `is not known here: use ${kinds}`);
  if (others.length > 0) return tell([], `must have '${name}' alone, without ${others.map(quoted).join(", ")}`);
  if (depth === maxFilterDepth) return tell([], `must not be nested deeper than ${maxFilterDepth} levels`);
  const inside = node[name];
  if (name === "not") return checkNode(inside, { place: [...place, name], depth: depth + 1, found });
  if (!Array.isArray(inside) || inside.length === 0) return tell([name], "must be a list of at least one filter");
  for (const [at, child] of inside.entries()) {
    checkNode(child, { place: [...place, name, at], depth: depth + 1, found });
  }
};

const quoted = (name: string): string => `'${name}'`;

const checkCondition = (
  { field, ...comparison }: Readonly<Record<string, unknown>>,
  tell: (path: Place, problem: string) => void,
): void => {
  const problem = problemOfPath(field);
  if (problem !== undefined) tell(["field"], problem);
  const names = Object.keys(comparison);
  const unknown = names.filter((name) => !isOperator(name));
  for (const name of unknown) tell([name], `is no comparison: use one of ${filterOperators.join(", ")}`);
  if (unknown.length > 0) return;
  const [name, ...others] = names.filter(isOperator);
  if (name === undefined) return tell([], `must have one of ${filterOperators.join(", ")}`);
  if (others.length > 0) {
    return tell([], `must have one comparison, not ${names.map(quoted).join(" and ")}: join conditions by 'and'`);
  }
  const wrong = problemOfValue[name](comparison[name]);
  if (wrong !== undefined) tell([name], wrong);
};

const isOperator = (name: string): name is FilterOperator => filterOperators.some((operator) => operator === name);

/** Numbers that are stored and compared exactly. */
const minNumber = 1e-100;
const isExact = (value: unknown): boolean => {
  if (typeof value !== "number") return true;
  const size = Math.abs(value);
  return size === 0 || (size >= minNumber && size <= Number.MAX_SAFE_INTEGER);
};
const bounds = `between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}, and 0 or at least ${minNumber} away from it`;
const inexact = `must be ${bounds}: write longer whole numbers as text, which is compared digit by digit`;
const valueProblem = (value: unknown, problem: string): string | undefined => {
  if (!["string", "number", "boolean"].includes(typeof value)) return problem;
  return isExact(value) ? undefined : inexact;
};
const listProblem = (value: unknown): string | undefined => {
  const problem = "must be a list of at least one text, number, true or false";
  if (!Array.isArray(value) || value.length === 0) return problem;
  return value.map((item: unknown) => valueProblem(item, problem)).find((found) => found !== undefined);
};
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? undefined : "must be a text that is not empty";
const quantity = (value: unknown): string | undefined => {
  if (quantityOf(value) === undefined) {
    return "must be a number, or a time in ISO 8601 with its offset, such as '2026-01-02T03:04:05Z'";
  }
  return isExact(value) ? undefined : `must be ${bounds}`;
};

const problemOfValue: Readonly<Record<FilterOperator, (value: unknown) => string | undefined>> = {
  eq: (value) => valueProblem(value, "must be a text, a number, true or false"),
  in: listProblem,
  prefix: text,
  suffix: text,
  exists: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
  gt: quantity,
  gte: quantity,
  lt: quantity,
  lte: quantity,
};
