import * as z from "zod";
import { apiError } from "../errors.ts";

const names = z.array(z.string());

const fieldChange = z.union([
  z.object({ field: z.string(), from: z.string(), to: z.string() }),
  z.object({ field: z.string(), added: names, changed: names.default([]), removed: names }),
]);
export type FieldChange = z.output<typeof fieldChange>;

const outcome = {
  outcome: z.enum(["applied", "unchanged", "failed", "not_tried"]).optional(),
  errors: z.array(apiError).default([]),
};
const shown = { name: z.string(), target: z.string() };

const row = z.discriminatedUnion("action", [
  z.object({
    action: z.literal("add"),
    ...shown,
    events: names,
    auth_token: z.string(),
    custom_headers: z.record(z.string(), z.string()),
    ...outcome,
  }),
  z.object({ action: z.literal("change"), ...shown, changes: z.array(fieldChange), ...outcome }),
  z.object({ action: z.enum(["same", "remove", "only_registered"]), ...shown, ...outcome }),
]);
export type Row = z.output<typeof row>;

/** What `POST /webhooks/import` answers. */
export const importAnswer = z.object({
  applied: z.boolean(),
  entries: z.number(),
  registered: z.number(),
  plan: z.array(row),
});
export type ImportAnswer = z.output<typeof importAnswer>;
