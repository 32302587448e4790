import * as z from "zod";
import { type Answer, count, headers, id, results } from "./common.ts";
import { errorBody } from "./error.ts";

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
    name: z.string().meta({ description: "Display name." }),
    target: z.string().meta({ description: "URL that gets the batches." }),
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
