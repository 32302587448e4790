import * as z from "zod";
import { maxImportEntries, maxListEntries } from "../limits.ts";
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
import { errorBody } from "./errors.ts";
import { eventKeyList, tokenNote } from "./webhook-settings.ts";
import { createWebhookRequest, webhook } from "./webhook.ts";

const { target, auth_token: token } = createWebhookRequest.shape;

/** One webhook of Momentum's `webhooks.json`. What an entry leaves out (token, headers) its webhook is not to have. */
export const importEntry = z
  .object({
    name: displayText
      .nullish()
      .meta(displayNote("Display name. A new webhook without one is named after its target's host.", "warehouse feed")),
    events: atMost(maxListEntries, "entries", eventKeyList.min(1, "must contain at least one event")).meta(
      note("Event types to deliver.", { maxItems: maxListEntries, examples: [["delivery", "bounce"]] }),
    ),
    target,
    auth_token: token.transform((text) => text ?? "").meta(tokenNote("Token of the webhook; none when absent.")),
    custom_headers: customHeaders.default({}).meta({ description: "Headers of every POST; none when absent." }),
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
  plan: aSwitch("Only tell what would be done."),
  prune: aSwitch("Also remove registered webhooks that the file does not have."),
});

const names = z.array(z.string());

const change = z
  .union([
    z.object({
      field: z.enum(["name", "target", "events_mode", "auth_token"]),
      from: z.string(),
      to: z.string(),
    }),
    z.object({ field: z.literal("custom_headers"), added: names, changed: names, removed: names }),
    z.object({ field: z.literal("events"), added: names, removed: names }),
  ])
  .meta({ id: "FieldChange", description: "How one field changes. Secrets are masked." });

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
    auth_token: z.string().exactOptional().meta({ description: "Masked token of a new webhook." }),
    custom_headers: headers("Headers of a new webhook, values masked.").exactOptional(),
    changes: z.array(change).exactOptional().meta({ description: "What changes." }),
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
export type ImportEntry = z.output<typeof importEntry>;
