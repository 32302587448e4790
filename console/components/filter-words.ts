import {
  type Condition,
  type FieldPath,
  type Filter,
  type FilterValue,
  namesOf,
} from "#shared/contract/api/webhook-filter.ts";
import type { FieldSelection } from "#shared/contract/api/webhook-selection.ts";
import { isolated } from "#shared/text/plain.ts";

/** A path for people to read. */
export const pathWords = (path: FieldPath): string => isolated(namesOf(path).join("."));

/** A filter in words. */
export const filterWords = (filter: Filter): string => {
  if ("and" in filter) return joined(filter.and, "and");
  if ("or" in filter) return joined(filter.or, "or");
  if ("not" in filter) return `not (${filterWords(filter.not)})`;
  return conditionWords(filter);
};

/** Which fields a webhook gets. */
export const selectionWords = (fields: FieldSelection): string =>
  "include" in fields
    ? `only ${fields.include.map(pathWords).join(", ")}`
    : `all but ${fields.exclude.map(pathWords).join(", ")}`;

const joined = (filters: readonly Filter[], word: "and" | "or"): string =>
  filters
    .map((filter) => ("and" in filter || "or" in filter ? `(${filterWords(filter)})` : filterWords(filter)))
    .join(` ${word} `);

const conditionWords = (condition: Condition): string => {
  const path = pathWords(condition.field);
  if ("exists" in condition) return `${path} ${condition.exists ? "is there" : "is missing"}`;
  if ("in" in condition) return `${path} is one of ${condition.in.map(valueWords).join(", ")}`;
  const { field: _field, ...comparison } = condition;
  const [[name, value] = ["", ""]] = Object.entries<FilterValue>(comparison);
  return `${path} ${verbs[name] ?? name} ${valueWords(value)}`;
};

const verbs: Readonly<Record<string, string>> = {
  eq: "equals",
  prefix: "begins with",
  suffix: "ends with",
  gt: "is greater than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
};

const valueWords = (value: FilterValue): string => (typeof value === "string" ? `“${isolated(value)}”` : String(value));
