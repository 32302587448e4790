/** What a JSON text says; undefined when it is no JSON. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Text as JSON laid out for people, when it is JSON. */
export const readable = (body: string): string => {
  const value = jsonOf(body);
  return value === undefined ? body : JSON.stringify(value, undefined, 2);
};
