import * as z from "zod";

/** Milliseconds of an exchange's phases; absent: phases that were not reached, or not needed on a kept connection. */
export const timings = z.looseObject({
  dns_ms: z.number().optional(),
  connect_ms: z.number().optional(),
  tls_ms: z.number().optional(),
  upload_ms: z.number().optional(),
  wait_ms: z.number().optional(),
  total_ms: z.number().optional(),
});
export type Timings = z.output<typeof timings>;

const common = z.looseObject({
  batch_id: z.string(),
  webhook_id: z.string(),
  created_at: z.string(),
  state: z.string(),
  events: z.number(),
  bytes: z.number(),
  closed_by: z.string().optional(),
  closed_at: z.string().optional(),
  response_code: z.number().optional(),
  reason: z.string().optional(),
  latency_ms: z.number().optional(),
  next_attempt_at: z.string().optional(),
  expires_at: z.string(),
  ended_at: z.string().optional(),
  split_into: z.array(z.string()).optional(),
  replay_id: z.string().optional(),
  body_available: z.boolean().optional(),
});

/** A batch as a row of the list. */
export const batchRow = common.extend({ attempts: z.number() });
export type BatchRow = z.output<typeof batchRow>;

export const batchRows = z.array(batchRow);

const attempt = z.looseObject({
  n: z.number(),
  started_at: z.string(),
  outcome: z.string(),
  status: z.number().optional(),
  reason: z.string().optional(),
  likely: z.string().optional(),
  fix: z.string().optional(),
  error_code: z.string().optional(),
  latency_ms: z.number(),
  timings: timings.optional(),
  response_excerpt: z.string().optional(),
  next_attempt_at: z.string().optional(),
});
export type Attempt = z.output<typeof attempt>;

/** A batch with all its attempts. */
export const batchDetail = common.extend({
  attempts: z.array(attempt),
  event_types: z.record(z.string(), z.number()).optional(),
});
export type BatchDetail = z.output<typeof batchDetail>;
