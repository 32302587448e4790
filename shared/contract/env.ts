/**
 * Environment of every function, one schema each.
 *
 * Imported by the stack (to set the variables) and by each function's `index.ts` (to read them), so that neither can
 * drift from the other. Values are names and URLs, never secrets.
 */
import * as z from "zod";
import { maxKeptBodyDays } from "./limits.ts";

const name = z.string().min(1);

const commaSeparated = z
  .string()
  .default("")
  .transform((list) =>
    list
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );

/** CIDR ranges that outbound calls may reach besides public addresses; empty in production. */
const allowedTargetRanges = commaSeparated;

/** Divides every delay of the retry schedule and the retry window; 1 in production. */
const retryScale = z.coerce.number().positive().default(1);

/** How long the stream keeps a record. */
const retentionHours = z.coerce.number().int().min(24);

/** Most days that a webhook may keep delivered bodies; 0: none may. */
const maxKeepBodiesDays = z.coerce.number().int().min(0).max(maxKeptBodyDays);

/** Requests that one API key may send each second. */
const keyRequestsPerSecond = z.coerce.number().int().positive();

export const authorizeEnv = z.object({ API_KEYS_TABLE: name });

export const apiEnv = z.object({
  /** Public base URL of the API up to and including the stage, for example `https://x.example.com/api`. */
  API_BASE_URL: z.url(),
  ALLOWED_TARGET_RANGES: allowedTargetRanges,
  API_KEYS_TABLE: name,
  BATCHES_TABLE: name,
  /** How long events are collected for a batch: callers are told. */
  BATCH_WINDOW_SECONDS: z.coerce.number().min(0),
  BUCKET_NAME: name,
  /** Whether the stack has a console, whose function serves the documents. */
  HAS_DOCUMENTS: z.stringbool(),
  KEY_REQUESTS_PER_SECOND: keyRequestsPerSecond,
  MAX_KEEP_BODIES_DAYS: maxKeepBodiesDays,
  /** Whether pages of other origins may show the console in a frame. */
  PORTAL_IS_FRAMED: z.stringbool(),
  REPLAYS_QUEUE_URL: z.url(),
  RETRIES_QUEUE_URL: z.url(),
  RETRY_SCALE: retryScale,
  STREAM_NAME: name,
  STREAM_RETENTION_HOURS: retentionHours,
  WEBHOOKS_TABLE: name,
});

export const consoleEnv = z.object({
  /** Set by Lambda itself. */
  AWS_REGION: z.string().default(""),
  /** How the console looks in portal sessions; what is empty is as usual. */
  PORTAL_COLOR: z.string(),
  PORTAL_LOGO_URL: z.string(),
  PORTAL_NAME: z.string(),
  /** Origins whose pages may show the console in a frame. */
  PORTAL_FRAME_ORIGINS: commaSeparated,
  STACK_NAME: name,
});

export const ingestEnv = z.object({
  BATCHES_TABLE: name,
  KEY_REQUESTS_PER_SECOND: keyRequestsPerSecond,
  STREAM_NAME: name,
});

export const batchEnv = z.object({
  BUCKET_NAME: name,
  /** How long webhook definitions are reused. A change must be live within one minute. */
  DEFINITION_CACHE_SECONDS: z.coerce.number().min(0).max(55).default(45),
  DELIVERIES_QUEUE_URL: z.url(),
  RETRIES_QUEUE_URL: z.url(),
  WEBHOOKS_TABLE: name,
});

/** Days that a batch's record stays readable after its last attempt. */
const recordRetentionDays = z.coerce.number().int().positive().default(14);

export const deliverEnv = z.object({
  ALLOWED_TARGET_RANGES: allowedTargetRanges,
  BATCHES_TABLE: name,
  BUCKET_NAME: name,
  MAX_KEEP_BODIES_DAYS: maxKeepBodiesDays,
  RECORD_RETENTION_DAYS: recordRetentionDays,
  RETRIES_QUEUE_URL: z.url(),
  RETRY_SCALE: retryScale,
  STREAM_NAME: name,
  WEBHOOKS_TABLE: name,
});

export const listenEnv = z.object({
  BATCHES_TABLE: name,
  KEY_REQUESTS_PER_SECOND: keyRequestsPerSecond,
  STREAM_NAME: name,
  STREAM_RETENTION_HOURS: retentionHours,
  WEBHOOKS_TABLE: name,
});

export const replayEnv = z.object({
  BATCHES_TABLE: name,
  BUCKET_NAME: name,
  RECORD_RETENTION_DAYS: recordRetentionDays,
  REPLAYS_QUEUE_URL: z.url(),
  RETRIES_QUEUE_URL: z.url(),
  STREAM_NAME: name,
  STREAM_RETENTION_HOURS: retentionHours,
  WEBHOOKS_TABLE: name,
});

export const sesEnv = z.object({
  BATCHES_TABLE: name,
  BUCKET_NAME: name,
  KEY_REQUESTS_PER_SECOND: keyRequestsPerSecond,
  SES_CAMPAIGN_TAG: name,
  /** Customer of documents whose tag names none. */
  SES_CUSTOMER: name,
  SES_CUSTOMER_TAG: name,
  SES_SUBACCOUNT_TAG: name,
  /** ARNs of the topics whose subscriptions by HTTPS are confirmed. */
  SES_TOPICS: commaSeparated,
  STREAM_NAME: name,
});

/** Schema of each function's environment, by the function's folder under `lambdas/`. */
export const functionEnv = {
  api: apiEnv,
  authorize: authorizeEnv,
  batch: batchEnv,
  console: consoleEnv,
  deliver: deliverEnv,
  ingest: ingestEnv,
  listen: listenEnv,
  replay: replayEnv,
  ses: sesEnv,
} as const;

export type FunctionName = keyof typeof functionEnv;
/** Variables the stack must set for a function: what its schema accepts, before defaults. */
export type FunctionEnv<Name extends FunctionName> = z.input<(typeof functionEnv)[Name]>;
