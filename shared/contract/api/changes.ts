import * as z from "zod";
import { changeActions, differenceKinds } from "../words.ts";
import { type Answer, count, id, limit, nextCursor, time } from "./common.ts";

/** Query of `GET /webhooks/{id}/changes`. */
export const changesQuery = z.object({
  limit: limit({ max: 100, byDefault: 20 }),
  cursor: z.string().exactOptional().meta({ description: "`next_cursor` of the previous page." }),
});

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);

const difference = z
  .object({
    field: z.string().meta({
      description: "The field as requests name it, with a dot before a part of it: `custom_headers.X-Team`.",
      examples: ["target"],
    }),
    kind: z
      .enum(differenceKinds)
      .meta({ description: "Whether the field had no value before, another one, or has none now." }),
    from: value.exactOptional().meta({ description: "Its value before. Never that of a secret." }),
    to: value.exactOptional().meta({ description: "Its value after. Never that of a secret." }),
  })
  .meta({ id: "FieldDifference", description: "How one field differs after a change. Long text is cut." });

const change = z
  .object({
    at: time("When it was made."),
    action: z.enum(changeActions).meta({
      id: "ChangeAction",
      description: "What became of the webhook. Paused and resumed: other fields may have changed with it.",
    }),
    revision: z.int().min(1).exactOptional().meta({
      description: "The webhook's revision after it, as in its `etag`. Absent when it was deleted.",
    }),
    imported: z.boolean().exactOptional().meta({ description: "Present when an import made it." }),
    key_id: id("Id of the API key that made it.").exactOptional(),
    portal_link_id: id("Id of the portal link in whose session it was made, instead of a key.").exactOptional(),
    key_label: z.string().exactOptional().meta({ description: "Label that the API key or the portal link had then." }),
    fields: z.array(difference).meta({ description: "What differs. None for a webhook that was created or deleted." }),
    omitted_fields: count("Fields that also differ, and are not listed.").exactOptional(),
  })
  .meta({
    id: "ChangeRecord",
    description: "A change of a webhook, and who made it: in a portal session, only of its own changes.",
  });

export const changesAnswer = z.object({ results: z.array(change), next_cursor: nextCursor });

export type ChangeRecord = Answer<typeof change>;
