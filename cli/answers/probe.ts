import * as z from "zod";
import { timings } from "./batch.ts";

const response = z.looseObject({
  status: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(""),
});

/** What `POST /webhooks/probe` answers. */
export const probe = z.looseObject({
  ok: z.boolean(),
  stage: z.string().optional(),
  reason: z.string().optional(),
  likely: z.string().optional(),
  fix: z.string().optional(),
  error_code: z.string().optional(),
  request: z
    .looseObject({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() })
    .optional(),
  response: response.optional(),
  token_response: response.partial().optional(),
  latency_ms: z.number().optional(),
  limit_ms: z.number().default(6_000),
  timings: timings.optional(),
  tls: z.looseObject({ valid_to: z.string(), days_left: z.number() }).optional(),
});
export type Probe = z.output<typeof probe>;
