import { isObject } from "#shared/text/json.ts";

/** What null means something of its own for. */
const kept: ReadonlySet<string> = new Set(["auth_token", "filter", "fields", "mask"]);
/** Objects whose own fields may be left out. Within others null is a value. */
const nested: ReadonlySet<string> = new Set(["auth_credentials", "auth_request_details"]);

/**
 * A request's body, or the entries of one, without the fields that are null: many clients send null for what they do not set.
 */
export const withoutNulls = (body: unknown): unknown => {
  if (Array.isArray(body)) return body.map((entry) => (isObject(entry) ? fieldsOf(entry) : (entry as unknown)));
  return isObject(body) ? fieldsOf(body) : body;
};

const fieldsOf = (object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(object)
      .filter(([name, value]) => value !== null || kept.has(name))
      .map(([name, value]) => [name, nested.has(name) && isObject(value) ? fieldsOf(value) : value]),
  );
