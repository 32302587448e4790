import { openApiDocument } from "../lambdas/api/openapi/create-document.ts";
import { componentOf, type Media, type Schema } from "../lambdas/api/openapi/document.ts";

/** A schema as a type of TypeScript. What an answer may get later, new fields, is no error for a client. */
const typeOf = (schema: Schema): string => {
  const { $ref, anyOf, items, additionalProperties, properties, enum: values, const: constant } = schema;
  if ($ref !== undefined) return `Schemas["${componentOf($ref)}"]`;
  if (anyOf !== undefined) return union(anyOf.map(typeOf));
  if (constant !== undefined) return JSON.stringify(constant);
  if (values !== undefined) return union(values.map((value) => JSON.stringify(value)));
  if (properties !== undefined) {
    const rest = typeof additionalProperties === "object" ? ` & Record<string, ${typeOf(additionalProperties)}>` : "";
    const fields = `{\n${Object.entries(properties)
      .map(([name, property]) => member(name, property, schema.required?.includes(name) === true))
      .join("")}}${rest}`;
    return [schema.type].flat().includes("null") ? union([fields, "null"]) : fields;
  }
  if (typeof additionalProperties === "object") return `Record<string, ${typeOf(additionalProperties)}>`;
  return union([schema.type ?? "unknown"].flat().map((type) => plain(type, items)));
};

const plain = (type: string, items: Schema | undefined): string => {
  if (type === "array") return items === undefined ? "unknown[]" : `(${typeOf(items)})[]`;
  if (type === "object") return "Record<string, unknown>";
  return type === "integer" ? "number" : type;
};

const union = (types: readonly string[]): string => [...new Set(types)].join(" | ");

const member = (name: string, schema: Schema, isRequired: boolean): string => {
  const comment = schema.description === undefined ? "" : `/** ${schema.description.replaceAll("*/", "* /")} */\n`;
  return `${comment}${JSON.stringify(name)}${isRequired ? "" : "?"}: ${typeOf(schema)};\n`;
};

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly description?: string;
}

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

const contentOf = (content: Readonly<Record<string, Media>> | undefined): string =>
  content === undefined
    ? "content?: never;\n"
    : `content: {\n${Object.entries(content)
        .map(([type, { schema }]) => `"${type}": ${typeOf(schema)};\n`)
        .join("")}};\n`;

const parametersOf = (parameters: readonly Parameter[]): string =>
  ["query", "header", "path", "cookie"]
    .map((place) => {
      const here = parameters.filter((parameter) => parameter.in === place);
      if (here.length === 0) return `${place}?: never;\n`;
      const isOptional = here.every(({ required }) => required !== true);
      const members = here.map(({ name, schema, required }) => member(name, schema, required === true));
      return `${place}${isOptional ? "?" : ""}: {\n${members.join("")}};\n`;
    })
    .join("");

const operationOf = ({ summary, parameters = [], requestBody, responses }: Operation): string => {
  const body =
    requestBody === undefined
      ? "requestBody?: never;\n"
      : `requestBody${requestBody.required === true ? "" : "?"}: {\n${contentOf(requestBody.content)}};\n`;
  const answers = Object.entries(responses).map(
    ([status, { content }]) => `${status}: { headers: Record<string, unknown>; ${contentOf(content)} };\n`,
  );
  return `/** ${summary}. */\nOPERATION: {\nparameters: {\n${parametersOf(parameters)}};\n${body}responses: {\n${answers.join("")}};\n};\n`;
};

/** Puts what is shared in the place of a reference to a parameter or an answer. */
const inlined = <T>(document: unknown, value: T): T => {
  const { $ref } = value as { readonly $ref?: string };
  if ($ref === undefined) return value;
  const [, ...steps] = $ref.split("/");
  return steps.reduce<unknown>((place, step) => (place as Readonly<Record<string, unknown>>)[step], document) as T;
};

/** Types of the whole API in the form that openapi-fetch takes: the text of `client/paths.ts`, before it is formatted. */
export const clientTypesFile = (): string => {
  const document = openApiDocument() as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const paths = Object.entries(document.paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]) => {
      const parameters = (operation.parameters ?? []).map((parameter) => inlined(document, parameter));
      const responses = Object.fromEntries(
        Object.entries(operation.responses).map(([status, answer]) => [status, inlined(document, answer)]),
      );
      return operationOf({ ...operation, parameters, responses }).replace("OPERATION", method);
    });
    return `"${path}": {\n${operations.join("")}};\n`;
  });
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => member(name, schema, true));
  return `// Written by \`npm run openapi\` from the OpenAPI document. Do not edit.

/** The API's paths below its base URL. */
export interface Paths {
${paths.join("")}}

/** What the API takes and answers, by name. */
export interface Schemas {
${schemas.join("")}}
`;
};
