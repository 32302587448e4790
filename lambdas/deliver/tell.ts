import { maxAttemptMs } from "#shared/contract/limits.ts";
import { type RetryClock, cutoffOf } from "#shared/delivery/retry-schedule.ts";
import type { WebhookStore } from "#shared/stores.ts";
import type { DueBatch } from "./batch-body.ts";
import type { Outcome } from "./outcome.ts";
import type { StreamRecord, StreamWriter } from "#shared/stream.ts";
import { putHealthEvent } from "#shared/tell-health.ts";
import {
  type HealthEvent,
  type WaitingBatch,
  dueOfBatch,
  dueOfBreaker,
  expiryEvent,
} from "#shared/webhooks/health-events.ts";
import type { ToldStore } from "#shared/webhooks/told-store.ts";
import type { Told, Webhook, WebhookHealth } from "#shared/webhooks/webhook.ts";

export interface TellDeps {
  readonly health: Pick<WebhookStore, "readHealth">;
  readonly told: Pick<ToldStore, "hasSubscriber" | "change">;
  readonly stream: StreamWriter<StreamRecord>;
  readonly clock: RetryClock;
  /** Unix milliseconds. */
  readonly now: () => number;
}

type WebhookRef = Pick<Webhook, "customerId" | "webhookId">;

/** Longer than it takes to tell something: after it somebody else may try. */
const busyMs = maxAttemptMs + 20_000;

/** Tells that a webhook is failing, or has recovered, if that is new; false: it is not. `health` is of a moment ago. */
const tellOfBreaker = async (deps: TellDeps, ref: WebhookRef, health: WebhookHealth): Promise<boolean> => {
  const due = dueOfBreaker(health.breaker, health.told, { now: deps.now(), clock: deps.clock });
  if (due !== undefined) await tell(deps, { ref, health, ...due });
  return due !== undefined;
};

/** Tells that a batch which waits has lost half of its time, unless that was told of its webhook a short time ago. */
export const tellOfRisk = async (
  deps: TellDeps,
  ref: WebhookRef,
  health: WebhookHealth,
  batch: WaitingBatch & { readonly cutoff: number },
): Promise<void> => {
  const due = dueOfBatch(batch, health.told, { now: deps.now(), clock: deps.clock });
  if (due !== undefined) await tell(deps, { ref, health, ...due });
};

/**
 * Tells that a batch expires, before that is recorded: after a crash in between the batch expires once more, and the event
 * that is told again has the same id.
 */
export const tellOfExpiry = async (deps: TellDeps, ref: WebhookRef, batch: WaitingBatch): Promise<void> => {
  const event = expiryEvent(batch);
  if (event === undefined || !(await deps.told.hasSubscriber(ref.customerId))) return;
  // Of a webhook that is gone nothing but its id is known.
  const health = await deps.health.readHealth(ref.customerId, ref.webhookId);
  await putHealthEvent(deps, { ...ref, ...nameOf(health) }, event);
};

/** A batch as events tell of it. */
export const waitingOf = ({ batchId, events, formation, firstAttemptAt }: DueBatch): WaitingBatch => ({
  batchId,
  events,
  eventTypes: formation?.eventTypes,
  firstAttemptAt,
});

/** Tells that a batch which waits is at risk, if it is. `firstAttemptAt`: Unix milliseconds. */
export const tellIfAtRisk = async (
  deps: TellDeps,
  input: {
    readonly message: DueBatch;
    readonly firstAttemptAt: number;
    readonly health: WebhookHealth | undefined;
  },
): Promise<void> => {
  const { message, firstAttemptAt, health } = input;
  if (health === undefined) return;
  const cutoff = cutoffOf(firstAttemptAt, deps.clock);
  await tellOfRisk(deps, message, health, { ...waitingOf(message), firstAttemptAt, cutoff });
};

/** Tells what an attempt has shown, once the gate knows it. */
export const tellAfterAttempt = async (
  deps: TellDeps,
  input: {
    readonly message: DueBatch;
    readonly firstAttemptAt: number;
    readonly outcome: Outcome;
    readonly reported: Promise<WebhookHealth | undefined>;
  },
): Promise<void> => {
  const { message, firstAttemptAt, outcome } = input;
  const health = await input.reported;
  if (health === undefined) return;
  if (await tellOfBreaker(deps, message, health)) return;
  // What is told at the same time of the same webhook waits for the next attempt.
  if (outcome.kind !== "delivered") await tellIfAtRisk(deps, { message, firstAttemptAt, health });
};

/**
 * Notes that it is about to tell something, tells it, and notes that. Of those who see the same at the same time one tells. After
 * a crash in between the next attempt for the webhook finds it untold, and tells it again with the same id.
 */
const tell = async (
  deps: TellDeps,
  work: { readonly ref: WebhookRef; readonly health: WebhookHealth; readonly event: HealthEvent; readonly told: Told },
): Promise<void> => {
  const { ref, health, event, told } = work;
  if (!(await deps.told.hasSubscriber(ref.customerId))) return;
  const { toldRevision: expectedRevision } = health;
  const busyUntil = deps.now() + busyMs;
  if (!(await deps.told.change(ref, { told: { ...health.told, busyUntil }, expectedRevision }))) return;
  await putHealthEvent(deps, { ...ref, ...nameOf(health) }, event);
  await deps.told.change(ref, { told, expectedRevision: expectedRevision + 1 });
};

const nameOf = (health: WebhookHealth | undefined): Partial<Pick<WebhookHealth, "name" | "subaccountId">> =>
  health === undefined
    ? {}
    : { name: health.name, ...(health.subaccountId === undefined ? {} : { subaccountId: health.subaccountId }) };
