import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import { type Outcome, nextStep, shouldSplit, splitBody } from "./outcome.ts";
import type { BatchRequest } from "#shared/delivery/record.ts";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import { cutoffOf, delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { WebhookHealth } from "#shared/webhooks/webhook.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { type AttemptDeps, type AttemptResult, attemptDelivery, loadBody, toAttemptRecord } from "./attempt.ts";
import { type GateDeps, passGate, reportToGate } from "./gate.ts";
import type { BatchLog, Bodies, DeliveryHours, RetryQueue } from "./ports.ts";
import { decodeBody, encodeBody } from "#shared/delivery/body.ts";

export interface SettleDeps extends AttemptDeps, GateDeps {
  readonly batchLog: BatchLog;
  readonly deliveryHours: DeliveryHours;
  readonly retries: RetryQueue;
  readonly recordRetentionDays: number;
  readonly telemetry: Telemetry;
}

/** Longer than any invocation lives, so that a claim outlasts the POST that it protects. */
const claimMs = (deliverTimeoutSeconds + 5) * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Makes one attempt of one batch, or parks it, and sees to what follows. The order is what keeps invariants in a crash at any
 * point: claim, POST, put the next attempt on the queue, record, acknowledge. Until the message is acknowledged it comes
 * again, and the record then tells a duplicate from an attempt that is still due.
 */
export const settle = async (deps: SettleDeps, message: DeliveryMessage): Promise<void> => {
  const now = deps.now();
  const passage = await passGate(deps, message, now);
  const request = batchRequest(deps, message, now);
  const claim =
    passage.kind === "go"
      ? await deps.batchLog.claim({ ...request, until: now + claimMs })
      : await deps.batchLog.park({ ...request, nextAttemptAt: passage.until });
  switch (claim.kind) {
    case "recorded":
      return;
    case "ended":
      return await deps.bodies.remove(message);
    case "busy":
      return await deps.retries.send(message, delaySecondsUntil(claim.until + 1_000, now));
    case "claimed": {
      const cutoff = cutoffOf(claim.firstAttemptAt, deps.clock);
      if (now >= cutoff) return await expire(deps, message);
      if (passage.kind === "go") return await attemptAndSettle(deps, { message, ...claim, health: passage.health });
      return await park(deps, message, { until: Math.min(passage.until, cutoff), now });
    }
  }
};

const batchRequest = (deps: SettleDeps, message: DeliveryMessage, now: number): BatchRequest => {
  const firstAttemptAt = message.firstAttemptAt ?? now;
  const cutoff = cutoffOf(firstAttemptAt, deps.clock);
  const ttl = Math.floor((now + deps.recordRetentionDays * dayMs) / 1_000);
  return { ...message, now, firstAttemptAt, cutoff, ttl };
};

const park = async (
  deps: SettleDeps,
  message: DeliveryMessage,
  { until, now }: { readonly until: number; readonly now: number },
): Promise<void> => {
  const { redelivery: _, ...batch } = message;
  const body = await bodyToWait(deps, message);
  await deps.retries.send({ ...batch, body, parked: true }, delaySecondsUntil(until, now));
  deps.telemetry.batchParked({ ...factsOf(message), until: new Date(until).toISOString() });
};

const expire = async (deps: SettleDeps, message: DeliveryMessage): Promise<void> => {
  const now = deps.now();
  await deps.batchLog.recordExpired(message, now);
  deps.telemetry.batchExpired(factsOf(message));
  await count(deps, message, { at: now, what: { kind: "expired" } });
  await deps.bodies.remove(message);
};

const attemptAndSettle = async (
  deps: SettleDeps,
  input: {
    readonly message: DeliveryMessage;
    readonly firstAttemptAt: number;
    readonly isFirst: boolean;
    readonly health: WebhookHealth | undefined;
  },
): Promise<void> => {
  const { message, firstAttemptAt, isFirst, health } = input;
  const startedAt = deps.now();
  const result = await attemptDelivery(deps, message, health?.settingsRevision);
  const now = deps.now();
  const record = toAttemptRecord({ attempt: message.attempt, startedAt, result });
  deps.telemetry.attemptFinished({ ...factsOf(message), outcome: result.outcome.kind, record });
  const isSplit = shouldSplit({ outcome: result.outcome, message });
  if (isSplit) {
    const parts = await splitBatch(deps, message, firstAttemptAt);
    await written(deps, message, deps.batchLog.recordSplit(message, record, parts));
    await written(deps, message, deps.bodies.remove(message));
    deps.telemetry.batchSplit({ ...factsOf(message), into: parts });
  } else {
    await follow(deps, { message, result, record, firstAttemptAt, isFirst, now });
  }
  const isTooLarge = isSplit && result.outcome.status === 413;
  await Promise.all([
    // A 413 proves that the target is healthy.
    isTooLarge
      ? Promise.resolve()
      : written(deps, message, reportToGate(deps, { message, health, outcome: result.outcome, now })),
    count(deps, message, { at: now, what: countedAs(result.outcome, message, record.durationMs) }),
  ]);
};

/** Does what an attempt's outcome asks for. */
const follow = async (
  deps: SettleDeps,
  input: {
    readonly message: DeliveryMessage;
    readonly result: AttemptResult;
    readonly record: ReturnType<typeof toAttemptRecord>;
    readonly firstAttemptAt: number;
    readonly isFirst: boolean;
    readonly now: number;
  },
): Promise<void> => {
  const { message, result, record, firstAttemptAt, isFirst, now } = input;
  const { attempt, parked: _, redelivery: _redelivery, ...batch } = message;
  const step = nextStep({
    outcome: result.outcome,
    attempt,
    firstAttemptAt,
    now,
    jitter: deps.jitter(),
    clock: deps.clock,
  });
  switch (step.kind) {
    case "delivered":
      // The target has the batch: no failure from here on may lead to another POST.
      await written(deps, message, deps.batchLog.recordDelivered(message, record, now));
      if (mayBeStored(message, isFirst)) await written(deps, message, deps.bodies.remove(message));
      break;
    case "retry":
    case "expire": {
      const body = await bodyToWait(deps, message);
      await deps.retries.send({ ...batch, body, attempt: attempt + 1 }, delaySecondsUntil(step.at, now));
      const nextAttemptAt = step.kind === "retry" ? step.at : undefined;
      await written(deps, message, deps.batchLog.recordFailed(message, record, nextAttemptAt));
      break;
    }
  }
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
  if (outcome.kind === "delivered") {
    const eventTypes = message.formation?.eventTypes ?? {};
    return { kind: "delivered", events: message.events, durationMs, status: outcome.status, eventTypes };
  }
  return { kind: "failed", attempt: message.attempt, reason: outcome.reason, durationMs, status: outcome.status };
};

/**
 * Where the body of a batch waits: its owner may look at it, and ask for another attempt. When it cannot be stored it stays
 * in the message, which is all that delivery needs.
 */
const bodyToWait = async (deps: SettleDeps, message: DeliveryMessage): Promise<BodyPlace> => {
  try {
    return await deps.bodies.keep(message);
  } catch (error) {
    deps.telemetry.recordNotWritten({ ...factsOf(message), error });
    return message.body;
  }
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

/**
 * A body that came inside its message may be stored all the same: by an invocation that put it aside to wait and ended
 * before the message that names the object was on the queue.
 */
const mayBeStored = ({ body }: DeliveryMessage, isFirst: boolean): boolean => body.kind === "stored" || !isFirst;

interface SplitDeps {
  readonly bodies: Bodies;
  readonly retries: RetryQueue;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Puts the two halves of a batch on the queue as batches of their own, within its retry window, and returns their ids. */
const splitBatch = async (
  deps: SplitDeps,
  message: DeliveryMessage,
  firstAttemptAt: number,
): Promise<readonly string[]> => {
  const { parked: _, redelivery: _redelivery, ...batch } = message;
  const { webhookId } = batch;
  const closedAt = new Date(deps.now()).toISOString();
  const whole = await loadBody(deps.bodies, message);
  const parts = splitBody(batch.batchId, await decodeBody(whole, batch.bytes));
  for (const { batchId, events, eventTypes, body } of parts) {
    const encoded = await encodeBody(body, whole.encoding);
    const place = await deps.bodies.place({ webhookId, batchId, body: encoded });
    const batchSize = batch.formation?.batchSize ?? batch.events;
    const formation = { closedBy: "split", closedAt, batchSize, eventTypes, splitFrom: batch.batchId } as const;
    const part = { batchId, events, bytes: body.length, body: place, attempt: 1, firstAttemptAt, formation };
    await deps.retries.send({ ...batch, ...part }, 0);
  }
  return parts.map(({ batchId }) => batchId);
};
