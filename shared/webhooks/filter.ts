import {
  type Condition,
  type FieldPath,
  type Filter,
  type FilterValue,
  namesOf,
  quantityOf,
} from "#shared/contract/api/webhook-filter.ts";
import { maxFilteredValues } from "#shared/contract/limits.ts";
import { type EventFields, isLongNumber } from "#shared/events/event-fields.ts";
import { isObject } from "#shared/text/json.ts";

/** Whether an event with these fields passes. */
export type Admits = (fields: EventFields) => boolean;

/** A test of one value that is no list and no object. */
type Test = (value: FilterValue) => boolean;

/**
 * Compiles a filter. A condition holds or does not, there is no third answer: where its field is missing or null it does not,
 * but for `exists: false`.
 */
export const compileFilter = (filter: Filter): Admits => {
  if ("and" in filter) {
    const parts = filter.and.map(compileFilter);
    return (fields) => parts.every((admits) => admits(fields));
  }
  if ("or" in filter) {
    const parts = filter.or.map(compileFilter);
    return (fields) => parts.some((admits) => admits(fields));
  }
  if ("not" in filter) {
    const admits = compileFilter(filter.not);
    return (fields) => !admits(fields);
  }
  return compileCondition(filter);
};

/**
 * Whether a filter compares the digits of whole numbers that JavaScript rounds: it is to get such numbers as text. To read them so
 * takes longer, which only webhooks with such a filter are to pay for.
 */
export const comparesDigits = (filter: Filter): boolean => {
  if ("and" in filter) return filter.and.some(comparesDigits);
  if ("or" in filter) return filter.or.some(comparesDigits);
  if ("not" in filter) return comparesDigits(filter.not);
  if ("eq" in filter) return isLongText(filter.eq);
  if ("in" in filter) return filter.in.some(isLongText);
  if ("prefix" in filter) return isLongText(filter.prefix);
  // The last digits are what is lost.
  return "suffix" in filter && /^\d+$/.test(filter.suffix);
};

const isLongText = (value: FilterValue): boolean => typeof value === "string" && isLongNumber(value);

const compileCondition = (condition: Condition): Admits => {
  const read = compilePath(condition.field);
  if ("exists" in condition) {
    const { exists } = condition;
    return (fields) => isThere(read(fields)) === exists;
  }
  const test = compileTest(condition);
  return (fields) => someValue(read(fields), test);
};

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** A list has what one of its first values has; what is in lists or objects inside it is not looked at. */
const someValue = (value: unknown, test: Test): boolean => {
  if (!Array.isArray(value)) return isScalar(value) && test(value);
  const count = Math.min(value.length, maxFilteredValues);
  for (let at = 0; at < count; at += 1) {
    const item: unknown = value[at];
    if (isScalar(item) && test(item)) return true;
  }
  return false;
};

const isScalar = (value: unknown): value is FilterValue =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** Own names only: `constructor` is no field of an event that does not have it. */
const compilePath = (path: FieldPath): ((fields: EventFields) => unknown) => {
  const names = namesOf(path);
  return (fields) => {
    let value: unknown = fields;
    for (const name of names) {
      if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
      value = value[name];
    }
    return value;
  };
};

const compileTest = (condition: Exclude<Condition, { readonly exists: boolean }>): Test => {
  if ("eq" in condition) return isOneOf([condition.eq]);
  if ("in" in condition) return isOneOf(condition.in);
  if ("prefix" in condition) {
    const { prefix } = condition;
    return (value) => String(value).startsWith(prefix);
  }
  if ("suffix" in condition) {
    const { suffix } = condition;
    return (value) => String(value).endsWith(suffix);
  }
  if ("gt" in condition) return compare(condition.gt, (value, bound) => value > bound);
  if ("gte" in condition) return compare(condition.gte, (value, bound) => value >= bound);
  if ("lt" in condition) return compare(condition.lt, (value, bound) => value < bound);
  if ("lte" in condition) return compare(condition.lte, (value, bound) => value <= bound);
  // A comparison of a later version, before this one was rolled back to.
  return () => false;
};

/**
 * Text and numbers are equal however an event writes them: a number of the filter equals text that is that number, text of the
 * filter equals a number or a boolean that JSON writes so.
 */
const isOneOf = (values: readonly FilterValue[]): Test => {
  const texts = new Set(values.filter((value) => typeof value === "string"));
  const numbers = new Set(values.filter((value) => typeof value === "number"));
  const booleans = new Set(values.filter((value) => typeof value === "boolean").map(String));
  return (value) => {
    if (typeof value === "number") return numbers.has(value) || (texts.size > 0 && texts.has(String(value)));
    const text = String(value);
    if (texts.has(text) || booleans.has(text)) return true;
    // Text of a time is no number.
    return numbers.size > 0 && isNumeric(text) && numbers.has(quantityOf(text) ?? Number.NaN);
  };
};

/** Whether text that has a quantity is a number, and no time. */
const isNumeric = (text: string): boolean => !text.includes(":");

const compare = (limit: number | string, holds: (value: number, bound: number) => boolean): Test => {
  const bound = quantityOf(limit);
  if (bound === undefined) return () => false;
  return (value) => {
    const quantity = quantityOf(value);
    return quantity !== undefined && holds(quantity, bound);
  };
};
