import * as z from "zod";
import { maxFieldPaths } from "../limits.ts";
import { atMost, note } from "./common.ts";
import { partAt, pathSchema, typed } from "./filter-schema.ts";
import { type FieldPath, problemsOfPaths } from "./webhook-filter.ts";

/** Which fields of its events a webhook gets. */
export type FieldSelection = { readonly include: readonly FieldPath[] } | { readonly exclude: readonly FieldPath[] };

type Problem = { readonly path: (string | number)[]; readonly message: string };

const problemsOfSelection = (value: unknown): readonly Problem[] => {
  const [choice, ...others] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const [name, list] = choice ?? [];
  if (others.length > 0 || (name !== "include" && name !== "exclude")) {
    return [{ path: [], message: "must have either 'include' or 'exclude'" }];
  }
  if (!Array.isArray(list) || list.length === 0) return [{ path: [name], message: "must name at least one field" }];
  if (list.length > maxFieldPaths) return [{ path: [name], message: `must have at most ${maxFieldPaths} fields` }];
  return problemsOfPaths(list, name).map(({ at, problem }) => ({ path: [name, at], message: problem }));
};

const pathsSchema = { type: "array", items: pathSchema, maxItems: maxFieldPaths };

/** Fields to include or to exclude. */
export const fieldSelection = typed<FieldSelection>(
  z
    .unknown()
    .superRefine((value, context) => {
      for (const problem of problemsOfSelection(value)) {
        context.addIssue({ code: "custom", input: partAt(value, problem.path), ...problem });
      }
    })
    .meta({
      id: "FieldSelection",
      ...note(
        "Which fields of its events a webhook gets: those in `include`, or all but those in `exclude`. `type` is always there.",
        {
          anyOf: ["include", "exclude"].map((name) => ({
            type: "object",
            properties: { [name]: { ...pathsSchema, minItems: 1 } },
            required: [name],
            additionalProperties: false,
          })),
        },
      ),
    }),
);

const path = typed<FieldPath>(
  z.unknown().meta(note("A field's name, or names joined by dots, or as a list.", pathSchema)),
);
const maskNote = (rules: Readonly<Record<string, unknown>>) =>
  note(
    "Fields whose values are replaced by a hash: HMAC-SHA-256 by a key of the webhook's own, in hexadecimal. The same value has " +
      "the same hash in all events of one webhook, and another at another.",
    rules,
  );

/** Fields whose values are hashed. */
export const maskedFields = atMost(
  maxFieldPaths,
  "fields",
  z.array(path).superRefine((list, context) => {
    for (const { at, problem } of problemsOfPaths(list, "mask")) {
      context.addIssue({ code: "custom", input: list[at], path: [at], message: problem });
    }
  }),
).meta(maskNote(pathsSchema));

/** The same as answers show them. */
export const shownMask = z
  .array(path)
  .default([])
  .meta({ description: maskNote({}).description });
