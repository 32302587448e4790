import * as z from "zod";
import { minuteMetricsHours } from "#shared/contract/limits.ts";
import { type Answer, badParameter, count, note, queryTime, results, time } from "./common.ts";

const anHour = "2026-01-02T03:00:00Z";

/** How much time one point of metrics stands for; the names are SparkPost's. */
const precisions = ["hour", "1min"] as const;
type Precision = (typeof precisions)[number];
const isPrecision = (text: string): text is Precision => (precisions as readonly string[]).includes(text);

/** Query of `GET /webhooks/{id}/metrics`. */
export const metricsQuery = z.object({
  from: queryTime(
    "First hour; 24 hours before `to` when absent, at most 31 days. With `precision=1min` the first minute; an hour before `to` " +
      `when absent, at most ${minuteMetricsHours} hours.`,
    anHour,
  ),
  to: queryTime("Last hour or minute; now when absent.", anHour),
  precision: z
    .string()
    .refine((text) => isPrecision(text), {
      error: `must be one of: ${precisions.join(", ")}`,
      params: badParameter,
    })
    .default("hour")
    .meta(
      note(
        "What a point of the series stands for. Minutes are counted since the version that brought them: the series begins later " +
          "than `from` where an earlier one has counted an hour.",
        { enum: precisions, default: "hour", example: "1min" },
      ),
    ),
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

const meanMs = z
  .number()
  .nullable()
  .exactOptional()
  .meta({
    description:
      "Mean of the attempts' milliseconds, null without attempts; only with `precision=1min`. Percentiles are counted by the " +
      "hour: in the points of minutes they are null.",
  });

const point = z.object({ at: time("Start of the hour or minute."), ...numbers, mean_ms: meanMs });

/** What happened to batches over time, and in sum. */
export const metricsFields = {
  from: time("Start of the first hour or minute."),
  to: time("End of the last one."),
  step_ms: count("Milliseconds between two points."),
  series: z.array(point).meta({ description: "Oldest first." }),
  totals: z.object(numbers).meta({
    description:
      "Over all points. Percentiles, and what follows, are counted by the hour: with `precision=1min` they are those of the whole " +
      "hours that the points are in.",
  }),
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
