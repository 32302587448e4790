import type { HealthEventKey } from "#shared/contract/words.ts";
import { uuidFromText } from "#shared/delivery/batch.ts";
import type { Breaker } from "#shared/delivery/breaker.ts";
import type { RetryClock } from "#shared/delivery/retry-schedule.ts";
import { healthClass, isHealthType } from "#shared/events/catalogue/event-key.ts";
import { type EventBody, type EventEnvelope, envelope } from "#shared/events/catalogue/event.ts";
import type { Told, Webhook, WebhookChange } from "./webhook.ts";

/** The webhook that an event is about; what is not known of it is left out. */
export type Subject = Pick<Webhook, "customerId" | "webhookId" | "subaccountId"> & Partial<Pick<Webhook, "name">>;

/** What there is to tell of a webhook. */
export interface HealthEvent {
  readonly key: HealthEventKey;
  /** What makes it this event and no other: told again, it has the same id. */
  readonly identity: readonly (string | number)[];
  readonly fields: EventBody;
}

/** An event as it is put on the stream. `at`: Unix milliseconds. */
export const healthEnvelope = (subject: Subject, event: HealthEvent, at: number): EventEnvelope => {
  const { customerId, webhookId, subaccountId, name } = subject;
  return envelope(healthClass, {
    type: event.key,
    timestamp: String(Math.floor(at / 1_000)),
    event_id: uuidFromText([event.key, customerId, webhookId, ...event.identity].join("\n")),
    customer_id: customerId,
    ...(subaccountId === undefined ? {} : { subaccount_id: String(subaccountId) }),
    webhook_id: webhookId,
    ...(name === undefined ? {} : { webhook_name: name }),
    ...event.fields,
  });
};

const hourMs = 60 * 60 * 1_000;
const iso = (at: number): string => new Date(at).toISOString();

/** What there is to tell of a webhook's breaker, and what has been told once that is done; undefined: nothing. */
export const dueOfBreaker = (
  breaker: Breaker,
  told: Told,
  { now, clock }: { readonly now: number; readonly clock: RetryClock },
): { readonly event: HealthEvent; readonly told: Told } | undefined => {
  if (isBusy(told, now)) return undefined;
  const { failingSince, busyUntil: _busyUntil, ...others } = told;
  if (breaker.kind === "closed") {
    if (failingSince === undefined) return undefined;
    const fields = { failing_since: iso(failingSince) };
    return { event: { key: "webhook_recovered", identity: [failingSince], fields }, told: others };
  }
  if (failingSince !== undefined || isWithinHour(told.failingAt, { now, clock })) return undefined;
  const { openedAt, reason } = breaker;
  const fields = { failure_reason: reason, failing_since: iso(openedAt) };
  const event = { key: "webhook_failing", identity: [openedAt], fields } as const;
  return { event, told: { ...others, failingSince: openedAt, failingAt: now } };
};

/** A batch that waits, or has expired. Times are Unix milliseconds. */
export interface WaitingBatch {
  readonly batchId: string;
  readonly events: number;
  readonly eventTypes: Readonly<Record<string, number>> | undefined;
  readonly firstAttemptAt: number | undefined;
}

/**
 * Whether a batch holds nothing but events about webhooks. Nothing is told of such a batch: what was told of it could fail to
 * arrive, be told again, and so on for ever.
 */
export const isOfHealthAlone = ({ eventTypes = {} }: Pick<WaitingBatch, "eventTypes">): boolean => {
  const types = Object.keys(eventTypes);
  return types.length > 0 && types.every(isHealthType);
};

/** What there is to tell of a batch that waits, and what has been told once that is done; undefined: nothing. */
export const dueOfBatch = (
  batch: WaitingBatch & { readonly cutoff: number },
  told: Told,
  { now, clock }: { readonly now: number; readonly clock: RetryClock },
): { readonly event: HealthEvent; readonly told: Told } | undefined => {
  const { batchId, events, firstAttemptAt = now, cutoff } = batch;
  const isAtRisk = now >= (firstAttemptAt + cutoff) / 2 && now < cutoff;
  if (!isAtRisk || isOfHealthAlone(batch) || isBusy(told, now) || isWithinHour(told.riskAt, { now, clock })) {
    return undefined;
  }
  const { busyUntil: _busyUntil, ...others } = told;
  const fields = {
    webhook_batch_id: batchId,
    batch_events: events,
    first_attempt_at: iso(firstAttemptAt),
    expires_at: iso(cutoff),
  };
  return { event: { key: "batch_at_risk", identity: [batchId], fields }, told: { ...others, riskAt: now } };
};

/** What there is to tell of a batch that expires; undefined: nothing. */
export const expiryEvent = (batch: WaitingBatch): HealthEvent | undefined => {
  if (isOfHealthAlone(batch)) return undefined;
  const { batchId, events, firstAttemptAt } = batch;
  const since = firstAttemptAt === undefined ? {} : { first_attempt_at: iso(firstAttemptAt) };
  const fields = { webhook_batch_id: batchId, batch_events: events, ...since };
  return { key: "batch_expired", identity: [batchId], fields };
};

/** What there is to tell of a change. */
export const changeEvent = ({ createdAt }: Pick<Webhook, "createdAt">, change: WebhookChange): HealthEvent => {
  const { revision, action, fields, keyId, keyLabel, portalLinkId } = change;
  return {
    key: "webhook_changed",
    identity: [createdAt, revision],
    fields: {
      change_action: action,
      changed_fields: fields.map(({ field }) => field),
      ...(keyId === undefined ? {} : { changed_by_key_id: keyId }),
      // A link's label names a person, and is for whoever may see the links.
      ...(keyId === undefined || keyLabel === undefined ? {} : { changed_by_key_label: keyLabel }),
      ...(portalLinkId === undefined ? {} : { changed_by_portal_link_id: portalLinkId }),
    },
  };
};

/** Whether somebody is about to tell something of the webhook. */
const isBusy = ({ busyUntil }: Told, now: number): boolean => busyUntil !== undefined && now < busyUntil;

const isWithinHour = (
  at: number | undefined,
  { now, clock }: { readonly now: number; readonly clock: RetryClock },
): boolean => at !== undefined && now - at < hourMs / clock.scale;
