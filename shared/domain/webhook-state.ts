import type { DeliveryHour } from "./delivery-hours.ts";
import type { FailureReason } from "./failure-reason.ts";
import type { Webhook } from "./webhook.ts";

/** How a webhook fares. Parked: its breaker is open. */
export const webhookStates = ["pending", "ok", "failed", "parked", "paused"] as const;
export type WebhookState = (typeof webhookStates)[number];

/** A webhook's state, why it is so and since when (ISO 8601). */
export interface WebhookStanding {
  readonly state: WebhookState;
  readonly reason?: FailureReason | "paused" | "expired" | "no_batch_yet" | "no_recent_batch";
  readonly since: string;
}

type Known = Pick<Webhook, "active" | "createdAt" | "updatedAt" | "lastSuccessful" | "lastFailure" | "breaker">;

/**
 * State of a webhook from its deliveries of the last 24 hours; the first rule that holds decides. A paused webhook is
 * paused since its last change at the latest: when that was another change, it has been paused for longer.
 */
export const webhookStanding = (webhook: Known, hours: readonly DeliveryHour[]): WebhookStanding => {
  const { createdAt, lastSuccessful, lastFailure } = webhook;
  if (!webhook.active) return { state: "paused", reason: "paused", since: webhook.updatedAt };
  const { breaker } = webhook;
  if (breaker !== undefined && breaker.kind !== "closed") {
    return { state: "parked", reason: breaker.reason, since: new Date(breaker.openedAt).toISOString() };
  }
  if (hours.length === 0) {
    const lastBatchAt = latest(lastSuccessful, lastFailure);
    return lastBatchAt === undefined
      ? { state: "pending", reason: "no_batch_yet", since: createdAt }
      : { state: "pending", reason: "no_recent_batch", since: lastBatchAt };
  }
  const failing = hours
    .filter(({ failedAttempts, expired }) => failedAttempts + expired > 0)
    .toSorted((a, b) => a.hour.localeCompare(b.hour));
  const [first] = failing;
  if (first === undefined) return { state: "ok", since: lastFailure ?? createdAt };
  const reason = failing.findLast(({ lastReason }) => lastReason !== undefined)?.lastReason ?? "expired";
  return { state: "failed", reason, since: first.firstFailureAt ?? first.hour };
};

const latest = (...times: readonly (string | undefined)[]): string | undefined =>
  times
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
