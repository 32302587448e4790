import * as z from "zod";

/** An API key as the API shows it. */
export const apiKey = z.looseObject({
  id: z.string(),
  label: z.string(),
  short_key: z.string(),
  grants: z.array(z.string()),
  created_at: z.string(),
  last_used_at: z.string().optional(),
});
export type ApiKey = z.output<typeof apiKey>;

export const apiKeys = z.array(apiKey);

/** A new key, shown this once. */
export const issuedKey = apiKey.extend({ key: z.string() });
