import * as z from "zod";

const headers = z.record(z.string(), z.string());

/** A webhook as the API shows it; what this version does not know is kept for `--json`. */
export const webhook = z.looseObject({
  id: z.string(),
  name: z.string(),
  target: z.string(),
  events: z.array(z.string()),
  events_mode: z.string(),
  active: z.boolean(),
  auth_type: z.string(),
  auth_token: z.string().nullish(),
  auth_credentials: z.looseObject({ username: z.string().optional() }).default({}),
  auth_request_details: z.looseObject({ url: z.string().optional() }).default({}),
  custom_headers: headers.default({}),
  signing: z.boolean().default(false),
  compression: z.string().default("none"),
  batch_size: z.number(),
  max_batch_bytes: z.number(),
  last_successful: z.string().optional(),
  last_failure: z.string().optional(),
  active_at: z.string(),
  etag: z.string(),
});
export type Webhook = z.output<typeof webhook>;

export const webhooks = z.array(webhook);

/** What creating and changing a webhook answer. */
export const webhookReference = z.looseObject({ id: z.string(), signing_secret: z.string().optional() });

/** A row of `GET /webhooks/summary`. */
export const summary = z.looseObject({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  state_reason: z.string().nullable(),
  state_since: z.string(),
  last_successful: z.string().optional(),
  last_failure: z.string().optional(),
  expired_24h: z.number(),
  p95_ms: z.number().nullable(),
  target: z.string(),
  pending_batches: z.number(),
  pending_events: z.number(),
  next_expiry_at: z.string().optional(),
  next_probe_at: z.string().optional(),
});
export type Summary = z.output<typeof summary>;

export const summaries = z.array(summary);
