import type * as z from "zod";
import { parseJson } from "#shared/errors.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { createApiKeyRequest, issuedApiKey, updateApiKeyRequest } from "#shared/contract/api/api-key.ts";
import { probeRequest } from "#shared/contract/api/probe.ts";
import { replayRequest } from "#shared/contract/api/replay.ts";
import {
  createWebhookRequest,
  rotateSecretRequest,
  updateWebhookRequest,
  webhook,
} from "#shared/contract/api/webhook.ts";

const maxNames = 20;
const maxNameCharacters = 100;

/** Names that are not among the known ones: as many, and as much of each, as can be shown. */
const unknownNames = (names: readonly string[], known: readonly string[]): readonly string[] =>
  names
    .filter((name) => !known.includes(name))
    .slice(0, maxNames)
    .map((name) => beginningOf(name, maxNameCharacters));

/** The fields of each request, and those of answers that clients send back with what they have changed. */
const fieldsOf: Readonly<Record<string, readonly z.ZodObject[]>> = {
  "POST /v1/webhooks": [createWebhookRequest, webhook],
  "PUT /v1/webhooks/{id}": [updateWebhookRequest, webhook],
  "POST /v1/webhooks/probe": [probeRequest, webhook],
  "POST /v1/webhooks/{id}/rotate-secret": [rotateSecretRequest],
  "POST /v1/webhooks/{id}/replay": [replayRequest],
  "POST /v1/api-keys": [createApiKeyRequest, issuedApiKey],
  "PUT /v1/api-keys/{id}": [updateApiKeyRequest, issuedApiKey],
};

/** Name of the header that says which fields of a request nobody has read: the contract lets unknown fields pass. */
export const ignoredFieldsHeader = "x-tidepost-ignored-fields";

/**
 * The value of that header for a request that was done; undefined when all its fields are known. Names are separated by commas,
 * and escaped as in URLs.
 */
export const ignoredFields = (route: string, body: Buffer): string | undefined => {
  const schemas = fieldsOf[route];
  if (schemas === undefined || body.length === 0) return undefined;
  const sent = parseJson(body);
  if (typeof sent !== "object" || sent === null) return undefined;
  const known = schemas.flatMap(({ shape }) => Object.keys(shape));
  const names = unknownNames(Object.keys(sent), known);
  return names.length === 0 ? undefined : names.map((name) => encodeURIComponent(name)).join(", ");
};
