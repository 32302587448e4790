import * as z from "zod";
import { maxBatchBytes, maxBatchEvents } from "../limits.ts";
import { authTypes, compressions, eventsModes, tokenContentTypes } from "../words.ts";
import { displayNote, displayText, eventKey, headers, note } from "./common.ts";
import { customHeaders } from "./custom-headers.ts";

const maxTargetCharacters = 2_048;
const maxTokenCharacters = 1_024;
const maxExceptions = 10;
const minBatchBytes = 1_024;
/** JSON integers of this API are signed 32-bit numbers. */
export const maxInteger = 2_147_483_647;

/** What a request may say of a webhook, and how answers show it. */
const setting = <Sent extends z.ZodType, Shown extends z.ZodType>(parts: {
  readonly sent: Sent;
  /** What a new webhook has when the request says nothing. */
  readonly byDefault: z.util.NoUndefined<z.output<Sent>>;
  readonly shown: Shown;
}) => ({
  created: parts.sent.default(parts.byDefault),
  changed: parts.sent.exactOptional(),
  shown: parts.shown,
});

/** A setting that answers show as requests send it. A server that does not know it yet behaves as by default. */
const openSetting = <Field extends z.ZodType>(field: Field, byDefault: z.util.NoUndefined<z.output<Field>>) =>
  setting({ sent: field, byDefault, shown: field.default(byDefault) });

const name = displayText.meta(displayNote("Display name. Need not be unique.", "warehouse feed"));

/** A target, whose rules are code that the API adds. */
export const targetUrl = (hint = "") =>
  z
    .string()
    .meta(
      note(
        "URL that gets the batches: http or https, no user name or password, on an address that the operator's policy " +
          `admits.${hint}`,
        { format: "uri", maxLength: maxTargetCharacters, examples: ["https://in.example.net/hook"] },
      ),
    );
const target = targetUrl();

/** Event types, each once. */
export const eventKeyList = z.array(eventKey).overwrite((keys) => [...new Set(keys)]);
const events = (description: string) =>
  eventKeyList.meta(note(description, { minItems: 1, examples: [["delivery", "bounce"]] }));

/** What the document says of a token. */
export const tokenNote = (description: string) => note(description, { maxLength: maxTokenCharacters });

/** Header values are limited to what reaches the target unchanged. */
const token = z
  .string()
  .refine((text) => text.length <= maxTokenCharacters, `must have at most ${maxTokenCharacters} characters`)
  .refine((text) => /^[\x20-\x7e]*$/.test(text), "must contain only printable ASCII characters")
  .nullable()
  .meta(tokenNote("Sent as `X-MessageSystems-Webhook-Token`. Printable ASCII. `null` or an empty text removes it."));

/** Empty for webhooks without OAuth 2: clients send back what they have read. */
const sentRequestDetails = z
  .object({
    url: z.string().exactOptional(),
    body: z.record(z.string(), z.json()).exactOptional(),
    content_type: z.enum(tokenContentTypes).exactOptional(),
    headers: customHeaders.exactOptional(),
  })
  .meta(
    note(
      "For `oauth2`: where and how to get an access token. `body` holds the fields of the token request, sent as a form " +
        "unless `content_type` says JSON; `headers` go with it. Replaced as a whole.",
      {
        properties: {
          url: { type: "string", format: "uri", maxLength: maxTargetCharacters },
          body: { type: "object", additionalProperties: true },
          content_type: { type: "string", enum: [...tokenContentTypes] },
          headers: { type: "object", additionalProperties: { type: "string" } },
        },
      },
    ),
  );

const shownRequestDetails = z
  .object({
    url: z.string(),
    body: z.record(z.string(), z.unknown()),
    content_type: z.string(),
    headers: headers("Headers of the token request, values masked."),
  })
  .partial()
  .meta({ description: "Empty unless `auth_type` is `oauth2`. Values of `body` that are secret are masked." });

const credential = z.string().max(maxTokenCharacters, `must have at most ${maxTokenCharacters} characters`);

const subaccountNumber = z.int().min(1, "must be at least 1").max(maxInteger, `must be at most ${maxInteger}`);

/** Numbers come in as numbers and go out as strings; a client that writes back what it read sends strings. */
const exceptions = z
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
  .refine((numbers) => new Set(numbers).size === numbers.length, "must not name a sub-account twice");

const exceptionsNote = (rules: Readonly<Record<string, unknown>>) =>
  note("Sub-accounts left out of a webhook for the primary account and all sub-accounts. Replaced as a whole.", {
    items: { anyOf: [{ type: "integer", minimum: 1, maximum: maxInteger }, { type: "string" }] },
    examples: [[3, 17]],
    ...rules,
  });

/** Every setting of a webhook, once. What is added here is in requests and answers, their types, the document and the clients. */
const settings = {
  name: { created: name, changed: name.exactOptional(), shown: name },
  target: { created: target, changed: target.exactOptional(), shown: target },
  events: {
    created: events("Event types to deliver. Required unless `events_mode` is `all`.").exactOptional(),
    changed: events("Event types to deliver. Replaced as a whole.").exactOptional(),
    shown: z.array(eventKey).meta({ description: "Event types that are delivered." }),
  },
  events_mode: openSetting(
    z.enum(eventsModes).meta({
      description: "`selected`: the types in `events`. `all`: every type, also those of later versions.",
    }),
    "selected",
  ),
  active: openSetting(
    z.boolean().meta({
      description: "Whether events are collected. Batches of an inactive webhook wait until it is active again.",
    }),
    true,
  ),
  auth_type: openSetting(
    z.enum(authTypes).meta({ description: "How POSTs authenticate at the target, besides token and custom headers." }),
    "none",
  ),
  auth_request_details: setting({ sent: sentRequestDetails, byDefault: {}, shown: shownRequestDetails }),
  auth_credentials: setting({
    sent: z.object({ username: credential.exactOptional(), password: credential.exactOptional() }).meta({
      description: "For `basic`: user name (required, without a colon) and password. Replaced as a whole.",
    }),
    byDefault: {},
    shown: z
      .object({ username: z.string(), password: z.string() })
      .partial()
      .meta({ description: "Empty unless `auth_type` is `basic`. The password is masked." }),
  }),
  auth_token: setting({
    sent: token,
    byDefault: null,
    shown: z.string().meta({ description: "Masked token, or an empty text when there is none." }),
  }),
  custom_headers: setting({
    sent: customHeaders,
    byDefault: {},
    shown: headers("Headers of every POST, values masked."),
  }),
  signing: setting({
    sent: z.boolean().meta({
      description:
        "Whether POSTs are signed per the Standard Webhooks specification. The signature covers the JSON before " +
        "compression, which is what a framework that decompresses hands on; where yours does not, decompress first, with " +
        "a bound on the size. The secret is made when signing is turned on, which shows it once, and dropped when signing is turned off.",
    }),
    byDefault: false,
    shown: z.boolean().meta({ description: "Whether POSTs are signed per the Standard Webhooks specification." }),
  }),
  compression: openSetting(
    z.enum(compressions).meta({
      description:
        "`gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and " +
        "the target must answer it with 2xx. Decompressed, a body is the same as without compression.",
    }),
    "none",
  ),
  exception_subaccounts: {
    created: exceptions
      .min(1, "must contain at least one sub-account")
      .meta(exceptionsNote({ minItems: 1 }))
      .exactOptional(),
    changed: exceptions.meta(exceptionsNote({})).exactOptional(),
    shown: z
      .array(z.string())
      .meta({ description: "Sub-accounts left out, as text.", examples: [["3", "17"]] })
      .exactOptional(),
  },
  batch_size: openSetting(
    z
      .int()
      .min(1, "must be at least 1")
      .max(maxBatchEvents, `must be at most ${maxBatchEvents}`)
      .meta({ description: "Most events in a batch." }),
    maxBatchEvents,
  ),
  max_batch_bytes: openSetting(
    z
      .int()
      .min(minBatchBytes, `must be at least ${minBatchBytes}`)
      .max(maxBatchBytes, `must be at most ${maxBatchBytes}`)
      .meta({ description: "Most bytes in a batch's body." }),
    maxBatchBytes,
  ),
};

type Settings = typeof settings;
type Part = "created" | "changed" | "shown";
type FieldsOf<Of extends Part> = { [Name in keyof Settings]: Settings[Name][Of] };

/** The settings as they are in one kind of body: the fields of a Zod object. */
export const fieldsOf = <Of extends Part>(part: Of): FieldsOf<Of> =>
  Object.fromEntries(Object.entries(settings).map(([field, parts]) => [field, parts[part]])) as FieldsOf<Of>;
