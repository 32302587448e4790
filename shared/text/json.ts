/** What a JSON text says; undefined when it is no JSON. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Whether a value is an object of JSON: no array, and not null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text as JSON laid out for people, when it is JSON. */
export const readable = (body: string): string => {
  const value = jsonOf(body);
  return value === undefined ? body : JSON.stringify(value, undefined, 2);
};
