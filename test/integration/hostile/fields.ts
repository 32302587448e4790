import document from "../../../docs/openapi.json" with { type: "json" };
import type { OperationKey } from "#shared/contract/api/answers.ts";
import { operationsOf, type OpenApiDocument, type Schema } from "../../../lambdas/api/openapi/document.ts";

/** A step to a value in a body: the name of a field, a position in a list, or a name of the sender's choice. */
export type Step = string | number | symbol;
export const anyName: Step = Symbol("any name");

/** A place of a request in which a value from outside stands. */
export interface Field {
  readonly operation: OperationKey;
  readonly path: readonly Step[];
}

const schemas = (document as unknown as OpenApiDocument).components.schemas;
const resolved = (schema: Schema): Schema => {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (schemas[name] ?? {});
};

/** A name that the document leaves to the sender. */
const chosenName = "x";
const maxSteps = 6;

/** `within`: references on the way there. A schema that has itself inside is gone into once. */
const pathsOf = (
  schema: Schema,
  path: readonly Step[] = [],
  within: readonly string[] = [],
): readonly (readonly Step[])[] => {
  if (path.length > maxSteps) return [];
  const { $ref } = schema;
  if ($ref !== undefined) return within.includes($ref) ? [path] : pathsOf(resolved(schema), path, [...within, $ref]);
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema;
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  return [
    path,
    ...Object.entries(properties).flatMap(([name, child]) => pathsOf(child, [...path, name], within)),
    ...(items === undefined ? [] : pathsOf(items, [...path, 0], within)),
    ...(isOpen ? [[...path, anyName]] : []),
    ...(isOpen
      ? pathsOf(additionalProperties === true ? {} : additionalProperties, [...path, chosenName], within)
      : []),
    ...anyOf.flatMap((choice) => pathsOf(choice, path, within)),
  ];
};

const placed = operationsOf(document as unknown as OpenApiDocument).map(({ method, path, operation }) => ({
  key: `${method.toUpperCase()} /v1${path}` as OperationKey,
  operation,
}));

export const nameOf = (path: readonly Step[]): string =>
  path.length === 0 ? "(body)" : path.map((step) => (step === anyName ? "(name)" : String(step))).join(".");

/** Every field of every JSON body, as the OpenAPI document has them: a new field is among them without an edit here. */
export const bodyFields: readonly Field[] = placed.flatMap(({ key, operation }) => {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const paths = schema === undefined ? [] : pathsOf(schema);
  return [...new Map(paths.map((path) => [nameOf(path), path])).values()].map((path) => ({ operation: key, path }));
});

/** Every parameter of every operation: path, query and header. */
export const parameters = placed.flatMap(({ key, operation }) =>
  (operation.parameters ?? []).map(({ in: place, name }) => ({ operation: key, place, name })),
);

const mark = "@the-hostile-value@";

/** JSON of a body with a value at a place. Where the place is a name, the value is the name. */
export const bodyWith = (body: unknown, path: readonly Step[], json: string): string =>
  JSON.stringify(withMark(body, path)).replace(`"${mark}"`, () => json);

const withMark = (value: unknown, [step, ...rest]: readonly Step[]): unknown => {
  if (step === undefined) return mark;
  if (typeof step === "number") return [withMark(Array.isArray(value) ? value[step] : undefined, rest)];
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  if (step === anyName) return { ...fields, [mark]: "value" };
  return { ...fields, [step]: withMark((fields as Readonly<Record<PropertyKey, unknown>>)[step], rest) };
};
