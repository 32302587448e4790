import * as z from "zod";

/** A replay as the API shows it. */
export const replay = z.looseObject({
  id: z.string(),
  webhook_id: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  dry_run: z.boolean(),
  from: z.string(),
  to: z.string(),
  rate: z.number(),
  started_at: z.string(),
  ended_at: z.string().optional(),
  progress: z.number(),
  records_read: z.number(),
  events_matched: z.number(),
  batches_formed: z.number(),
  batches_sent: z.number(),
  estimated_remaining_seconds: z.number().optional(),
  estimated_seconds: z.number().optional(),
});
export type Replay = z.output<typeof replay>;
