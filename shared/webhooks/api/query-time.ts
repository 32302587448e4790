import * as z from "zod";

const isTime = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** A query parameter with a time, as ISO 8601 in UTC, which sorts as text. */
export const queryTime = z.string().transform((text, context) => {
  // A plus sign that was not escaped arrives as a space.
  const sent = isTime.safeParse(text.replace(" ", "+"));
  const utc = sent.success ? new Date(sent.data).toISOString() : "";
  if (/^\d{4}-/.test(utc)) return utc;
  context.addIssue({
    code: "custom",
    message: "must be a time in ISO 8601, such as '2026-01-02T03:04:05Z'",
    params: { code: "1200", status: 400 },
    input: text,
  });
  return z.NEVER;
});
