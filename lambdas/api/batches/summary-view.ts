import { bucketsOf, type DeliveryHour } from "#shared/domain/delivery-hours.ts";
import { latencyPercentile } from "#shared/domain/latency-histogram.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import { webhookStanding } from "#shared/domain/webhook-state.ts";
import type { Pending } from "./ports.ts";

/** How a webhook fares, as the API shows it. */
export const summaryView = (input: {
  readonly webhook: Webhook;
  readonly hours: readonly string[];
  readonly counted: readonly DeliveryHour[];
  readonly pending: Pending;
}) => {
  const { webhook, hours, counted, pending } = input;
  const standing = webhookStanding(webhook, counted, pending);
  const latencies = counted.map((entry) => entry.latencies);
  const { breaker } = webhook;
  return {
    id: webhook.webhookId,
    name: webhook.name,
    target: webhook.maskedSettings.target,
    active: webhook.active,
    events_mode: webhook.eventsMode,
    events: webhook.events,
    created_at: webhook.createdAt,
    state: standing.state,
    state_reason: standing.reason ?? null,
    state_since: standing.since,
    last_successful: webhook.lastSuccessful,
    last_failure: webhook.lastFailure,
    next_probe_at: breaker?.kind === "open" && webhook.active ? new Date(breaker.until).toISOString() : undefined,
    pending_batches: pending.batches,
    pending_events: pending.events,
    pending_is_complete: pending.isComplete,
    oldest_pending_at: pending.oldestAt,
    next_expiry_at: pending.nextExpiryAt,
    expired_24h: counted.reduce((sum, { expired }) => sum + expired, 0),
    p95_ms: latencyPercentile(latencies, 0.95) ?? null,
    buckets: bucketsOf(hours, counted).map((bucket) => ({
      at: bucket.hour,
      delivered: bucket.delivered,
      failed: bucket.failed,
      failed_attempts: bucket.failedAttempts,
      expired: bucket.expired,
      events: bucket.events,
      p95_ms: bucket.p95Ms ?? null,
    })),
  };
};
