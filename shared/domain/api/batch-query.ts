import * as z from "zod";
import { batchStates } from "../batch-record.ts";

const maxStatusLimit = 10_000;
const defaultStatusLimit = 1_000;
const maxListLimit = 1_000;
const defaultListLimit = 100;

/** Marks an issue as a bad query parameter, which the contract answers with 400. */
const badParameter = { code: "1200", status: 400 } as const;

const limit = (options: { readonly max: number; readonly byDefault: number }) =>
  z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= options.max, {
      error: `must be an integer from 1 to ${options.max}`,
      params: badParameter,
    })
    .transform(Number)
    .default(options.byDefault);

const isTime = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A time as ISO 8601 in UTC, which sorts as text. */
const time = z.string().transform((text, context) => {
  // A plus sign that was not escaped arrives as a space.
  const sent = isTime.safeParse(text.replace(" ", "+"));
  const utc = sent.success ? new Date(sent.data).toISOString() : "";
  if (/^\d{4}-/.test(utc)) return utc;
  context.addIssue({
    code: "custom",
    message: "must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'",
    params: badParameter,
    input: text,
  });
  return z.NEVER;
});

const states = z.string().transform((text, context) => {
  const wanted = new Set(text.split(",").map((word) => word.trim()));
  const known = batchStates.filter((state) => wanted.has(state));
  if (known.length === wanted.size) return known;
  context.addIssue({
    code: "custom",
    message: `must be a comma-separated list of: ${batchStates.join(", ")}`,
    params: badParameter,
    input: text,
  });
  return z.NEVER;
});

/** Query of `GET /webhooks/{id}/batch-status`. Unknown parameters are ignored. */
export const batchStatusQuery = z.object({ limit: limit({ max: maxStatusLimit, byDefault: defaultStatusLimit }) });

/** Query of `GET /webhooks/{id}/batches`: batches created from `from` until before `to`. */
export const listBatchesQuery = z
  .object({
    state: states.exactOptional(),
    from: time.exactOptional(),
    to: time.exactOptional(),
    limit: limit({ max: maxListLimit, byDefault: defaultListLimit }),
    cursor: z.string().exactOptional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    error: "must be earlier than 'to'",
    path: ["from"],
    params: badParameter,
  });
