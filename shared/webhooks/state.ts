import type { StateReason, WebhookState } from "#shared/contract/words.ts";
import type { DeliveryHour } from "#shared/delivery/hours.ts";
import type { Webhook } from "./webhook.ts";

/** A webhook's state, why it is so and since when (ISO 8601). */
export interface WebhookStanding {
  readonly state: WebhookState;
  readonly reason?: StateReason;
  readonly since: string;
}

type Known = Pick<
  Webhook,
  "active" | "activeChangedAt" | "createdAt" | "lastSuccessful" | "lastFailure" | "healthySince" | "breaker"
>;

/** What waits for another attempt. */
interface Waiting {
  readonly batches: number;
  /** When the first of it was attempted first, ISO 8601. */
  readonly firstAttemptAt?: string;
}

/** What the counters of an hour tell of the state. */
type Counted = Pick<DeliveryHour, "hour" | "lastReason" | "lastExpiredAt">;

/**
 * State of a webhook from its deliveries of the last 24 hours and from what waits; the first rule that holds decides. One
 * failed batch does not count for longer than it waits.
 */
export const webhookStanding = (webhook: Known, hours: readonly Counted[], pending: Waiting): WebhookStanding => {
  const { createdAt, lastSuccessful, lastFailure } = webhook;
  if (!webhook.active) return { state: "paused", reason: "paused", since: webhook.activeChangedAt ?? createdAt };
  const { breaker } = webhook;
  if (breaker !== undefined && breaker.kind !== "closed") {
    return { state: "parked", reason: breaker.reason, since: new Date(breaker.openedAt).toISOString() };
  }
  const byTime = hours.toSorted((a, b) => a.hour.localeCompare(b.hour));
  if (pending.batches > 0) {
    const reason = byTime.findLast(({ lastReason }) => lastReason !== undefined)?.lastReason ?? "retrying";
    return { state: "failed", reason, since: pending.firstAttemptAt ?? lastFailure ?? createdAt };
  }
  const lastExpiredAt = byTime.findLast((hour) => hour.lastExpiredAt !== undefined)?.lastExpiredAt;
  if (lastExpiredAt !== undefined && (lastSuccessful === undefined || lastSuccessful < lastExpiredAt)) {
    return { state: "failed", reason: "expired", since: lastExpiredAt };
  }
  const hadBatch = hours.length > 0 || lastSuccessful !== undefined || lastFailure !== undefined;
  if (!hadBatch) return { state: "pending", reason: "no_batch_yet", since: createdAt };
  return { state: "ok", since: okSince(webhook, lastExpiredAt) };
};

/**
 * Since when a webhook is well: since batches are delivered as they come, but not before it was resumed, nor before a batch
 * expired that had waited meanwhile. Without a delivered batch nothing better than the last failure is known.
 */
const okSince = (webhook: Known, lastExpiredAt: string | undefined): string =>
  [webhook.healthySince ?? webhook.lastFailure ?? webhook.createdAt, webhook.activeChangedAt, lastExpiredAt]
    .filter((at) => at !== undefined)
    .reduce((latest, at) => (at > latest ? at : latest));
