import * as z from "zod";

const maxOverlapHours = 168;
const defaultOverlapHours = 24;

/** Body of `POST /webhooks/{id}/rotate-secret`. Unknown fields are ignored. */
export const rotateSecretRequest = z.object({
  overlap_hours: z
    .int()
    .min(0, "must be at least 0")
    .max(maxOverlapHours, `must be at most ${maxOverlapHours}`)
    .default(defaultOverlapHours),
});
