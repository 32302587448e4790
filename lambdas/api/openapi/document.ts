import { jsonHeaders } from "#shared/runtime/http.ts";
import type { ApiDeps, Text } from "../deps.ts";
import { existsSync, readFileSync } from "node:fs";

/** JSON Schema as far as the documentation shows it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

type Content = Readonly<Record<string, Media>>;

export interface DocumentedOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly "x-required-grant": string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Parameter {
  readonly in: "path" | "query" | "header";
  readonly name: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Response {
  readonly description: string;
  readonly content?: Content;
  readonly "x-error-codes"?: Readonly<Record<string, string>>;
}

interface Reference {
  readonly $ref: string;
}

/** An operation with its path and method. */
export interface PlacedOperation {
  /** Lower case. */
  readonly method: string;
  /** Below the server's URL. */
  readonly path: string;
  /** What it shares with others put in its place. */
  readonly operation: DocumentedOperation;
}

interface StoredOperation extends Omit<DocumentedOperation, "parameters" | "responses"> {
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly responses: Readonly<Record<string, Response | Reference>>;
}

/** The OpenAPI document as far as the code reads it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  /** Operations by path below the server's URL and by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, StoredOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly securitySchemes: Readonly<Record<string, { readonly name?: string; readonly description: string }>>;
  };
}

/** Base URL in the stored document and page, up to and including the stage; answers have that of the deployment. */
export const exampleBaseUrl = "https://tidepost.example.com/api";

let stored: OpenApiDocument | undefined;

/** The document, made before deployment and read when it is first asked for: a deployed function has it beside its module. */
const storedDocument = (): OpenApiDocument => {
  const besideModule = new URL("openapi.json", import.meta.url);
  const inProject = new URL("../../../docs/openapi.json", import.meta.url);
  stored ??= JSON.parse(readFileSync(existsSync(besideModule) ? besideModule : inProject, "utf8")) as OpenApiDocument;
  return stored;
};

/** The OpenAPI document with the URL of a deployment. */
export const documentOf = (baseUrl: string): OpenApiDocument => ({
  ...storedDocument(),
  servers: [{ url: `${baseUrl}/v1` }],
});

/** `GET /openapi.json`. */
export const readDocument = ({ baseUrl }: ApiDeps): Promise<Text> =>
  Promise.resolve({
    status: 200,
    text: JSON.stringify(documentOf(baseUrl)),
    headers: { ...jsonHeaders, "cache-control": "public, max-age=300" },
  });

/** Name of the component that a reference leads to. */
export const componentOf = ($ref: string): string => $ref.slice($ref.lastIndexOf("/") + 1);

/** Every operation of a document. */
export const operationsOf = ({ paths, components }: OpenApiDocument): readonly PlacedOperation[] => {
  const found = <Part extends object>(part: Part | Reference, among: Readonly<Record<string, Part>>): Part => {
    if (!("$ref" in part)) return part;
    const component = among[componentOf(part.$ref)];
    if (component === undefined) throw new Error(`The document has no ${part.$ref}`);
    return component;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], responses, ...operation }]) => ({
      method,
      path,
      operation: {
        ...operation,
        parameters: parameters.map((parameter) => found(parameter, components.parameters)),
        responses: Object.fromEntries(
          Object.entries(responses).map(([status, response]) => [status, found(response, components.responses)]),
        ),
      },
    })),
  );
};
