import * as z from "zod";
import { batchStates, failureReasons } from "#shared/contract/words.ts";
import { queryTime } from "./query-time.ts";

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

/** Some of the words of a list, separated by commas. */
const someOf = <Word extends string>(words: readonly Word[]) =>
  z.string().transform((text, context): readonly Word[] => {
    const wanted = new Set(text.split(",").map((word) => word.trim()));
    const known = words.filter((word) => wanted.has(word));
    if (known.length === wanted.size) return known;
    context.addIssue({
      code: "custom",
      message: `must be a comma-separated list of: ${words.join(", ")}`,
      params: badParameter,
      input: text,
    });
    return z.NEVER;
  });

const order = z
  .string()
  .refine((text) => text === "desc" || text === "asc", { error: "must be 'desc' or 'asc'", params: badParameter })
  .transform((text) => (text === "asc" ? "oldest" : "newest"))
  .default("newest");

/** Query of `GET /webhooks/{id}/batch-status`. Unknown parameters are ignored. */
export const batchStatusQuery = z.object({ limit: limit({ max: maxStatusLimit, byDefault: defaultStatusLimit }) });

/** Query of `GET /webhooks/{id}/batches`: batches created from `from` until before `to`. */
export const listBatchesQuery = z
  .object({
    state: someOf(batchStates).exactOptional(),
    reason: someOf(failureReasons).exactOptional(),
    order,
    from: queryTime.exactOptional(),
    to: queryTime.exactOptional(),
    limit: limit({ max: maxListLimit, byDefault: defaultListLimit }),
    cursor: z.string().exactOptional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    error: "must be earlier than 'to'",
    path: ["from"],
    params: badParameter,
  });

const maxBodyEvents = 1_000;
const defaultBodyEvents = 200;

/** Query of `GET /webhooks/{id}/batches/{batch_id}/body`. */
export const batchBodyQuery = z.object({
  offset: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text), { error: "must be an integer from 0", params: badParameter })
    .transform(Number)
    .default(0),
  limit: limit({ max: maxBodyEvents, byDefault: defaultBodyEvents }),
});
