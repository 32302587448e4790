import { apiErrors } from "#shared/contract/api/errors.ts";
import { maxApiKeys } from "#shared/contract/limits.ts";
import { type Operation, fields, json } from "../operation.ts";
import { apiKeyPath } from "#shared/contract/api/parameters.ts";
import { createApiKeyRequest, updateApiKeyRequest } from "#shared/contract/api/api-key.ts";
import * as example from "./examples.ts";

const noKey = { notFound: "There is no such key, or it is not the caller's." } as const;
const excess = {
  forbidden: "The API key lacks the grant `api_keys/manage`. Or it lacks a grant that the key is to get.",
} as const;
const revoked = {
  unauthorized: `${apiErrors.unauthorized.meaning} A revoked key is refused at once here.`,
} as const;

export const apiKeyOperations = {
  "GET /v1/whoami": {
    id: "whoAmI",
    tag: "Account",
    summary: "Read what the API key may do",
    description:
      "The customer, label and grants of the key that the request is made with, and the version that answers.",
    answer: { results: example.caller },
    errors: revoked,
  },
  "GET /v1/api-keys": {
    id: "listApiKeys",
    tag: "API keys",
    summary: "List API keys",
    description: "All keys of the customer, oldest first.",
    answer: { results: [example.apiKey] },
    errors: {},
  },
  "POST /v1/api-keys": {
    id: "createApiKey",
    tag: "API keys",
    summary: "Issue an API key",
    description: "The answer is the only place that ever shows the key: only its hash is stored.",
    request: { content: { "application/json": { schema: createApiKeyRequest, example: example.newApiKey } } },
    answer: { results: example.issuedApiKey },
    errors: { ...json, ...revoked, ...excess, ...fields, conflict: `The customer has ${maxApiKeys} keys already.` },
  },
  "GET /v1/api-keys/{id}": {
    id: "readApiKey",
    tag: "API keys",
    summary: "Read an API key",
    description: "One key without its secret.",
    parameters: { path: apiKeyPath },
    answer: { results: example.apiKey },
    errors: noKey,
  },
  "PUT /v1/api-keys/{id}": {
    id: "updateApiKey",
    tag: "API keys",
    summary: "Change an API key",
    description: "Changes label, grants or both. A key cannot take `api_keys/manage` from itself.",
    parameters: { path: apiKeyPath },
    request: { content: { "application/json": { schema: updateApiKeyRequest, example: example.apiKeyChange } } },
    answer: { results: example.apiKey },
    errors: {
      ...json,
      ...revoked,
      ...excess,
      ...noKey,
      conflict: "The key would lock itself out, or other requests keep changing it; nothing was changed.",
      // Every field may be left out.
      invalid: true,
    },
  },
  "DELETE /v1/api-keys/{id}": {
    id: "deleteApiKey",
    tag: "API keys",
    summary: "Revoke an API key",
    description: "Ends the key for good, for every request within a minute. A key cannot revoke itself.",
    parameters: { path: apiKeyPath },
    errors: { ...revoked, ...noKey, conflict: "A key cannot revoke itself." },
  },
} as const satisfies Readonly<Record<string, Operation>>;
