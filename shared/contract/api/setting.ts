import type * as z from "zod";

/** What a request may say of a webhook, and how answers show it. */
export const setting = <Sent extends z.ZodType, Shown extends z.ZodType>(parts: {
  readonly sent: Sent;
  /** What a new webhook has when the request says nothing. */
  readonly byDefault: z.util.NoUndefined<z.output<Sent>>;
  readonly shown: Shown;
}) => ({
  created: parts.sent.default(parts.byDefault),
  changed: parts.sent.exactOptional(),
  shown: parts.shown,
});

/** A setting that answers show as requests send it. A server that does not know it yet behaves as by default. */
export const openSetting = <Field extends z.ZodType>(field: Field, byDefault: z.util.NoUndefined<z.output<Field>>) =>
  setting({ sent: field, byDefault, shown: field.default(byDefault) });
