import { subaccountOf } from "#shared/domain/api/subaccount.ts";
import { bucketsOf, type DeliveryHour, hoursUntil } from "#shared/domain/delivery-hours.ts";
import { latencyPercentile } from "#shared/domain/latency-histogram.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import { webhookStanding } from "#shared/domain/webhook-state.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";

/** `GET /webhooks/summary`: state and the last 24 hours of every webhook of the caller's customer, oldest first. */
export const summariseWebhooks = async (deps: ApiDeps, { caller, header }: Request): Promise<Answer> => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const hours = hoursUntil(deps.now());
  const [webhooks, counted] = await Promise.all([
    deps.webhooks.list(caller.customerId),
    deps.deliveryHours.list(caller.customerId, hours[0] ?? ""),
  ]);
  const byWebhook = Map.groupBy(counted, ({ webhookId }) => webhookId);
  const results = webhooks
    .filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map((webhook) => summaryView(webhook, hours, byWebhook.get(webhook.webhookId) ?? []));
  return { status: 200, results };
};

const summaryView = (webhook: Webhook, hours: readonly string[], counted: readonly DeliveryHour[]) => {
  const standing = webhookStanding(webhook, counted);
  const latencies = counted.map((entry) => entry.latencies);
  return {
    id: webhook.webhookId,
    name: webhook.name,
    state: standing.state,
    state_reason: standing.reason ?? null,
    state_since: standing.since,
    last_successful: webhook.lastSuccessful,
    last_failure: webhook.lastFailure,
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
