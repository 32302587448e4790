import * as z from "zod";
import { maxNameCharacters } from "../limits.ts";
import { eventKeys } from "../words.ts";
import type { ApiErrorName } from "./errors.ts";

/** An id; one that is no UUID is answered like an unknown one. */
export const id = (description: string) =>
  z.string().meta({ description, format: "uuid", examples: ["5b0f6c10-3c1d-4aee-9a2f-0242ac120002"] });

/** A time in ISO 8601. */
export const time = (description: string) => z.string().meta({ description, format: "date-time" });

/** A whole number from 0. */
export const count = (description: string) => z.int().min(0).meta({ description });

/** The body of an answer: its results in the envelope. */
export const results = <Schema extends z.ZodType>(schema: Schema) => z.object({ results: schema });

export const eventKey = z.enum(eventKeys).meta({ id: "EventKey", description: "An event type." });

/**
 * What the document says of a field whose rules are code: a description, and JSON Schema in place of the rules. Examples are
 * among it, because those of a transformed field would be left out.
 */
export const note = (description: string, rules: Readonly<Record<string, unknown>>) => ({
  description,
  override: { ...rules },
});

/** A text has at most so many characters, as people and JSON Schema count them: an emoji is one, not two. */
export const hasAtMost = (text: string, max: number): boolean =>
  text.length <= 2 * max && Array.from(text).length <= max;

/** Text of at most so many characters. */
export const shortText = (max: number) =>
  z.string().refine((text) => hasAtMost(text, max), `must have at most ${max} characters`);

/** A list or an object that is refused before its entries are looked at when it has more of them than that. */
export const atMost = <Schema extends z.ZodType>(max: number, what: string, schema: Schema) =>
  z.preprocess((value, context) => {
    const isSmall = typeof value !== "object" || value === null || Object.keys(value).length <= max;
    if (isSmall) return value;
    context.addIssue({ code: "custom", message: `must have at most ${max} ${what}`, input: value });
    return z.NEVER;
  }, schema);

/** A name that people give to a thing: it is shown, never looked up. */
export const displayText = z
  .string()
  .trim()
  .refine((text) => text !== "", "must not be empty")
  .refine((text) => hasAtMost(text, maxNameCharacters), `must have at most ${maxNameCharacters} characters`)
  .refine((text) => !/\p{Cc}/u.test(text), "must not contain control characters")
  // A link of such a name cannot be seen, let alone clicked.
  .refine((text) => text === "" || /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{Cc}]/u.test(text), {
    error: "must have a visible character",
  });

/** A note on such a name. */
export const displayNote = (description: string, example: string) =>
  note(`${description} At least one character is visible.`, {
    minLength: 1,
    maxLength: maxNameCharacters,
    pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]*$`,
    examples: [example],
  });

/** Parameters of an issue: the error that it is, where that is not `invalid`. */
export const issueOf = (error: ApiErrorName) => ({ error });
export const badParameter = issueOf("badParameter");

const wholeLimit = (max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= max, {
      error: `must be an integer from 1 to ${max}`,
      params: badParameter,
    })
    .transform(Number);

/** How many entries an answer has at most. */
export const limit = ({
  max,
  byDefault,
  what = "rows",
}: {
  readonly max: number;
  readonly byDefault: number;
  readonly what?: string;
}) =>
  wholeLimit(max)
    .default(byDefault)
    .meta(
      note(`Maximum number of ${what} in the answer.`, {
        type: "integer",
        minimum: 1,
        maximum: max,
        default: byDefault,
      }),
    );

/** The same where everything is answered unless a page is asked for. */
export const pageLimit = ({ max, what }: { readonly max: number; readonly what: string }) =>
  wholeLimit(max)
    .exactOptional()
    .meta(
      note(`Maximum number of ${what} in the answer, which then is a page.`, {
        type: "integer",
        minimum: 1,
        maximum: max,
      }),
    );

/** Where the next page of a list begins. */
export const nextCursor = z
  .string()
  .exactOptional()
  .meta({ description: "Present while there may be more: `cursor` of the next page." });

/** Some of the words of a list, separated by commas. */
export const someOf = <Word extends string>(words: readonly Word[]) =>
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

/** Other years have a sign and six digits in ISO 8601, and do not sort as text. */
const hasPlainYear = (utc: string): boolean => /^\d{4}-/.test(utc);

const isTime = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A query parameter with a time, as ISO 8601 in UTC, which sorts as text. */
export const queryTime = (description: string, example: string) =>
  z
    .string()
    .transform((text, context) => {
      // A plus sign that was not escaped arrives as a space.
      const sent = isTime.safeParse(text.replace(" ", "+"));
      const utc = sent.success ? new Date(sent.data).toISOString() : "";
      if (hasPlainYear(utc)) return utc;
      context.addIssue({
        code: "custom",
        message: "must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'",
        params: badParameter,
        input: text,
      });
      return z.NEVER;
    })
    .exactOptional()
    .meta(note(description, { format: "date-time", examples: [example] }));

/** A bound of a time range in a body, as ISO 8601 in UTC, to the millisecond. */
export const bound = (description: string) =>
  z.iso
    .datetime({ offset: true, error: "must be a time in ISO 8601 with a time zone, such as '2026-01-02T03:04:05Z'" })
    .transform((text, context) => {
      const utc = new Date(text).toISOString();
      if (hasPlainYear(utc)) return utc;
      context.addIssue({
        code: "custom",
        message: "must be a time in the years 0 to 9999 in UTC, such as '2026-01-02T03:04:05Z'",
        input: text,
      });
      return z.NEVER;
    })
    .meta(note(description, { type: "string", format: "date-time", examples: ["2026-01-02T03:04:05Z"] }));

/** A text that an event must have in a field. */
export const wantedText = (description: string, example: string) =>
  z
    .string()
    .regex(/\S/, "must not be empty")
    .max(maxNameCharacters, `must have at most ${maxNameCharacters} characters`)
    .exactOptional()
    .meta({ description, examples: [example] });

export const headers = (description: string) => z.record(z.string(), z.string()).meta({ description });

/** What a called URL answered. */
export const targetResponse = z
  .object({
    status: z.int().meta({ description: "Status of the answer." }),
    headers: headers("Headers of the answer; names in lower case."),
    body: z.string().meta({ description: "Beginning of the answer's body." }),
  })
  .meta({ id: "TargetResponse", description: "What a called URL answered." });

export const remedy = {
  likely: z.string().exactOptional().meta({ description: "What the failure usually means." }),
  fix: z.string().exactOptional().meta({ description: "What to do about it." }),
};

const phase = (description: string) => count(`Milliseconds: ${description}`).exactOptional();

/** Milliseconds of a POST's phases. */
export const timings = z
  .object({
    dns_ms: phase("looking up the target's name; absent, as are the next two, on a connection that was kept open."),
    connect_ms: phase("connecting by TCP."),
    tls_ms: phase("the TLS handshake."),
    upload_ms: phase("sending the body."),
    wait_ms: phase("from the end of the upload to the answer: what the limit of six seconds judges."),
    total_ms: count("Milliseconds: the whole exchange."),
  })
  .meta({ id: "Timings", description: "Milliseconds of the phases that were reached." });

/** What a client reads: nothing of an answer is changed. */
export type Answer<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

type DeepReadonly<Value> = Value extends object ? { readonly [Name in keyof Value]: DeepReadonly<Value[Name]> } : Value;
