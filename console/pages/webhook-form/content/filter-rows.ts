import type { Condition, FieldPath, Filter, FilterValue } from "#shared/contract/api/webhook-filter.ts";

/** Comparisons that a row offers: those of the grammar, and what some of them are with `not` around them. */
export const rowOperators = {
  eq: "equals",
  not_eq: "does not equal",
  in: "is one of",
  not_in: "is not one of",
  prefix: "begins with",
  not_prefix: "does not begin with",
  suffix: "ends with",
  not_suffix: "does not end with",
  exists: "is there",
  missing: "is missing",
  gt: "is greater than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
} as const;
export type RowOperator = keyof typeof rowOperators;

/** One condition as it is typed. */
export interface ConditionRow {
  readonly kind: "condition";
  readonly field: string;
  readonly operator: RowOperator;
  readonly value: string;
}

/** A part that rows cannot show: it is kept as it is. */
export interface OtherRow {
  readonly kind: "other";
  readonly filter: Filter;
}

export type FilterRow = ConditionRow | OtherRow;

/** How rows are joined. */
export type Join = "and" | "or";

export interface FilterRows {
  readonly join: Join;
  readonly rows: readonly FilterRow[];
}

export const newRow: ConditionRow = { kind: "condition", field: "", operator: "eq", value: "" };

/** Whether a comparison has a value. */
export const hasValue = (operator: RowOperator): boolean => operator !== "exists" && operator !== "missing";

/** The filter that rows stand for; null when there are none. */
export const filterOfRows = ({ join, rows }: FilterRows): Filter | null => {
  const [first, ...others] = rows.map((row) => (row.kind === "other" ? row.filter : filterOfRow(row)));
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const all = [first, ...others];
  return join === "and" ? { and: all } : { or: all };
};

/** The rows that show a filter. What they could not say in the same way is one row of its own. */
export const rowsOfFilter = (filter: Filter | null): FilterRows => {
  if (filter === null) return { join: "and", rows: [] };
  const join = "or" in filter ? "or" : "and";
  const parts = "and" in filter ? filter.and : "or" in filter ? filter.or : [filter];
  const rows = { join, rows: parts.map(rowOf) } as const;
  return isSame(filterOfRows(rows), filter) ? rows : { join: "and", rows: [{ kind: "other", filter }] };
};

/** A path as it is typed: names joined by dots, or a JSON list where a name has a dot itself. */
export const pathOfText = (text: string): FieldPath => {
  const trimmed = text.trim();
  const list = trimmed.startsWith("[") ? valueOfJson(trimmed) : undefined;
  const isPath = Array.isArray(list) && list.every((name) => typeof name === "string");
  return isPath ? list : trimmed;
};

export const textOfPath = (path: FieldPath): string => (typeof path === "string" ? path : JSON.stringify(path));

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const rowOf = (filter: Filter): FilterRow => {
  const row = conditionRowOf(filter);
  return row !== undefined && isSame(filterOfRow(row), filter) ? row : { kind: "other", filter };
};

const conditionRowOf = (filter: Filter): ConditionRow | undefined => {
  if ("not" in filter) {
    const inside = "field" in filter.not ? partsOf(filter.not) : undefined;
    const operator = negations.find((name) => name === `not_${inside?.operator}`);
    return inside === undefined || operator === undefined ? undefined : { ...inside, operator };
  }
  return "field" in filter ? partsOf(filter) : undefined;
};

const negations = ["not_eq", "not_in", "not_prefix", "not_suffix"] as const;

const partsOf = (condition: Condition): ConditionRow | undefined => {
  const { field, ...comparison } = condition;
  const [name, value] = Object.entries(comparison)[0] ?? [];
  const operator = name === "exists" && value === false ? "missing" : name;
  if (operator === undefined || !Object.hasOwn(rowOperators, operator)) return undefined;
  return {
    kind: "condition",
    field: textOfPath(field),
    operator: operator as RowOperator,
    value: textOfValue(operator as RowOperator, value),
  };
};

const filterOfRow = ({ field: text, operator, value }: ConditionRow): Filter => {
  const field = pathOfText(text);
  switch (operator) {
    case "not_eq":
      return { not: { field, eq: scalarOf(value) } };
    case "not_in":
      return { not: { field, in: listOf(value) } };
    case "not_prefix":
      return { not: { field, prefix: value } };
    case "not_suffix":
      return { not: { field, suffix: value } };
    case "eq":
      return { field, eq: scalarOf(value) };
    case "in":
      return { field, in: listOf(value) };
    case "prefix":
      return { field, prefix: value };
    case "suffix":
      return { field, suffix: value };
    case "exists":
      return { field, exists: true };
    case "missing":
      return { field, exists: false };
    // What is neither number nor text is refused as such.
    case "gt":
      return { field, gt: scalarOf(value) as number };
    case "gte":
      return { field, gte: scalarOf(value) as number };
    case "lt":
      return { field, lt: scalarOf(value) as number };
    case "lte":
      return { field, lte: scalarOf(value) as number };
  }
};

const textOfValue = (operator: RowOperator, value: unknown): string => {
  if (operator === "prefix" || operator === "suffix") return String(value);
  if (!hasValue(operator)) return "";
  if (!Array.isArray(value)) return textOfScalar(value as FilterValue);
  return (value as readonly FilterValue[])
    .map((item) => {
      const text = textOfScalar(item);
      return isSame(listOf(text), [item]) ? text : JSON.stringify(item);
    })
    .join(", ");
};

/** Text that would be read as something else stands in quotes, as in JSON. */
const textOfScalar = (value: FilterValue): string => {
  const text = String(value);
  return isSame(scalarOf(text), value) ? text : JSON.stringify(value);
};

/** A number, true, false, or text in quotes, as JSON has them; all else is text as it is, and so is a number too long to be one. */
const scalarOf = (text: string): FilterValue => {
  const trimmed = text.trim();
  const value = valueOfJson(trimmed);
  if (typeof value === "string" || typeof value === "boolean") return value;
  const isExact = typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return isExact ? value : trimmed;
};

/** Values between commas. */
const listOf = (text: string): readonly FilterValue[] => {
  if (text.trim() === "") return [];
  return splitAtCommas(text).map(scalarOf);
};

/** A part that ends with a comma or with the text; a comma in quotes belongs to its part. */
const listPart = /\s*("(?:[^"\\]|\\.)*"\s*(?=,|$)|[^,]*)(?:,|$)/gy;

/** The last match is the empty one at the end. */
const splitAtCommas = (text: string): readonly string[] =>
  [...text.matchAll(listPart)].map(([, part = ""]) => part).slice(0, -1);

const valueOfJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
