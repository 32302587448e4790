import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { ingestPath, listenPath, sesIngestPath } from "#shared/contract/api-paths.ts";
import { version } from "#shared/contract/version.ts";
import { type Grant, grants } from "#shared/contract/words.ts";
import { type OperationKey, answers, noBody } from "#shared/contract/api/answers.ts";
import { routes } from "../routes.ts";
import type * as z from "zod";
import { deliveries } from "./deliveries.ts";
import { exampleBaseUrl } from "./document.ts";
import { errorAnswer } from "#shared/contract/api/error-answer.ts";
import { type ApiErrorName, apiErrors } from "#shared/contract/api/errors.ts";
import { type Operation, type OperationErrors, tags } from "./operation.ts";
import { operations } from "./operations.ts";
import { withRequestFields } from "./request-fields.ts";

const prefix = "/v1";

const description = `Manage webhooks, follow their batches, send events.

Every answer is JSON: \`{"results": …}\`, or \`{"errors": […]}\` with one entry for each problem. An unknown path answers 404 \
(code 1101). A method that a path does not have answers 405 (1102) with an Allow header. A trailing slash makes no difference.

Unknown fields and query parameters are ignored; \`X-Tidepost-Ignored-Fields\` in the answer names such fields, and what was \
probably meant, as in \`nmae;meant=name\`. A field that is null counts as absent, except \`auth_token\`, \`filter\`, \`fields\` and \`mask\`, which null removes. New fields may come at any time.

HEAD is answered wherever GET is. Answers are compressed for clients that send \`Accept-Encoding: gzip\`. A query parameter that \
is sent repeatedly is one list, as if commas stood between its values.`;

const keyHint = "Issued by an operator or with `POST /api-keys`.";
const securitySchemes = {
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: `The API key as it is, without a scheme. ${keyHint}`,
  },
  basic: {
    type: "http",
    scheme: "basic",
    description: `The API key as user name, with an empty password. ${keyHint}`,
  },
  webhookToken: {
    type: "apiKey",
    in: "header",
    name: "X-MessageSystems-Webhook-Token",
    description: "The API key in the header in which another system's webhook sends its token.",
  },
  portalSession: {
    type: "apiKey",
    in: "cookie",
    name: "__Secure-tidepost-portal",
    description: "The session of a portal link, which `POST /portal/session` sets. Only the console needs it.",
  },
} as const;

/** The OpenAPI document of the whole API, made from the schemas that validate requests. */
export const openApiDocument = () => {
  const document = createDocument(
    {
      openapi: "3.1.1",
      info: { title: "Tidepost API", version, description },
      servers: [{ url: `${exampleBaseUrl}${prefix}` }],
      tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
      paths: paths(),
      webhooks: deliveries,
      components: { securitySchemes },
    },
    {
      // Answers may get further fields without notice, which a client must not refuse.
      override: ({ jsonSchema, io }) => {
        if (io === "input") return;
        if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
        // What clients take for a field that an earlier version does not send; this version sends it.
        delete jsonSchema.default;
      },
    },
  );
  // What is left of recursive schemas whose place a rule of an annotation has taken.
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) => !name.startsWith("__"));
  return withRequestFields({
    ...document,
    components: { ...document.components, schemas: Object.fromEntries(schemas) },
  });
};

/** The grant that an operation needs. The route table has those of the function `api` alone. */
export const grantOf = (key: string): Grant | "public" | "key" | "session" => {
  if (key === `GET ${listenPath}`) return "webhooks/modify";
  return routes.find(({ method, path }) => `${method} ${path}` === key)?.grant ?? "ingest/write";
};

/** Sentences on when an error comes, by error code. */
type ErrorCodes = Readonly<Record<string, string>>;

/** The errors of an operation by status and code; what several names share is one entry. */
const byStatus = (errors: OperationErrors): ReadonlyMap<number, ErrorCodes> => {
  const found = new Map<number, Record<string, string>>();
  for (const [name, { status, code, meaning }] of Object.entries(apiErrors)) {
    const when = errors[name as ApiErrorName];
    if (when === undefined) continue;
    const codes = found.get(status) ?? {};
    const before = codes[code];
    const sentence = when === true ? meaning : when;
    codes[code] = before === undefined ? sentence : `${before} ${sentence}`;
    found.set(status, codes);
  }
  return found;
};

const errorResponse = (codes: ErrorCodes) => {
  const list = Object.entries(codes).map(([code, when]) => `* \`${code}\`: ${when}`);
  return {
    description: list.join("\n"),
    content: { "application/json": { schema: errorAnswer } },
    "x-error-codes": codes,
  };
};

const responseOf = (name: ApiErrorName, when: string) => errorResponse({ [apiErrors[name].code]: when });

/** Answers that operations share are components: those with an id. */
const sharedResponses = {
  unauthorized: { id: "Unauthorized", ...responseOf("unauthorized", apiErrors.unauthorized.meaning) },
  tooManyRequests: {
    id: "TooManyRequests",
    ...responseOf(
      "tooManyRequests",
      "The API key sends more requests than it may. `Retry-After` says when to send again.",
    ),
  },
  fault: {
    id: "Fault",
    description:
      "429: too many requests, wait as `Retry-After` says. 5xx: a fault of the service, try again. 413: more than 10 MB.",
    content: { "application/json": { schema: errorAnswer } },
  },
};
const forbiddenResponses = Object.fromEntries(
  grants.map((grant) => [
    grant,
    {
      id: `Lacks_${grant.replaceAll("/", "_")}`,
      ...responseOf("forbidden", `The API key lacks the grant \`${grant}\`.`),
    },
  ]),
);

const operationKeys = Object.keys(operations) as readonly OperationKey[];

const paths = (): ZodOpenApiPathsObject => {
  const found: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const key of operationKeys) {
    const operation = operations[key];
    const [method = "", path = ""] = key.split(" ");
    const item = (found[path.slice(prefix.length)] ??= {});
    item[method.toLowerCase()] = describe(operation, {
      schema: answers[key],
      grant: grantOf(key),
      isIngest: path === ingestPath || path === sesIngestPath,
    });
  }
  return found;
};

const needs = (grant: string): string => {
  if (grant === "public") return "Needs no API key.";
  if (grant === "session") return "Needs a portal session instead of an API key.";
  return grant === "key" ? "Needs an API key, whatever its grants." : `Needs the grant \`${grant}\`.`;
};

const securityOf = ({ grant, isIngest }: { readonly grant: string; readonly isIngest: boolean }) =>
  grant === "session"
    ? [{ portalSession: [] }]
    : [{ apiKey: [] }, { basic: [] }, ...(isIngest ? [{ webhookToken: [] }] : [])];

const describe = (
  operation: Operation,
  { schema, grant, isIngest }: { readonly schema: z.ZodType; readonly grant: string; readonly isIngest: boolean },
): ZodOpenApiOperationObject => {
  const { id, tag, summary, parameters, request, answer } = operation;
  const isPublic = grant === "public";
  const lacksGrant = forbiddenResponses[grant];
  const keyErrors = isPublic
    ? {}
    : {
        401: sharedResponses.unauthorized,
        ...(lacksGrant === undefined ? {} : { 403: lacksGrant }),
        429: sharedResponses.tooManyRequests,
      };
  const errors = [...byStatus(operation.errors)];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: `${operation.description}\n\n${needs(grant)}`,
    "x-required-grant": grant,
    security: isPublic ? [] : securityOf({ grant, isIngest }),
    ...(parameters === undefined ? {} : { requestParams: parameters }),
    ...(request === undefined
      ? {}
      : { requestBody: { required: request.isOptional !== true, content: { ...request.content } } }),
    responses: {
      ...(schema === noBody
        ? { "204": { description: "Done; no body." } }
        : { "200": { description: "Done.", content: { "application/json": { schema, example: answer } } } }),
      ...keyErrors,
      ...Object.fromEntries(errors.map(([status, codes]) => [status, errorResponse(codes)])),
      default: sharedResponses.fault,
    },
  };
};
