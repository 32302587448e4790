import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { deliverTimeoutSeconds } from "#shared/contract/limits.ts";
import type { ExpiryReason } from "#shared/contract/words.ts";
import { countedAs, type Outcome, nextStep } from "./outcome.ts";
import { isRefusal, refusedAfter, shouldSplit, splitBatch } from "./split.ts";
import { isOnFastLane, parkedOf, retryOf } from "#shared/delivery/message.ts";
import type { AttemptRecord, BatchRef, BatchRequest } from "#shared/delivery/record.ts";
import { cutoffOf, delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { WebhookHealth } from "#shared/webhooks/webhook.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import {
  type AttemptDeps,
  type AttemptResult,
  type AttemptedBody,
  answerMsOf,
  attemptDelivery,
  toAttemptRecord,
} from "./attempt.ts";
import { type CutBatch, type DueBatch, loadBody, placeOf, removeBody } from "./batch-body.ts";
import { type GateDeps, leaveGate, type Look, lookAhead, passGate, reportToGate } from "./gate.ts";
import { type TellDeps, tellAfterAttempt, tellIfAtRisk, tellOfExpiry, waitingOf } from "./tell.ts";
import { type KeepDeps, keepAfterAll, keepBody, keptFor } from "./keep.ts";
import { count, factsOf, written } from "./written.ts";
import { hasWaitedTooLong, inTurn, type TurnDeps } from "./turn.ts";
import { watchPosts } from "./watch.ts";
import type { BatchStore, BodyStore, DeliveryHourStore, DeliveryQueue } from "#shared/stores.ts";

export interface SettleDeps extends AttemptDeps, GateDeps, KeepDeps, TurnDeps, TellDeps {
  readonly health: GateDeps["health"];
  readonly batchLog: BatchStore;
  readonly bodies: Omit<BodyStore, "find">;
  readonly deliveryHours: Pick<DeliveryHourStore, "count">;
  readonly retries: Pick<DeliveryQueue, "send">;
  readonly recordRetentionDays: number;
  readonly telemetry: Telemetry;
}

/** Longer than any invocation lives, so that a claim outlasts the POST that it protects. */
export const claimMs = (deliverTimeoutSeconds + 5) * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

/** When (Unix seconds) a record may be swept that is written now (Unix milliseconds). */
export const ttlFrom = (now: number, { recordRetentionDays }: Pick<SettleDeps, "recordRetentionDays">): number =>
  Math.floor((now + recordRetentionDays * dayMs) / 1_000);

/**
 * Makes one attempt of one batch, or parks it, and sees to what follows. The order is what keeps invariants in a crash at any
 * point: turn, claim, cutoff, gate, POST, put what follows on the queue, record, acknowledge. Until the message is acknowledged it
 * comes again, and the record then tells a duplicate from an attempt that is still due. Only a batch that would be POSTed
 * reaches the gate: a duplicate, or a batch that expires, must not take the one probe of an open breaker.
 */
export const settle = async (deps: SettleDeps, message: DeliveryMessage): Promise<void> => {
  const ahead = await lookAhead(deps, message, isOnFastLane(message));
  const isOver = hasWaitedTooLong(deps, message);
  await inTurn(deps, message, { ...ahead, isOver }, (_turn, look) => settleInTurn(deps, message, look));
};

const settleInTurn = async (deps: SettleDeps, message: DeliveryMessage, look: Look | undefined): Promise<void> => {
  const now = deps.now();
  const request = batchRequest(deps, message, now);
  const claim = await deps.batchLog.claim({ ...request, until: now + claimMs });
  switch (claim.kind) {
    case "recorded":
      return;
    case "ended":
      await keepAfterAll(deps, message, claim);
      return await removeBody(deps.bodies, message);
    case "busy":
      return await deps.retries.send(message, delaySecondsUntil(claim.until + 1_000, now));
    case "claimed": {
      const cutoff = cutoffOf(claim.firstAttemptAt, deps.clock);
      if (now >= cutoff) return await expire(deps, message);
      if (hasWaitedTooLong(deps, message)) return await expire(deps, message, "backlog");
      const passage = await passGate(deps, message, { now, look });
      if (passage.kind === "park") {
        const { firstAttemptAt } = claim;
        await park(deps, { ...message, firstAttemptAt }, { until: Math.min(passage.until, cutoff), now });
        return await written(deps, message, tellIfAtRisk(deps, { message, firstAttemptAt, health: passage.health }));
      }
      let outcome: Outcome | undefined;
      try {
        outcome = await attemptAndSettle(deps, { message, ...claim, health: passage.health });
      } finally {
        await leaveGate(deps, message, { passage, hasPosted: outcome !== undefined, now: deps.now() });
      }
    }
  }
};

const batchRequest = (deps: SettleDeps, message: DueBatch, now: number): BatchRequest => {
  const firstAttemptAt = message.firstAttemptAt ?? now;
  const cutoff = cutoffOf(firstAttemptAt, deps.clock);
  return { ...message, now, firstAttemptAt, cutoff, ttl: ttlFrom(now, deps) };
};

/**
 * Makes the first attempt of a batch that has just been cut from a chain, and sees to what follows for this batch. Of several
 * workers that cut the same chain one makes the attempt.
 */
export const settlePart = async (
  deps: SettleDeps,
  message: CutBatch,
  health: WebhookHealth,
): Promise<
  | { readonly kind: "attempted"; readonly isDelivered: boolean }
  /** Its attempt was made before: it has ended, or waits for a retry of its own. */
  | { readonly kind: "done" }
  /** Another invocation makes its attempt, until then at the latest (Unix milliseconds). */
  | { readonly kind: "busy"; readonly until: number }
> => {
  const now = deps.now();
  const request = batchRequest(deps, message, now);
  const claim = await deps.batchLog.claim({ ...request, until: now + claimMs });
  switch (claim.kind) {
    case "busy":
      return claim;
    case "ended":
      await keepAfterAll(deps, message, claim);
      await removeBody(deps.bodies, message);
      return { kind: "done" };
    case "recorded":
      return { kind: "done" };
    case "claimed": {
      if (claim.isFirst) deps.telemetry.batchCut();
      if (now >= cutoffOf(claim.firstAttemptAt, deps.clock)) {
        await expire(deps, message);
        return { kind: "done" };
      }
      const outcome = await attemptAndSettle(deps, { message, ...claim, health });
      return outcome === undefined
        ? { kind: "done" }
        : { kind: "attempted", isDelivered: outcome.kind === "delivered" };
    }
  }
};

const park = async (
  deps: SettleDeps,
  message: DeliveryMessage,
  { until, now }: { readonly until: number; readonly now: number },
): Promise<void> => {
  const body = await bodyToWait(deps, message);
  // The record first: after a crash in between the message comes again and parks once more, without a second copy.
  await deps.batchLog.recordParked(message, { attempt: message.attempt, nextAttemptAt: until });
  await deps.retries.send(parkedOf(message, body), delaySecondsUntil(until, now));
  deps.telemetry.batchParked({ ...factsOf(message), until: new Date(until).toISOString() });
};

const expire = async (deps: SettleDeps, message: DueBatch, reason?: ExpiryReason): Promise<undefined> => {
  const now = deps.now();
  await written(deps, message, tellOfExpiry(deps, message, waitingOf(message)));
  await deps.batchLog.recordExpired(message, now, reason);
  deps.telemetry.batchExpired(factsOf(message));
  await count(deps, message, { at: now, what: { kind: "expired" } });
  await removeBody(deps.bodies, message);
};

/** Makes the attempt; undefined when there was nothing to send. */
const attemptAndSettle = async (
  deps: SettleDeps,
  input: {
    readonly message: DueBatch;
    readonly firstAttemptAt: number;
    readonly isFirst: boolean;
    readonly health: WebhookHealth | undefined;
  },
): Promise<Outcome | undefined> => {
  const { message, firstAttemptAt, isFirst, health } = input;
  const startedAt = deps.now();
  const body = await loadBody(deps.bodies, message);
  const { targets, noted } = watchPosts(deps, message, health);
  const presentRevision = health?.settingsRevision;
  const result = await attemptDelivery({ ...deps, targets }, message, { body, presentRevision });
  if (result === "unreadable") return await expire(deps, message, result);
  const now = deps.now();
  const record = toAttemptRecord({ attempt: message.attempt, startedAt, result });
  deps.telemetry.attemptFinished({ ...factsOf(message), outcome: result.outcome.kind, record });
  const hasPartGotThrough = await hasGotThrough(deps, message, result.outcome);
  const isSplit = shouldSplit({ outcome: result.outcome, message, hasPartGotThrough });
  const goOn = async (): Promise<void> => {
    if (!isSplit) return await follow(deps, { message, result, body, record, firstAttemptAt, isFirst, health, now });
    const parts = await splitBatch(deps, message, firstAttemptAt);
    await written(deps, message, deps.batchLog.recordSplit(message, record, parts));
    await written(deps, message, removeBody(deps.bodies, message));
    deps.telemetry.batchSplit({ ...factsOf(message), into: parts });
  };
  // When what follows a failure cannot be put on the queue, the message comes again and makes the same attempt. The breaker sees
  // this one all the same: it holds back the next ones, or the target would get the batch every minute.
  const [gone] = await Promise.allSettled([goOn()]);
  // That a batch is too large for a target, or that it takes one part and refuses another, does not tell how the target is.
  const isTooLarge = result.outcome.status === 413 && message.events > 1;
  const counts = !isTooLarge && !(hasPartGotThrough && isRefusal(result.outcome));
  await noted();
  const reported = reportToGate(deps, { message, health, ...result, answerMs: answerMsOf(result), counts, now });
  await Promise.all([
    written(deps, message, tellAfterAttempt(deps, { message, firstAttemptAt, outcome: result.outcome, reported })),
    count(deps, message, { at: now, what: countedAs(result.outcome, message, record.durationMs) }),
  ]);
  if (gone.status === "rejected") throw gone.reason;
  return result.outcome;
};

/** Does what an attempt's outcome asks for. */
const follow = async (
  deps: SettleDeps,
  input: {
    readonly message: DueBatch;
    readonly result: AttemptResult;
    readonly body: AttemptedBody;
    readonly record: AttemptRecord;
    readonly firstAttemptAt: number;
    readonly isFirst: boolean;
    readonly health: WebhookHealth | undefined;
    readonly now: number;
  },
): Promise<void> => {
  const { message, result, body: attempted, record, firstAttemptAt, isFirst, health, now } = input;
  const { attempt } = message;
  const step = nextStep({
    outcome: result.outcome,
    attempt,
    firstAttemptAt,
    now,
    jitter: deps.jitter(),
    clock: deps.clock,
  });
  switch (step.kind) {
    case "delivered": {
      const kept = keptFor(deps, health, attempted);
      // The target has the batch: no failure from here on may lead to another POST. What the record says of a kept body comes true
      // also after a crash: the message comes again, and finds it.
      await Promise.all([
        written(deps, message, deps.batchLog.recordDelivered(message, record, { endedAt: now, kept })),
        noteGotThrough(deps, message),
        kept && keepBody(deps, message, kept, attempted),
      ]);
      if (mayBeStored(message, isFirst)) await written(deps, message, removeBody(deps.bodies, message));
      break;
    }
    case "retry":
    case "expire": {
      const body = await bodyToWait(deps, message);
      await deps.retries.send(
        retryOf({ ...message, firstAttemptAt }, body, refusedAfter(result.outcome, message.refused)),
        delaySecondsUntil(step.at, now),
      );
      const nextAttemptAt = step.kind === "retry" ? step.at : undefined;
      await written(deps, message, deps.batchLog.recordFailed(message, record, nextAttemptAt));
      break;
    }
  }
};

const rootOf = ({ webhookId, createdAt, half }: DueBatch): BatchRef | undefined =>
  half && { webhookId, createdAt, batchId: half.rootBatchId };

/** Notes at the batch that was halved first that its target has taken a part of it: other parts may be halved further. */
const noteGotThrough = async (deps: SettleDeps, message: DueBatch): Promise<void> => {
  const root = rootOf(message);
  if (root !== undefined) await written(deps, message, deps.batchLog.notePartDelivered(root));
};

/** Whether the target has taken another part of the same batch; read only when a failed part's next step depends on it. */
const hasGotThrough = async (deps: SettleDeps, message: DueBatch, outcome: Outcome): Promise<boolean> => {
  const root = rootOf(message);
  if (root === undefined || outcome.kind === "delivered") return false;
  try {
    return await deps.batchLog.hasPartDelivered(root);
  } catch (error) {
    deps.telemetry.recordNotWritten({ ...factsOf(message), error });
    return false;
  }
};

/**
 * Where the body of a batch waits: its owner may look at it, and ask for another attempt. When it cannot be stored it stays
 * in the message, which is all that delivery needs.
 */
const bodyToWait = async (deps: SettleDeps, message: DueBatch): Promise<BodyPlace> => {
  const body = await placeOf(message);
  try {
    return await deps.bodies.keep({ ...message, body });
  } catch (error) {
    deps.telemetry.recordNotWritten({ ...factsOf(message), error });
    return body;
  }
};

/**
 * A body that came inside its message may be stored all the same: by an invocation that put it aside to wait and ended
 * before the message that names the object was on the queue.
 */
const mayBeStored = ({ body }: DueBatch, isFirst: boolean): boolean => body.kind === "stored" || !isFirst;
