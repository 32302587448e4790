import { reference } from "./common.ts";

/** What each field of a webhook means. */
export const webhookFields = {
  name: {
    description: "Display name. Need not be unique.",
    examples: ["warehouse feed"],
    rules: { minLength: 1, maxLength: 255 },
  },
  target: {
    description:
      "URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits.",
    examples: ["https://in.example.net/hook"],
    rules: { format: "uri", maxLength: 2_048 },
  },
  events: {
    description: "Event types to deliver. Required unless `events_mode` is `all`.",
    examples: [["delivery", "bounce"]],
    rules: { items: reference("EventKey"), minItems: 1 },
  },
  events_mode: {
    description: "`selected`: the types in `events`. `all`: every type, also those of later versions.",
  },
  active: {
    description: "Whether events are collected. Batches of an inactive webhook wait until it is active again.",
  },
  auth_type: { description: "How POSTs authenticate at the target, besides token and custom headers." },
  auth_request_details: {
    description:
      "For `oauth2`: where and how to get an access token. `body` holds the fields of the token request, sent as a form " +
      "unless `content_type` says JSON; `headers` go with it. Replaced as a whole.",
    rules: {
      properties: {
        url: { type: "string", format: "uri", maxLength: 2_048 },
        body: { type: "object", additionalProperties: true },
        content_type: { type: "string", enum: ["application/x-www-form-urlencoded", "application/json"] },
        headers: { type: "object", additionalProperties: { type: "string" } },
      },
    },
  },
  auth_credentials: {
    description: "For `basic`: user name (required, without a colon) and password. Replaced as a whole.",
  },
  auth_token: {
    description: "Sent as `X-MessageSystems-Webhook-Token`. Printable ASCII. `null` or an empty text removes it.",
    rules: { maxLength: 1_024 },
  },
  custom_headers: {
    description:
      "Headers of every POST: at most 5, together less than 3,000 bytes. Headers that HTTP or Tidepost sets cannot be named.",
    examples: [{ "X-Team": "mail" }],
    rules: { maxProperties: 5 },
  },
  exception_subaccounts: {
    description:
      "Sub-accounts left out of a webhook for the primary account and all sub-accounts. Replaced as a whole.",
    examples: [[3, 17]],
    rules: { items: { anyOf: [{ type: "integer", minimum: 1, maximum: 2_147_483_647 }, { type: "string" }] } },
  },
  signing: {
    description:
      "Whether POSTs are signed per the Standard Webhooks specification. The signature covers the bytes that are " +
      "sent: those of the gzip body when `compression` is `gzip`, so verify before you decompress, with a library that " +
      "takes bytes. The secret is made when signing is turned on, which shows it once, and dropped when signing is turned off.",
  },
  compression: {
    description:
      "`gzip`: bodies are sent compressed, with `Content-Encoding: gzip`; the test POST is too, and the target must answer it " +
      "with 2xx. Decompressed, a body is the same as without compression.",
  },
  batch_size: { description: "Most events in a batch." },
  max_batch_bytes: { description: "Most bytes in a batch's body." },
  subaccount_id: {
    description:
      "Whose events to deliver: `-1` primary account and all sub-accounts, `0` primary account, else a sub-account.",
  },
} as const;
