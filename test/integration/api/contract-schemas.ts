import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import document from "../../../docs/openapi.json" with { type: "json" };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same schemas, but what they do not name is an error: clients tolerate new fields, the contract does not. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed);
  if (!isObject(value)) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, closed(child)]));
  const isOpen = "additionalProperties" in value || !isObject(value["properties"]) || value["type"] !== "object";
  return isOpen ? copy : { ...copy, additionalProperties: false };
};

const validatorOf = (schemas: unknown): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.addSchema(schemas as Json, "openapi");
};
const closedSchemas = validatorOf(closed(document));
const openSchemas = validatorOf(document);

/** Checks a value against the schema at a place in the document; each step is a key. Undefined when it fits. */
export const mismatch = (
  place: readonly string[],
  value: unknown,
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): string | undefined => {
  const pointer = place.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  const ajv = isOpen ? openSchemas : closedSchemas;
  const validate: ValidateFunction | undefined = ajv.getSchema(`openapi#/${pointer}`);
  if (validate === undefined) return `there is no schema at ${pointer}`;
  return validate(value) ? undefined : ajv.errorsText(validate.errors);
};

/** Place of an operation in the document. */
export const placeOf = (operation: string): readonly string[] => {
  const [method = "", path = ""] = operation.split(" ");
  return ["paths", path.replace("/v1", ""), method.toLowerCase()];
};

/** Checks the body of an answer against the document. */
export const answerMismatch = (
  operation: string,
  answer: { readonly status: number; readonly json: unknown },
): string | undefined => {
  const place = [...placeOf(operation), "responses", String(answer.status)];
  // Answers that operations share are components.
  const found = place.reduce<unknown>((part, step) => (isObject(part) ? part[step] : undefined), document);
  const $ref = isObject(found) ? found["$ref"] : undefined;
  const resolved = typeof $ref === "string" ? $ref.split("/").slice(1) : place;
  return mismatch([...resolved, "content", "application/json", "schema"], answer.json);
};
