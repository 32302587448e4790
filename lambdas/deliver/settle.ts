import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import { nextStep, type Outcome } from "#shared/domain/attempt.ts";
import type { AttemptRecord } from "#shared/domain/batch-record.ts";
import type { DeliveryFact } from "#shared/domain/delivery-hours.ts";
import { cutoffOf, delaySecondsUntil, type RetryClock } from "#shared/domain/retry-schedule.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { type AttemptDeps, attemptDelivery } from "./attempt-delivery.ts";
import type { BatchLog, DeliveryHours, RetryQueue, WebhookHealth } from "./ports.ts";

export interface SettleDeps extends AttemptDeps {
  readonly batchLog: BatchLog;
  readonly health: WebhookHealth;
  readonly deliveryHours: DeliveryHours;
  readonly retries: RetryQueue;
  readonly clock: RetryClock;
  readonly recordRetentionDays: number;
  /** From 0 to 1. */
  readonly jitter: () => number;
  readonly telemetry: Telemetry;
}

/** Longer than any invocation lives, so that a claim outlasts the POST that it protects. */
const claimMs = (deliverTimeoutSeconds + 5) * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Makes one attempt of one batch and sees to what follows. The order is what keeps invariants in a crash at any point: claim,
 * POST, put the next attempt on the queue, record, acknowledge. Until the message is acknowledged it comes again, and the
 * record then tells a duplicate from an attempt that is still due.
 */
export const settle = async (deps: SettleDeps, message: DeliveryMessage): Promise<void> => {
  const now = deps.now();
  const claim = await deps.batchLog.claim({
    ...message,
    now,
    until: now + claimMs,
    cutoff: cutoffOf(now, deps.clock),
    ttl: Math.floor((now + deps.recordRetentionDays * dayMs) / 1_000),
  });
  switch (claim.kind) {
    case "recorded":
      return;
    case "ended":
      return await removeBody(deps, message);
    case "busy":
      return await deps.retries.send(message, delaySecondsUntil(claim.until + 1_000, now));
    case "claimed":
      if (now >= cutoffOf(claim.firstAttemptAt, deps.clock)) return await expire(deps, message);
      return await attemptAndSettle(deps, message, claim.firstAttemptAt);
  }
};

const expire = async (deps: SettleDeps, message: DeliveryMessage): Promise<void> => {
  const now = deps.now();
  await deps.batchLog.recordExpired(message, now);
  deps.telemetry.batchExpired(factsOf(message));
  await count(deps, message, { at: now, what: { kind: "expired" } });
  await removeBody(deps, message);
};

const attemptAndSettle = async (deps: SettleDeps, message: DeliveryMessage, firstAttemptAt: number): Promise<void> => {
  const startedAt = deps.now();
  const { outcome, durationMs, excerpt } = await attemptDelivery(deps, message);
  const now = deps.now();
  const { attempt } = message;
  const record = toRecord({ attempt, startedAt, durationMs, outcome, excerpt });
  const step = nextStep({ outcome, attempt, firstAttemptAt, now, jitter: deps.jitter(), clock: deps.clock });
  deps.telemetry.attemptFinished({ ...factsOf(message), outcome: outcome.kind, record });
  switch (step.kind) {
    case "delivered":
      // The target has the batch: no failure from here on may lead to another POST.
      await written(deps, message, deps.batchLog.recordDelivered(message, record, now));
      await written(deps, message, removeBody(deps, message));
      break;
    case "retry":
      await deps.retries.send({ ...message, attempt: attempt + 1 }, delaySecondsUntil(step.at, now));
      await written(deps, message, deps.batchLog.recordFailed(message, record, step.at));
      break;
    case "expire":
      await deps.retries.send({ ...message, attempt: attempt + 1 }, delaySecondsUntil(step.at, now));
      await written(deps, message, deps.batchLog.recordFailed(message, record, undefined));
      break;
  }
  const kind = step.kind === "delivered" ? "success" : "failure";
  await Promise.all([
    written(deps, message, deps.health.noteAttempt({ ...message, kind, at: new Date(now).toISOString() })),
    count(deps, message, { at: now, what: countedAs(outcome, message, record.durationMs) }),
  ]);
};

const count = async (
  deps: SettleDeps,
  message: DeliveryMessage,
  fact: Pick<DeliveryFact, "at" | "what">,
): Promise<void> => {
  const { customerId, webhookId } = message;
  await written(deps, message, deps.deliveryHours.count({ customerId, webhookId, ...fact }));
};

const countedAs = (outcome: Outcome, message: DeliveryMessage, durationMs: number): DeliveryFact["what"] => {
  if (outcome.kind === "delivered") return { kind: "delivered", events: message.events, durationMs };
  return { kind: "failed", attempt: message.attempt, reason: outcome.reason, durationMs };
};

/** Waits for a write that the attempt's outcome does not depend on. Its failure is reported, and nothing else. */
const written = async (deps: SettleDeps, message: DeliveryMessage, write: Promise<void>): Promise<void> => {
  try {
    await write;
  } catch (error) {
    deps.telemetry.recordNotWritten({ ...factsOf(message), error });
  }
};

/** What may be logged of a message: never its body. */
const factsOf = ({ batchId, webhookId, events }: DeliveryMessage) => ({ batchId, webhookId, events });

const removeBody = async (deps: SettleDeps, { body }: DeliveryMessage): Promise<void> => {
  if (body.kind === "stored") await deps.bodies.remove(body.key);
};

const toRecord = (input: {
  readonly attempt: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly excerpt: string;
}): AttemptRecord => {
  const { attempt, startedAt, durationMs, outcome, excerpt } = input;
  return {
    attempt,
    at: new Date(startedAt).toISOString(),
    durationMs: Math.round(durationMs),
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
    ...(outcome.kind === "delivered" ? {} : { reason: outcome.reason }),
    ...(outcome.kind === "failed" && outcome.errorCode !== undefined ? { errorCode: outcome.errorCode } : {}),
    ...(excerpt === "" ? {} : { excerpt }),
  };
};
