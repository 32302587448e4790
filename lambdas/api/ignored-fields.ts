import * as z from "zod";
import { parseJson } from "#shared/errors.ts";
import { portable } from "#shared/plain-json.ts";
import { editDistance } from "#shared/events/catalogue/nearest-key.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { type IgnoredField, ignoredFieldsValue } from "#shared/text/ignored-fields.ts";
import { createApiKeyRequest, issuedApiKey, updateApiKeyRequest } from "#shared/contract/api/api-key.ts";
import { filterTestRequest } from "#shared/contract/api/filter-test.ts";
import { createPortalLinkRequest, issuedPortalLink } from "#shared/contract/api/portal-link.ts";
import { probeRequest } from "#shared/contract/api/probe.ts";
import { replayRequest } from "#shared/contract/api/replay.ts";
import { streamTestRequest } from "#shared/contract/api/stream-test.ts";
import {
  createWebhookRequest,
  rotateSecretRequest,
  updateWebhookRequest,
  webhook,
} from "#shared/contract/api/webhook.ts";
import { isObject } from "#shared/text/json.ts";

const maxNames = 20;
const maxNameCharacters = 100;

/** What a request may say, and the answers that clients send back with what they have changed. */
interface Known {
  readonly request: z.ZodObject;
  readonly answers?: readonly z.ZodObject[];
}

const knownOf: Readonly<Record<string, Known>> = {
  "POST /v1/webhooks": { request: createWebhookRequest, answers: [webhook] },
  "PUT /v1/webhooks/{id}": { request: updateWebhookRequest, answers: [webhook] },
  "POST /v1/webhooks/probe": { request: probeRequest, answers: [webhook] },
  "POST /v1/webhooks/filter-test": { request: filterTestRequest, answers: [webhook] },
  "POST /v1/webhooks/filter-test/stream": { request: streamTestRequest, answers: [webhook] },
  "POST /v1/webhooks/{id}/rotate-secret": { request: rotateSecretRequest },
  "POST /v1/webhooks/{id}/replay": { request: replayRequest },
  "POST /v1/api-keys": { request: createApiKeyRequest, answers: [issuedApiKey] },
  "POST /v1/portal-links": { request: createPortalLinkRequest, answers: [issuedPortalLink] },
  "PUT /v1/api-keys/{id}": { request: updateApiKeyRequest, answers: [issuedApiKey] },
};

/**
 * The value of the header that names the fields of a request that was done and that nobody has read, one level of objects
 * in it included; undefined when all its fields are known.
 */
export const ignoredFields = (route: string, body: Buffer): string | undefined => {
  const known = knownOf[route];
  if (known === undefined || body.length === 0) return undefined;
  const sent = parseJson(body, portable);
  if (!isObject(sent)) return undefined;
  const fields = [...unknownFields(sent, known), ...unknownParts(sent, known)].slice(0, maxNames);
  return fields.length === 0 ? undefined : ignoredFieldsValue(fields);
};

/** Names that are not among the known ones: as many, and as much of each, as can be shown. */
export const unknownFields = (
  sent: Readonly<Record<string, unknown>>,
  { request, answers = [] }: Known,
  before = "",
): readonly IgnoredField[] => {
  const known = new Set([request, ...answers].flatMap(({ shape }) => Object.keys(shape)));
  const names = Object.keys(sent).filter((name) => !known.has(name));
  return names.slice(0, maxNames).map((name) => {
    const meant = Object.keys(request.shape).find((field) => isLike(name, field));
    const shown = beginningOf(name, maxNameCharacters);
    return { name: before + shown, meant: meant === undefined ? undefined : before + meant };
  });
};

const unknownParts = (sent: Readonly<Record<string, unknown>>, { request, answers = [] }: Known) =>
  Object.entries(sent).flatMap(([field, value]): readonly IgnoredField[] => {
    const part = objectIn(request, field);
    if (part === undefined || !isObject(value)) return [];
    const shown = answers.flatMap((answer) => objectIn(answer, field) ?? []);
    return unknownFields(value, { request: part, answers: shown }, `${field}.`);
  });

/** The object that a field holds, whether or not it may be left out. */
const objectIn = ({ shape }: z.ZodObject, field: string): z.ZodObject | undefined => {
  let schema: unknown = Object.hasOwn(shape, field) ? shape[field] : undefined;
  while (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault) {
    schema = schema.unwrap();
  }
  return schema instanceof z.ZodObject ? schema : undefined;
};

/** Whether a name is a field's but for one mistake, or for another way of joining words: `authToken`. */
const isLike = (name: string, field: string): boolean => {
  const [sent, known] = [lettersOf(name), lettersOf(field)];
  return Math.abs(sent.length - known.length) <= 1 && known.length > 2 && editDistance(sent, known) <= 1;
};

const lettersOf = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, "");
