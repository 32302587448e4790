import * as z from "zod";

const maxCharacters = 255;

/** A name that people give to a thing: it is shown, never looked up. */
export const displayText = z
  .string()
  .transform((text) => text.trim())
  .refine((text) => text !== "", "must not be empty")
  .refine((text) => text.length <= maxCharacters, `must have at most ${maxCharacters} characters`)
  .refine((text) => !/\p{Cc}/u.test(text), "must not contain control characters");
