import * as z from "zod";
import {
  maxBatchBytes,
  maxBatchEvents,
  maxCredentialCharacters,
  maxCustomHeaders,
  maxKeptBodyDays,
  maxListEntries,
  maxTokenBodyBytes,
  maxTokenBodyDepth,
  maxTokenFields,
  maxUrlCharacters,
} from "../limits.ts";
import { authTypes, compressions, eventsModes, tokenContentTypes } from "../words.ts";
import { atMost, displayNote, displayText, eventKey, headers, note, shortText } from "./common.ts";
import { openSetting, setting } from "./setting.ts";
import { filter } from "./filter-schema.ts";
import { fieldSelection, maskedFields, shownMask } from "./webhook-selection.ts";
import { customHeaders } from "./custom-headers.ts";
import { exceptionList, exceptions, exceptionsNote } from "./webhook-exceptions.ts";

const minBatchBytes = 1_024;
const name = displayText.meta(displayNote("Display name. Need not be unique.", "warehouse feed"));

/** A target, whose rules are code that the API adds. */
export const targetUrl = (hint = "") =>
  z.string().meta(
    note(
      "URL that gets the batches: http or https, no user name or password, on an address that the operator's policy " +
        `admits.${hint}`,
      {
        format: "uri",
        pattern: "^[hH][tT][tT][pP][sS]?://",
        maxLength: maxUrlCharacters,
        examples: ["https://in.example.net/hook"],
      },
    ),
  );
const target = targetUrl();

/** Event types, each once. */
export const eventKeyList = z.array(eventKey).overwrite((keys) => [...new Set(keys)]);
const eventTypes = atMost(maxListEntries, "entries", eventKeyList);
const events = (description: string) =>
  eventTypes.meta(note(description, { minItems: 1, maxItems: maxListEntries, examples: [["delivery", "bounce"]] }));

const tokenPattern = /^[\x20-\x7e]*$/;

/** What the document says of a token. */
export const tokenNote = (description: string) =>
  note(description, { maxLength: maxCredentialCharacters, pattern: tokenPattern.source });

/** Header values are limited to what reaches the target unchanged. */
const token = shortText(maxCredentialCharacters)
  .refine((text) => tokenPattern.test(text), "must contain only printable ASCII characters")
  .nullable()
  .meta(tokenNote("Sent as `X-MessageSystems-Webhook-Token`. Printable ASCII. `null` or an empty text removes it."));

/** `whsec_` and 24 to 64 bytes as base64 with its padding, or the mask of such a secret. */
export const signingSecretPattern =
  /^(?:whsec_(?:(?:[A-Za-z0-9+/]{4}){8,20}(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?|(?:[A-Za-z0-9+/]{4}){21}(?:[A-Za-z0-9+/][AQgw]==)?)|\*{4}[A-Za-z0-9+/=]{4})$/;

/** A secret that the caller brings, so that a receiver that enforces signatures can take the test POST. */
export const ownSigningSecret = (description: string) =>
  z
    .string()
    .refine(
      (text) => signingSecretPattern.test(text),
      "must be 'whsec_' and base64 (RFC 4648, with padding) of 24 to 64 bytes",
    )
    .meta(
      note(description, {
        pattern: signingSecretPattern.source,
        examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwqJ8rHeAHJAE="],
      }),
    )
    .exactOptional();

const signingSecret = ownSigningSecret(
  "A secret of your own to sign with, for a receiver that enforces signatures and must know it before the test POST: `whsec_` " +
    "and 24 to 64 random bytes in base64. Needs `signing`. Absent: one is made. A new one replaces what signs at once; " +
    "`rotate-secret` has an overlap.",
);

const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

/** Fields of a token request. Its secrets are looked for in every answer of a target, so that there must be few. */
const tokenBody = atMost(
  maxTokenFields,
  "fields",
  z
    .record(z.string(), z.json())
    .refine((body) => new TextEncoder().encode(JSON.stringify(body)).length <= maxTokenBodyBytes, {
      error: `must have at most ${maxTokenBodyBytes} bytes as JSON`,
      abort: true,
    })
    .refine((body) => depthOf(body) <= maxTokenBodyDepth, `must have at most ${maxTokenBodyDepth} levels`),
);

/** Empty for webhooks without OAuth 2: clients send back what they have read. */
const sentRequestDetails = z
  .object({
    url: z.string().exactOptional(),
    body: tokenBody.exactOptional(),
    content_type: z.enum(tokenContentTypes).exactOptional(),
    headers: customHeaders.exactOptional(),
  })
  .meta(
    note(
      "For `oauth2`: where and how to get an access token. `body` holds the fields of the token request, sent as a form " +
        "unless `content_type` says JSON; `headers` go with it. Replaced as a whole.",
      {
        properties: {
          url: { type: "string", format: "uri", maxLength: maxUrlCharacters },
          body: {
            type: "object",
            description: `At most ${maxTokenBodyBytes} bytes as JSON, and ${maxTokenBodyDepth} levels.`,
            additionalProperties: true,
            maxProperties: maxTokenFields,
          },
          content_type: { type: "string", enum: [...tokenContentTypes] },
          headers: { type: "object", additionalProperties: { type: "string" }, maxProperties: maxCustomHeaders },
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

const credential = (rules: Readonly<Record<string, unknown>> = {}) =>
  shortText(maxCredentialCharacters).meta({ override: { maxLength: maxCredentialCharacters, ...rules } });

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
      description:
        "`selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks " +
        "only if `events` has them.",
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
    sent: z
      .object({ username: credential({ pattern: "^[^:]*$" }).exactOptional(), password: credential().exactOptional() })
      .meta({
        description: "For `basic`: user name (required, without a colon) and password. Replaced as a whole.",
      }),
    byDefault: {},
    shown: z
      .object({ username: z.string(), password: z.string(), access_token: z.string() })
      .partial()
      .meta({
        description:
          "With `basic` user name and password, with `oauth2` the access token, which Tidepost requests. Password and " +
          "token are masked. Empty with `none`.",
      }),
  }),
  auth_token: setting({
    sent: token,
    byDefault: null,
    shown: z.string().meta({ description: "Masked token; empty without one." }),
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
        "a bound on the size. Unless the request brings `signing_secret`, a secret is made when signing is turned on, which shows it once. It is " +
        "dropped when signing is turned off.",
    }),
    byDefault: false,
    shown: z.boolean().meta({ description: "Whether POSTs are signed per the Standard Webhooks specification." }),
  }),
  signing_secret: {
    created: signingSecret,
    changed: signingSecret,
    shown: z.string().exactOptional().meta({ description: "Masked secret of signed POSTs." }),
  },
  compression: openSetting(
    z.enum(compressions).meta({
      description:
        "`gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and " +
        "the target must answer it with 2xx. Decompressed, a body is the same as without compression.",
    }),
    "none",
  ),
  exception_subaccounts: {
    created: exceptions(exceptionList.min(1, "must contain at least one sub-account"))
      .meta(exceptionsNote({ minItems: 1 }))
      .exactOptional(),
    changed: exceptions(exceptionList).meta(exceptionsNote({})).exactOptional(),
    shown: z
      .array(z.string())
      .meta({ description: "Sub-accounts left out, as text.", examples: [["3", "17"]] })
      .exactOptional(),
  },
  filter: openSetting(
    filter.nullable().meta({ description: "Which events of these types are delivered. `null`: all." }),
    null,
  ),
  fields: openSetting(
    fieldSelection.nullable().meta({ description: "Which fields of its events the target gets. `null`: all." }),
    null,
  ),
  mask: setting({
    sent: maskedFields.nullable().meta({ description: "Fields whose values are hashed. `null`: none." }),
    byDefault: null,
    shown: shownMask,
  }),
  batch_size: openSetting(
    z
      .int()
      .min(1, "must be at least 1")
      .max(maxBatchEvents, `must be at most ${maxBatchEvents}`)
      .meta({ description: "Maximum number of events in a batch." }),
    maxBatchEvents,
  ),
  max_batch_bytes: openSetting(
    z
      .int()
      .min(minBatchBytes, `must be at least ${minBatchBytes}`)
      .max(maxBatchBytes, `must be at most ${maxBatchBytes}`)
      .meta({ description: "Maximum number of bytes in a batch's body." }),
    maxBatchBytes,
  ),
  keep_bodies_days: openSetting(
    z
      .int()
      .min(0, "must be at least 0")
      .max(maxKeptBodyDays, `must be at most ${maxKeptBodyDays}`)
      .meta({
        description:
          "For how many days the bodies of delivered batches are kept, from their delivery on, so that they can be read and sent " +
          "again. 0: not at all. The operator's setting `maxKeepBodiesDays` may allow fewer days, or none. A lower number applies " +
          "at once to what is kept.",
      }),
    0,
  ),
};

type Settings = typeof settings;
type Part = "created" | "changed" | "shown";
type FieldsOf<Of extends Part> = { [Name in keyof Settings]: Settings[Name][Of] };

/** The settings as they are in one kind of body: the fields of a Zod object. */
export const fieldsOf = <Of extends Part>(part: Of): FieldsOf<Of> =>
  Object.fromEntries(Object.entries(settings).map(([field, parts]) => [field, parts[part]])) as FieldsOf<Of>;
