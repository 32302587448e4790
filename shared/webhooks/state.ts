import type { StateReason, WebhookState } from "#shared/contract/words.ts";
import type { DeliveryHour } from "#shared/delivery/hours.ts";
import type { Webhook } from "./webhook.ts";

/** A webhook's state, why it is so and since when (ISO 8601). */
export interface WebhookStanding {
  readonly state: WebhookState;
  readonly reason?: StateReason;
  readonly since: string;
}

type Known = Pick<Webhook, "active" | "activeChangedAt" | "createdAt" | "lastSuccessful" | "lastFailure" | "breaker">;

/**
 * State of a webhook from its deliveries of the last 24 hours and from what waits; the first rule that holds decides. One
 * failed batch does not count for longer than it waits.
 */
export const webhookStanding = (
  webhook: Known,
  hours: readonly DeliveryHour[],
  pending: { readonly batches: number; readonly oldestAt?: string },
): WebhookStanding => {
  const { createdAt, lastSuccessful, lastFailure } = webhook;
  if (!webhook.active) return { state: "paused", reason: "paused", since: webhook.activeChangedAt ?? createdAt };
  const { breaker } = webhook;
  if (breaker !== undefined && breaker.kind !== "closed") {
    return { state: "parked", reason: breaker.reason, since: new Date(breaker.openedAt).toISOString() };
  }
  const byTime = hours.toSorted((a, b) => a.hour.localeCompare(b.hour));
  if (pending.batches > 0) {
    const reason = byTime.findLast(({ lastReason }) => lastReason !== undefined)?.lastReason ?? "retrying";
    return { state: "failed", reason, since: pending.oldestAt ?? lastFailure ?? createdAt };
  }
  const lastExpiredAt = byTime.findLast((hour) => hour.lastExpiredAt !== undefined)?.lastExpiredAt;
  if (lastExpiredAt !== undefined && (lastSuccessful === undefined || lastSuccessful < lastExpiredAt)) {
    return { state: "failed", reason: "expired", since: lastExpiredAt };
  }
  const hadBatch = hours.length > 0 || lastSuccessful !== undefined || lastFailure !== undefined;
  if (!hadBatch) return { state: "pending", reason: "no_batch_yet", since: createdAt };
  return { state: "ok", since: lastFailure ?? createdAt };
};
