import * as z from "zod";
import { type Answer, count, queryTime, results, time } from "./common.ts";

const anHour = "2026-01-02T03:00:00Z";

/** Query of `GET /webhooks/{id}/metrics`. */
export const metricsQuery = z.object({
  from: queryTime("First hour; 24 hours before `to` when absent, at most 31 days.", anHour),
  to: queryTime("Last hour; now when absent.", anHour),
});

const percentile = (share: string) =>
  z
    .number()
    .nullable()
    .meta({ description: `${share} percentile of the attempts' milliseconds; null without attempts.` });

const numbers = {
  delivered: count("Batches delivered."),
  failed: count("Batches whose first attempt failed."),
  failed_attempts: count("Attempts that failed."),
  expired: count("Batches given up."),
  events: count("Events in the delivered batches."),
  p50_ms: percentile("50th"),
  p95_ms: percentile("95th"),
  p99_ms: percentile("99th"),
};

const counts = (description: string) => z.record(z.string(), z.int().min(0)).meta({ description });

const point = z.object({ at: time("Start of the hour."), ...numbers });

/** What happened to batches over time, and in sum. */
export const metricsFields = {
  from: time("Start of the first hour."),
  to: time("End of the last one."),
  step_ms: count("Milliseconds between two points."),
  series: z.array(point).meta({ description: "Oldest first." }),
  totals: z.object(numbers).meta({ description: "Over all hours." }),
  latency_histogram: z
    .array(z.object({ le_ms: count("Upper bound of the slot."), count: count("Attempts in it.") }))
    .meta({ description: "Attempts by their milliseconds." }),
  statuses: counts("Attempts by HTTP status."),
  reasons: counts("Failed attempts by reason."),
  event_types: counts("Events of the delivered batches by type."),
};

const metrics = z.object(metricsFields).meta({ id: "WebhookMetrics" });

export const metricsAnswer = results(metrics);

export type MetricsPoint = Answer<typeof point>;
export type WebhookMetrics = Answer<typeof metrics>;
