import * as z from "zod";
import { type FailureReason, failureReasons } from "#shared/domain/failure-reason.ts";
import { type WebhookStanding, webhookStates } from "#shared/domain/webhook-state.ts";
import { count, id, results, time } from "./common.ts";

type OwnReason = Exclude<NonNullable<WebhookStanding["reason"]>, FailureReason>;
/** Reasons of a state that no POST has. A record, so that none can be left out. */
const ownReasons: Readonly<Record<OwnReason, true>> = {
  paused: true,
  expired: true,
  no_batch_yet: true,
  no_recent_batch: true,
};

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

export const summaryAnswer = results(
  z.array(
    z
      .object({
        id: id("Id of the webhook."),
        name: z.string().meta({ description: "Display name." }),
        state: z.enum(webhookStates).meta({ description: "How the webhook fares." }),
        state_reason: z
          .enum([...failureReasons, ...(Object.keys(ownReasons) as OwnReason[])])
          .nullable()
          .meta({ description: "Why it is in that state." }),
        state_since: time("Since when."),
        last_successful: time("When a batch was last delivered.").exactOptional(),
        last_failure: time("When an attempt last failed.").exactOptional(),
        expired_24h: count("Batches given up in the last 24 hours."),
        p95_ms: p95,
        buckets: z.array(bucket).length(24).meta({ description: "The last 24 hours, oldest first." }),
      })
      .meta({ id: "WebhookSummary" }),
  ),
);
