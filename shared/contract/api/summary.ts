import * as z from "zod";
import { stateReasons, webhookStates } from "../words.ts";
import { type Answer, count, results, time } from "./common.ts";
import { webhook } from "./webhook.ts";

const p95 = z.number().nullable().meta({
  description: "95th percentile of the attempts' milliseconds; null without attempts.",
});

const bucket = z
  .object({
    at: time("Start of the hour."),
    delivered: count("Batches delivered."),
    failed: count("Batches whose first attempt failed."),
    failed_attempts: count("Attempts that failed."),
    expired: count("Batches given up."),
    events: count("Events in the delivered batches."),
    p95_ms: p95,
  })
  .meta({ id: "DeliveryHour", description: "What happened in one hour." });

const summary = z
  .object({
    ...webhook.pick({
      id: true,
      name: true,
      target: true,
      active: true,
      events_mode: true,
      events: true,
      created_at: true,
    }).shape,
    state: z.enum(webhookStates).meta({ description: "Status of the webhook." }),
    state_reason: z.enum(stateReasons).nullable().meta({ description: "Why it is in that state." }),
    state_since: time("Since when."),
    last_successful: webhook.shape.last_successful,
    last_failure: webhook.shape.last_failure,
    next_probe_at: time("When the target is probed next, while the webhook is parked.").exactOptional(),
    pending_batches: count("Batches that wait for a retry or are parked."),
    pending_events: count("Events in them."),
    pending_is_complete: z
      .boolean()
      .meta({ description: "False when there are more pending batches than were counted." }),
    oldest_pending_at: time("Creation of the oldest pending batch.").exactOptional(),
    next_expiry_at: time("When the first pending batch is given up.").exactOptional(),
    expired_24h: count("Batches given up in the last 24 hours."),
    p95_ms: p95,
    buckets: z.array(bucket).length(24).meta({ description: "The last 24 hours, oldest first." }),
  })
  .meta({ id: "WebhookSummary" });

export const summariesAnswer = results(z.array(summary));
export const summaryAnswer = results(summary);

export type DeliveryHour = Answer<typeof bucket>;
export type WebhookSummary = Answer<typeof summary>;
