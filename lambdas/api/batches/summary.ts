import pLimit from "p-limit";
import { isEventKey } from "#shared/events/catalogue/event-key.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import {
  type SummariesQuery,
  type WebhookRow,
  type WebhookSummary,
  summariesQuery,
} from "#shared/contract/api/summary.ts";
import { firstAttemptOf, type RetryClock } from "#shared/delivery/retry-schedule.ts";
import { retryWindowMs } from "#shared/contract/limits.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import { type DeliveryHour, bucketsOf, hoursUntil, latencyPercentile } from "#shared/delivery/hours.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { errors, validate } from "#shared/errors.ts";
import { hasFailedLately, readFleet } from "../fleet/fleet.ts";
import { readHours } from "../fleet/hours.ts";
import { countStates, decodeCursor, encodeCursor, isPage, pageOf, pageSize, rowsOf } from "../fleet/page.ts";
import { findWebhook, webhookNotFound } from "../webhooks/read.ts";
import { webhookStanding } from "#shared/webhooks/state.ts";
import type { PendingBatches } from "#shared/delivery/pending-batches.ts";

/** Queries at a time, so that a customer with many paused webhooks does not use up the connections. */
const concurrency = 20;

/**
 * `GET /webhooks/summary`: state and the last 24 hours of the webhooks of the caller's customer: a page of those that the
 * query chooses, or, without a query, every one, oldest first.
 */
export const summariseWebhooks = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/summary">> => {
  const { caller, header, query } = request;
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  if (isPage(summariesQuery, query))
    return await summariesPage(deps, caller.customerId, { ...validate(summariesQuery, query), subaccount });
  const webhooks = await deps.webhooks.list(caller.customerId);
  const shown = webhooks
    .filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  const hours = hoursUntil(deps.now());
  const counted = await deps.deliveryHours.list(caller.customerId, hours[0] ?? "");
  return { status: 200, body: { results: await summarise(deps, { webhooks: shown, hours, counted }) } };
};

const summariesPage = async (
  deps: ApiDeps,
  customerId: string,
  {
    limit = pageSize,
    cursor,
    offset,
    state: states,
    search,
    sort,
    subaccount,
    subaccount_id: subaccountId,
  }: SummariesQuery & { readonly subaccount: Subaccount },
): Promise<Answered<"GET /v1/webhooks/summary">> => {
  if (cursor !== undefined && offset !== undefined) {
    throw errors.badParameter("'cursor' and 'offset' exclude each other", "Both say where the page begins.");
  }
  const query = { subaccount, subaccountId, states, search, sort };
  const after = cursor === undefined ? undefined : decodeCursor(customerId, query, cursor);
  const { rows, readAt } = await readFleet(deps, customerId);
  const page = pageOf(rows, query, { limit, after, offset });
  const hours = hoursUntil(deps.now());
  const webhooks = await deps.webhooks.findMany(customerId, page.ids);
  const busy = webhooks.filter((webhook) => hadTraffic(webhook, hours[0] ?? "")).map(({ webhookId }) => webhookId);
  const counted = await readHours(deps, { customerId, webhookIds: busy, hours });
  const summaries = await summarise(deps, { webhooks, hours, counted });
  const byId = new Map(summaries.map((summary) => [summary.id, summary]));
  return {
    status: 200,
    body: {
      // One that was deleted a moment ago is left out.
      results: page.ids.flatMap((id) => byId.get(id) ?? []).map((summary) => rowOf(summary)),
      ...(page.next === undefined ? {} : { next_cursor: encodeCursor(customerId, query, page.next) }),
      ...countStates(rowsOf(rows, query)),
      matching: page.matching,
      counted_at: new Date(readAt).toISOString(),
    },
  };
};

/** Whether a counter of the hours since a time can be other than zero. What expires was attempted, or paused, hours before. */
const hadTraffic = (webhook: Webhook, since: string): boolean => {
  const { lastSuccessful = "", lastFailure = "", activeChangedAt = "", active, breaker } = webhook;
  const earlier = new Date(Date.parse(since) - retryWindowMs).toISOString();
  if (lastSuccessful >= since || lastFailure >= earlier || activeChangedAt >= earlier) return true;
  return !active || (breaker?.kind ?? "closed") !== "closed";
};

/** Hours as numbers; none where nothing happened. */
const rowOf = ({ buckets, ...summary }: ViewOf<WebhookSummary>): ViewOf<WebhookRow> => {
  const isIdle = buckets.every(({ delivered, failed_attempts: failed, expired }) => delivered + failed + expired === 0);
  if (isIdle) return summary;
  return {
    ...summary,
    hours: {
      events: buckets.map(({ events }) => events),
      delivered: buckets.map(({ delivered }) => delivered),
      failed_attempts: buckets.map(({ failed_attempts: failed }) => failed),
    },
  };
};

/** `GET /webhooks/{id}/summary`: the same for one webhook. */
export const summariseWebhook = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/summary">> => {
  const webhook = await findWebhook(deps, request);
  const { customerId, webhookId } = webhook;
  const hours = hoursUntil(deps.now());
  const counted = await deps.deliveryHours.find({ customerId, webhookIds: [webhookId], hours });
  const [results] = await summarise(deps, { webhooks: [webhook], hours, counted });
  if (results === undefined) throw webhookNotFound();
  return { status: 200, body: { results } };
};

/** The statuses of some webhooks with their counters of some hours. */
export const summarise = async (
  deps: ApiDeps,
  input: {
    readonly webhooks: readonly Webhook[];
    readonly hours: readonly string[];
    readonly counted: readonly DeliveryHour[];
    /** What is known to wait, by webhook; what waits for others is counted. */
    readonly pending?: ReadonlyMap<string, PendingBatches>;
  },
) => {
  const { webhooks, hours } = input;
  const now = deps.now();
  const counted = Map.groupBy(input.counted, ({ webhookId }) => webhookId);
  const limit = pLimit(concurrency);
  return await Promise.all(
    webhooks.map(async (webhook) => {
      const { webhookId } = webhook;
      const known = input.pending?.get(webhookId) ?? (mayHavePending(webhook, now) ? undefined : nothing);
      const pending = known ?? (await limit(() => deps.batches.countPending(webhookId, now)));
      return summaryView({ webhook, hours, counted: counted.get(webhookId) ?? [], pending, clock: deps.clock });
    }),
  );
};

const nothing = { batches: 0, events: 0, isComplete: true } as const;

const mayHavePending = (webhook: Webhook, now: number): boolean =>
  !webhook.active || (webhook.breaker?.kind ?? "closed") !== "closed" || hasFailedLately(webhook, now);

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
