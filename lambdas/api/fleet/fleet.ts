import pLimit from "p-limit";
import { retryWindowMs } from "#shared/contract/limits.ts";
import type { WebhookState } from "#shared/contract/words.ts";
import { webhookStanding } from "#shared/webhooks/state.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps } from "../deps.ts";
import type { Fleet } from "./kept.ts";
import { fleetRow } from "./page.ts";

/** A smaller fleet is read whenever it is asked for: that takes 64 read units at most. */
export const minKeptWebhooks = 500;
/**
 * What delivery notes at webhooks is read again at this rate, so that somebody who looks on costs 20 read units a second at
 * most, whatever the number of webhooks: 10,000 of a kilobyte are read once a minute.
 */
export const keptMsPerWebhook = 6;
/** Queries at a time. */
const concurrency = 20;

/**
 * The webhooks of a customer to search, sort and count. What the API has changed is seen at once: the customer's version
 * tells. States, and when batches were last delivered, may be up to a minute old.
 */
export const readFleet = async (
  deps: Pick<ApiDeps, "batches" | "deliveryHours" | "kept" | "now" | "webhooks">,
  customerId: string,
): Promise<Fleet> => {
  const now = deps.now();
  // Before the webhooks: a change in between is seen as one that is still to come.
  const version = await deps.webhooks.readFleetVersion(customerId);
  const kept = deps.kept.fleets.get(customerId);
  if (kept !== undefined && kept.version === version && now - kept.readAt < kept.rows.length * keptMsPerWebhook) {
    return kept;
  }
  const [webhooks, expiries] = await Promise.all([
    deps.webhooks.list(customerId),
    deps.deliveryHours.listExpiries(customerId, new Date(now - dayMs).toISOString()),
  ]);
  const limit = pLimit(concurrency);
  const rows = await Promise.all(
    webhooks.map(async (webhook) => {
      const isWaiting = mayWait(webhook, now) && (await limit(() => deps.batches.hasPending(webhook.webhookId, now)));
      const state = stateOf(webhook, isWaiting, expiries.get(webhook.webhookId));
      return fleetRow(webhook, { state, mayWait: isWaiting || mayPark(webhook) });
    }),
  );
  const fleet = { rows, version, readAt: now };
  if (rows.length >= minKeptWebhooks) deps.kept.fleets.set(customerId, fleet);
  else deps.kept.fleets.delete(customerId);
  return fleet;
};

const dayMs = 24 * 60 * 60 * 1_000;

/** Whether a batch may wait that decides the state: a paused or parked webhook is so whatever waits. */
const mayWait = (webhook: Webhook, now: number): boolean =>
  webhook.active && (webhook.breaker?.kind ?? "closed") === "closed" && hasFailedLately(webhook, now);

/** Whether batches may be parked, which nothing in the list shows. */
const mayPark = ({ active, breaker }: Webhook): boolean => !active || (breaker?.kind ?? "closed") !== "closed";

/** A batch waits for the retry window at most, so that one can only wait if an attempt failed, or a pause ended, since. */
export const hasFailedLately = ({ lastFailure, activeChangedAt }: Webhook, now: number): boolean =>
  [lastFailure, activeChangedAt].some((at) => at !== undefined && Date.parse(at) > now - 2 * retryWindowMs);

const stateOf = (webhook: Webhook, isWaiting: boolean, lastExpiredAt: string | undefined): WebhookState => {
  const hours = lastExpiredAt === undefined ? [] : [{ hour: lastExpiredAt, lastExpiredAt }];
  return webhookStanding(webhook, hours, { batches: isWaiting ? 1 : 0 }).state;
};
