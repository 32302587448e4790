/** What a JSON text says; undefined when it is no JSON. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** What TypeScript does not know of `JSON`: a reviver gets the text of a number, and `stringify` writes such a text as it is. */
const json = JSON as unknown as {
  readonly parse: (
    text: string,
    revive: (name: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ) => unknown;
  readonly rawJSON: (source: string) => WrittenNumber;
  /** Absent in browsers of before 2025, whose revivers get no text either. */
  readonly isRawJSON?: (value: unknown) => value is WrittenNumber;
};

/** A number as it is written, which may have more digits than a number of JavaScript. `JSON.stringify` writes it so again. */
export interface WrittenNumber {
  readonly rawJSON: string;
}

/**
 * Makes values of a JSON text, and of each number what is asked for.
 *
 * @param numberOf gets a number, and how it is written
 * @throws SyntaxError when it is no JSON, RangeError when it is nested too deeply
 */
export const parseNumbers = (text: string, numberOf: (value: number, source: string) => unknown): unknown =>
  json.parse(text, (_name, value, { source } = {}) =>
    typeof value === "number" && source !== undefined ? numberOf(value, source) : value,
  );

/** Numbers as they are written where JavaScript would write them otherwise. */
export const asWritten = (value: number, source: string): number | WrittenNumber =>
  String(value) === source ? value : json.rawJSON(source);

/**
 * What a JSON text says, its numbers as they are written: an id of nineteen digits stays one. As `jsonOf` where it is nested too
 * deeply for that, and in browsers that keep no digits.
 */
export const exactJsonOf = (text: string): unknown => {
  try {
    return parseNumbers(text, asWritten);
  } catch {
    return jsonOf(text);
  }
};

/** The digits of a number; undefined when a value is none. */
export const numberText = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return json.isRawJSON?.(value) === true ? value.rawJSON : undefined;
};

/** Whether a value is an object of JSON: no array, and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text as JSON laid out for people, when it is JSON. */
export const readable = (body: string): string => {
  const value = jsonOf(body);
  return value === undefined ? body : JSON.stringify(value, undefined, 2);
};
