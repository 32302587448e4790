import * as z from "zod";
import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import { authTypes, compressions, tokenContentTypes, eventKeys, eventsModes } from "#shared/contract/words.ts";
import { isEventKey } from "#shared/events/catalogue/event-key.ts";
import { nearestEventKey } from "#shared/events/catalogue/nearest-key.ts";
import type { JsonValue } from "../settings.ts";
import { parseTargetUrl } from "#shared/delivery/address-policy.ts";
import { customHeaders } from "./custom-headers.ts";
import { displayText } from "./display-text.ts";

const maxTokenCharacters = 1_024;
const maxExceptions = 10;
const minBatchBytes = 1_024;
/** JSON integers of this API are signed 32-bit numbers. */
const maxInteger = 2_147_483_647;

const httpUrl = z.string().superRefine((text, context) => {
  const parsed = parseTargetUrl(text);
  if (parsed.kind === "invalid") context.addIssue({ code: "custom", message: parsed.problem, input: text });
});

/** An event type; what is none is told with the nearest one. */
export const eventKey = z.string().superRefine((key, context) => {
  if (isEventKey(key)) return;
  const nearest = nearestEventKey(key);
  const hint = nearest === undefined ? "" : ` (did you mean '${nearest}'?)`;
  context.addIssue({ code: "custom", message: `must be one of: ${eventKeys.join(", ")}${hint}`, input: key });
});

const events = z.array(eventKey).transform((keys) => [...new Set(keys)]);

/** Header values are limited to what reaches the target unchanged. */
const headerText = (maxCharacters: number) =>
  z
    .string()
    .refine((text) => text.length <= maxCharacters, `must have at most ${maxCharacters} characters`)
    .refine((text) => /^[\x20-\x7e]*$/.test(text), "must contain only printable ASCII characters");

const jsonValue: z.ZodType<JsonValue> = z.json();

/** Empty for webhooks without OAuth 2: clients send back what they have read. */
const authRequestDetails = z.object({
  url: httpUrl.exactOptional(),
  body: z.record(z.string(), jsonValue).exactOptional(),
  content_type: z.enum(tokenContentTypes).exactOptional(),
  headers: customHeaders.exactOptional(),
});

const authCredentials = z.object({
  username: z.string().max(maxTokenCharacters, `must have at most ${maxTokenCharacters} characters`).exactOptional(),
  password: z.string().max(maxTokenCharacters, `must have at most ${maxTokenCharacters} characters`).exactOptional(),
});

const subaccountNumber = z.int().min(1, "must be at least 1").max(maxInteger, `must be at most ${maxInteger}`);
const distinct = (numbers: readonly number[]): boolean => new Set(numbers).size === numbers.length;

/** Numbers come in as numbers and go out as strings; a client that writes back what it read sends strings. */
const exceptionSubaccounts = z
  .array(
    z.union([
      subaccountNumber,
      z
        .stringFormat("integer", /^[1-9]\d{0,9}$/)
        .transform(Number)
        .pipe(subaccountNumber),
    ]),
  )
  .max(maxExceptions, `must have at most ${maxExceptions} sub-accounts`)
  .refine(distinct, "must not name a sub-account twice");

const fields = {
  name: displayText,
  target: httpUrl,
  events,
  events_mode: z.enum(eventsModes),
  active: z.boolean(),
  auth_type: z.enum(authTypes),
  auth_request_details: authRequestDetails,
  auth_credentials: authCredentials,
  auth_token: headerText(maxTokenCharacters),
  custom_headers: customHeaders,
  signing: z.boolean(),
  compression: z.enum(compressions),
  exception_subaccounts: exceptionSubaccounts,
  batch_size: z.int().min(1, "must be at least 1").max(maxBatchEvents, `must be at most ${maxBatchEvents}`),
  max_batch_bytes: z
    .int()
    .min(minBatchBytes, `must be at least ${minBatchBytes}`)
    .max(maxBatchBytes, `must be at most ${maxBatchBytes}`),
};

/** Body of `POST /webhooks`. Unknown fields are ignored. */
export const createWebhookRequest = z.object({
  name: fields.name,
  target: fields.target,
  events: fields.events.exactOptional(),
  events_mode: fields.events_mode.default("selected"),
  active: fields.active.default(true),
  auth_type: fields.auth_type.default("none"),
  auth_request_details: fields.auth_request_details.default({}),
  auth_credentials: fields.auth_credentials.default({}),
  auth_token: fields.auth_token.nullable().default(null),
  custom_headers: fields.custom_headers.default({}),
  signing: fields.signing.default(false),
  compression: fields.compression.default("none"),
  exception_subaccounts: fields.exception_subaccounts
    .refine((list) => list.length > 0, "must contain at least one sub-account")
    .exactOptional(),
  batch_size: fields.batch_size.default(maxBatchEvents),
  max_batch_bytes: fields.max_batch_bytes.default(maxBatchBytes),
});

/** Body of `PUT /webhooks/{id}`: only the fields sent change. Objects and lists are replaced whole. */
export const updateWebhookRequest = z.object({
  ...z.object({ ...fields, auth_token: fields.auth_token.nullable() }).partial().shape,
  /** `-1`: primary account and all sub-accounts; `0`: primary account only. */
  subaccount_id: z.int().min(-1, "must be at least -1").max(maxInteger, `must be at most ${maxInteger}`).optional(),
});

export type CreateWebhookRequest = z.output<typeof createWebhookRequest>;
export type UpdateWebhookRequest = z.output<typeof updateWebhookRequest>;
