import { metricsQuery, metricsRange } from "#shared/domain/api/metrics-query.ts";
import { hoursBetween } from "#shared/domain/delivery-hours.ts";
import { deliveryMetrics, type DeliveryNumbers } from "#shared/domain/delivery-metrics.ts";
import { validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";

const hourMs = 60 * 60 * 1_000;

/** `GET /webhooks/{id}/metrics`: what happened to a webhook's batches, hour by hour and over all. */
export const readMetrics = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { customerId, webhookId } = await findWebhook(deps, request);
  const { from, to } = metricsRange(validate(metricsQuery, request.query), deps.now());
  const hours = hoursBetween(from, to - 1);
  const counted = await deps.deliveryHours.find({ customerId, webhookId, hours });
  const metrics = deliveryMetrics(hours, counted);
  return {
    status: 200,
    results: {
      from: hours[0],
      to: new Date(to).toISOString(),
      step_ms: hourMs,
      series: metrics.series.map(({ hour, ...numbers }) => ({ at: hour, ...numbersView(numbers) })),
      totals: numbersView(metrics.totals),
      latency_histogram: metrics.latencies.map(({ upToMs, count }) => ({ le_ms: upToMs, count })),
      statuses: metrics.statuses,
      reasons: metrics.reasons,
      event_types: metrics.eventTypes,
    },
  };
};

const numbersView = (numbers: DeliveryNumbers) => ({
  delivered: numbers.delivered,
  failed: numbers.failed,
  failed_attempts: numbers.failedAttempts,
  expired: numbers.expired,
  events: numbers.events,
  p50_ms: numbers.p50Ms ?? null,
  p95_ms: numbers.p95Ms ?? null,
  p99_ms: numbers.p99Ms ?? null,
});
