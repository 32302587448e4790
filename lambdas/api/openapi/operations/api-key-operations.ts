import { badFields, badJson, forbidden, notJson, unauthorized } from "../error-codes.ts";
import type { ErrorCodes, Operation } from "../operation.ts";
import { apiKeyPath } from "#shared/contract/api/parameters.ts";
import {
  apiKeyAnswer,
  apiKeysAnswer,
  callerAnswer,
  createApiKeyAnswer,
  createApiKeyRequest,
  updateApiKeyRequest,
} from "#shared/contract/api/api-key.ts";
import * as example from "./examples.ts";

const noKey: ErrorCodes = { "1600": "There is no such key, or it is not the caller's." };
const excess: ErrorCodes = {
  "1100": `${forbidden("api_keys/manage")["1100"]} Or it lacks a grant that the key is to get.`,
};
const revoked: ErrorCodes = { "1303": `${unauthorized["1303"]} A revoked key is refused at once here.` };

export const apiKeyOperations = {
  "GET /v1/whoami": {
    id: "whoAmI",
    tag: "Account",
    summary: "Read what the API key may do",
    description:
      "The customer, label and grants of the key that the request is made with, and the version that answers.",
    answer: { schema: callerAnswer, example: { results: example.caller } },
    errors: { 401: revoked },
  },
  "GET /v1/api-keys": {
    id: "listApiKeys",
    tag: "API keys",
    summary: "List API keys",
    description: "All keys of the customer, oldest first.",
    answer: { schema: apiKeysAnswer, example: { results: [example.apiKey] } },
    errors: {},
  },
  "POST /v1/api-keys": {
    id: "createApiKey",
    tag: "API keys",
    summary: "Issue an API key",
    description: "The answer is the only place that ever shows the key: only its hash is stored.",
    request: { content: { "application/json": { schema: createApiKeyRequest, example: example.newApiKey } } },
    answer: { schema: createApiKeyAnswer, example: { results: example.issuedApiKey } },
    errors: { 400: badJson, 401: revoked, 403: excess, 415: notJson, 422: badFields },
  },
  "GET /v1/api-keys/{id}": {
    id: "readApiKey",
    tag: "API keys",
    summary: "Read an API key",
    description: "One key without its secret.",
    parameters: { path: apiKeyPath },
    answer: { schema: apiKeyAnswer, example: { results: example.apiKey } },
    errors: { 404: noKey },
  },
  "PUT /v1/api-keys/{id}": {
    id: "updateApiKey",
    tag: "API keys",
    summary: "Change an API key",
    description: "Changes label, grants or both. A key cannot take `api_keys/manage` from itself.",
    parameters: { path: apiKeyPath },
    request: { content: { "application/json": { schema: updateApiKeyRequest, example: example.apiKeyChange } } },
    answer: { schema: apiKeyAnswer, example: { results: example.apiKey } },
    errors: {
      400: badJson,
      401: revoked,
      403: excess,
      404: noKey,
      409: { "1602": "The key would lock itself out, or other requests keep changing it; nothing was changed." },
      415: notJson,
      // Every field may be left out.
      422: { "1300": badFields["1300"] },
    },
  },
  "DELETE /v1/api-keys/{id}": {
    id: "deleteApiKey",
    tag: "API keys",
    summary: "Revoke an API key",
    description: "Ends the key for good, for every request within a minute. A key cannot revoke itself.",
    parameters: { path: apiKeyPath },
    errors: { 401: revoked, 404: noKey, 409: { "1602": "A key cannot revoke itself." } },
  },
} as const satisfies Readonly<Record<string, Operation>>;
