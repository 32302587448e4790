import * as z from "zod";
import type { EventKey } from "../words.ts";
import { maxChangedValueCharacters, maxImportEntries, maxListEntries } from "../limits.ts";
import {
  type Answer,
  atMost,
  badParameter,
  count,
  displayNote,
  displayText,
  headers,
  id,
  note,
  results,
} from "./common.ts";
import { customHeaders } from "./custom-headers.ts";
import { errorBody } from "./error-answer.ts";
import { eventKeyList, tokenNote } from "./webhook-settings.ts";
import { createWebhookRequest, updateWebhookRequest, webhook } from "./webhook.ts";

const { target, auth_token: token } = createWebhookRequest.shape;

/** What narrows or protects a webhook and cannot be imported: without it the webhook would be open to what it is to keep out. */
const leftOut = "must be left out: an import does not take it over, and the webhook would go live without it";
const emptyObject = (description: string) =>
  z
    .record(z.string(), z.unknown())
    .refine((fields) => Object.keys(fields).length === 0, leftOut)
    .exactOptional()
    .meta(note(description, { maxProperties: 0 }));
const refused = {
  auth_type: z
    .string()
    .refine((type) => type === "none", leftOut)
    .exactOptional()
    .meta(note("Nothing but `none`, as all that protects a webhook and is not imported.", { enum: ["none"] })),
  auth_credentials: emptyObject("Nothing but an empty object."),
  auth_request_details: emptyObject("Nothing but an empty object."),
  signing: z
    .boolean()
    .refine((isSigned) => !isSigned, leftOut)
    .exactOptional()
    .meta(note("Nothing but false.", { enum: [false] })),
  signing_secret: z
    .string()
    .refine((secret) => secret === "", leftOut)
    .exactOptional()
    .meta(note("Nothing but an empty text.", { maxLength: 0 })),
  subaccount_id: z
    .int()
    .refine((number) => number === -1, `${leftOut}. \`X-MSYS-SUBACCOUNT\` imports for one sub-account`)
    .exactOptional()
    .meta(note("Nothing but -1, all sub-accounts.", { minimum: -1, maximum: -1 })),
  exception_subaccounts: z
    .array(z.unknown())
    .refine((list) => list.length === 0, leftOut)
    .exactOptional()
    .meta(note("Nothing but an empty list.", { maxItems: 0 })),
};

/** Settings of an entry beyond Momentum's. What an entry leaves out stays as it is, or is as by default. */
export const importedSettings = [
  "active",
  "batch_size",
  "max_batch_bytes",
  "compression",
  "filter",
  "fields",
  "mask",
] as const;
const { active, batch_size, max_batch_bytes, compression, filter, fields, mask } = updateWebhookRequest.shape;

/** One webhook of Momentum's `webhooks.json`. What an entry leaves out (token, headers) its webhook is not to have. */
export const importEntry = z
  .object({
    name: displayText
      .nullish()
      .meta(displayNote("Display name. A new webhook without one is named after its target's host.", "warehouse feed")),
    events: atMost(maxListEntries, "entries", eventKeyList)
      .exactOptional()
      .meta(
        note("Event types to deliver. Required unless `events_mode` is `all`.", {
          minItems: 1,
          maxItems: maxListEntries,
          examples: [["delivery", "bounce"]],
        }),
      ),
    events_mode: createWebhookRequest.shape.events_mode,
    target,
    auth_token: token.transform((text) => text ?? "").meta(tokenNote("Token of the webhook. Absent: no token.")),
    custom_headers: customHeaders.default({}).meta({ description: "Headers of every POST. Absent: no headers." }),
    active,
    batch_size,
    max_batch_bytes,
    compression,
    filter,
    fields,
    mask,
    ...refused,
  })
  .meta({ id: "ImportEntry", description: "One webhook of a `webhooks.json`." });

/** Body of `POST /webhooks/import`, of entries that are checked as `entry` says. */
export const importOf = <Entry extends z.ZodType>(entry: Entry) =>
  atMost(maxImportEntries, "entries", z.array(entry)).meta({ override: { maxItems: maxImportEntries } });
export const importRequest = importOf(importEntry);

/** A switch in the query. Strict: `plan=yes` must not apply what was only to be looked at. */
const aSwitch = (description: string) =>
  z
    .string()
    .refine((text) => text === "true" || text === "false", { error: "must be true or false", params: badParameter })
    .transform((text) => text === "true")
    .default(false)
    .meta(note(description, { type: "boolean", default: false }));

/** Query of `POST /webhooks/import`. */
export const importQuery = z.object({
  plan: aSwitch("Only report what the import would do."),
  prune: aSwitch("Also remove registered webhooks that the file does not have."),
});

const names = z.array(z.string());
/** JSON of a setting, as the plan cuts it. */
const cutJson = (what: string) =>
  z
    .string()
    .exactOptional()
    .meta({
      description: `${what} of a new webhook as JSON; of a long one the first ${maxChangedValueCharacters} characters.`,
    });

const change = z
  .union([
    z.object({
      field: z.enum(["name", "target", "events_mode", "auth_token", ...importedSettings]),
      from: z.string(),
      to: z.string(),
    }),
    z.object({ field: z.literal("custom_headers"), added: names, changed: names, removed: names }),
    z.object({ field: z.literal("events"), added: names, removed: names }),
  ])
  .meta({
    id: "FieldChange",
    description: `How one field changes. Secrets are masked, and of a long value its first ${maxChangedValueCharacters} characters are shown.`,
  });

const row = z
  .object({
    action: z.enum(["add", "change", "same", "remove", "only_registered"]).meta({
      description: "What the import does about an entry of the file, or about a webhook that the file does not have.",
    }),
    entry: count("Position in the file, from 0.").exactOptional(),
    id: id("Id of the webhook.").exactOptional(),
    name: webhook.shape.name,
    target: webhook.shape.target,
    events: names.exactOptional().meta({ description: "Event types of a new webhook." }),
    events_mode: z.enum(["all"]).exactOptional().meta({ description: "Set when a new webhook takes every type." }),
    active: z.boolean().exactOptional().meta({ description: "False when a new webhook begins paused." }),
    filter: cutJson("`filter`"),
    fields: cutJson("`fields`"),
    mask: cutJson("`mask`"),
    auth_token: z.string().exactOptional().meta({ description: "Masked token of a new webhook." }),
    custom_headers: headers("Headers of a new webhook, values masked.").exactOptional(),
    changes: z.array(change).exactOptional().meta({ description: "What changes." }),
    not_taken: names.exactOptional().meta({ description: "Fields of the entry that an import does not take over." }),
    outcome: z
      .enum(["applied", "unchanged", "failed", "not_tried"])
      .exactOptional()
      .meta({ description: "What became of the row. Absent in a plan." }),
    errors: z.array(errorBody).exactOptional().meta({ description: "Why the row failed or was not tried." }),
  })
  .meta({ id: "ImportRow" });

const importResult = z.object({
  applied: z.boolean().meta({ description: "False for a plan." }),
  entries: count("Entries of the file."),
  registered: count("Webhooks that were registered before."),
  plan: z.array(row).meta({ description: "One row for each entry, then one for each webhook without an entry." }),
});

export const importAnswer = results(importResult);

export type FieldChange = Answer<typeof change>;
export type ImportRow = Answer<typeof row>;
export type ImportResult = Answer<typeof importResult>;
/** A checked entry of the file. */
export type ImportEntry = Omit<z.output<typeof importEntry>, keyof typeof refused | "events"> & {
  /** None when the webhook takes all. */
  readonly events: readonly EventKey[];
  /** Names of fields that an import does not take over. */
  readonly notTaken: readonly string[];
};
