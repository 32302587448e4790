import pLimit from "p-limit";
import { isEventKey } from "#shared/events/catalogue/event-key.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { retryWindowMs } from "#shared/contract/limits.ts";
import { firstAttemptOf, type RetryClock } from "#shared/delivery/retry-schedule.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import { type DeliveryHour, bucketsOf, hoursUntil, latencyPercentile } from "#shared/delivery/hours.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { findWebhook, webhookNotFound } from "../webhooks/read.ts";
import { webhookStanding } from "#shared/webhooks/state.ts";
import type { PendingBatches } from "#shared/stores.ts";

/** Queries at a time, so that a customer with many paused webhooks does not use up the connections. */
const concurrency = 20;

/** `GET /webhooks/summary`: state and the last 24 hours of every webhook of the caller's customer, oldest first. */
export const summariseWebhooks = async (
  deps: ApiDeps,
  { caller, header }: Request,
): Promise<Answered<"GET /v1/webhooks/summary">> => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const webhooks = await deps.webhooks.list(caller.customerId);
  const shown = webhooks
    .filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  return { status: 200, body: { results: await summarise(deps, caller.customerId, shown) } };
};

/** `GET /webhooks/{id}/summary`: the same for one webhook. */
export const summariseWebhook = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/summary">> => {
  const webhook = await findWebhook(deps, request);
  const [results] = await summarise(deps, webhook.customerId, [webhook]);
  if (results === undefined) throw webhookNotFound();
  return { status: 200, body: { results } };
};

const summarise = async (deps: ApiDeps, customerId: string, webhooks: readonly Webhook[]) => {
  const now = deps.now();
  const hours = hoursUntil(now);
  const counted = await countedHours(deps, { customerId, webhooks, hours });
  const limit = pLimit(concurrency);
  return await Promise.all(
    webhooks.map((webhook) =>
      limit(async () => {
        const { webhookId } = webhook;
        const pending = mayHavePending(webhook, now) ? await deps.batches.countPending(webhookId, now) : nothing;
        return summaryView({ webhook, hours, counted: counted.get(webhookId) ?? [], pending, clock: deps.clock });
      }),
    ),
  );
};

const countedHours = async (
  deps: ApiDeps,
  input: { readonly customerId: string; readonly webhooks: readonly Webhook[]; readonly hours: readonly string[] },
): Promise<ReadonlyMap<string, readonly DeliveryHour[]>> => {
  const { customerId, webhooks, hours } = input;
  const [only] = webhooks;
  const found =
    webhooks.length === 1 && only !== undefined
      ? await deps.deliveryHours.find({ customerId, webhookId: only.webhookId, hours })
      : await deps.deliveryHours.list(customerId, hours[0] ?? "");
  return Map.groupBy(found, ({ webhookId }) => webhookId);
};

const nothing = { batches: 0, events: 0, isComplete: true } as const;

/** A batch waits for the retry window at most, so that one can only wait if something has gone wrong or changed since. */
const mayHavePending = ({ active, breaker, lastFailure, updatedAt }: Webhook, now: number): boolean =>
  !active ||
  (breaker !== undefined && breaker.kind !== "closed") ||
  [lastFailure, updatedAt].some((at) => at !== undefined && Date.parse(at) > now - 2 * retryWindowMs);

/** The batch that expires first was attempted first. */
const firstAttempt = ({ pending: { nextExpiryAt: at }, clock }: Parameters<typeof summaryView>[0]) =>
  at === undefined ? {} : { firstAttemptAt: new Date(firstAttemptOf(Date.parse(at), clock)).toISOString() };

/** The status of a webhook, as the API shows it. */
const summaryView = (input: {
  readonly webhook: Webhook;
  readonly hours: readonly string[];
  readonly counted: readonly DeliveryHour[];
  readonly pending: PendingBatches;
  readonly clock: RetryClock;
}): ViewOf<WebhookSummary> => {
  const { webhook, hours, counted, pending } = input;
  const standing = webhookStanding(webhook, counted, { batches: pending.batches, ...firstAttempt(input) });
  const latencies = counted.map((entry) => entry.latencies);
  const { breaker } = webhook;
  return {
    id: webhook.webhookId,
    name: webhook.name,
    target: webhook.maskedSettings.target,
    active: webhook.active,
    events_mode: webhook.eventsMode,
    events: webhook.events.filter(isEventKey),
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
