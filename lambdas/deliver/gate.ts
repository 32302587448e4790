import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { DueBatch } from "./batch-body.ts";
import type { Outcome } from "./outcome.ts";
import { admit, type BreakerEvent, stepBreaker } from "#shared/delivery/breaker.ts";
import { recentAnswerMs } from "#shared/delivery/turns.ts";
import type { RetryClock } from "#shared/delivery/retry-schedule.ts";
import type { AttemptNote, WebhookHealth } from "#shared/webhooks/webhook.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { WebhookStore } from "#shared/stores.ts";

export interface GateDeps {
  readonly health: Pick<WebhookStore, "readHealth" | "changeBreaker" | "noteAttempt">;
  readonly clock: RetryClock;
  /** From 0 to 1. */
  readonly jitter: () => number;
  readonly telemetry: Pick<Telemetry, "breakerChanged" | "recordNotWritten">;
}

/** How long a paused webhook's batches wait before they look again. */
const pausedMs = 60_000;
/** How often a change of the breaker is tried when others change it at the same time. */
const maxTries = 4;

/** Without health: the webhook is gone. `probeUntil`: it is the one probe of an open breaker, until then at the latest. */
export type Passage =
  | { readonly kind: "go"; readonly health?: WebhookHealth; readonly probeUntil?: number }
  | { readonly kind: "park"; readonly until: number; readonly health?: WebhookHealth };

/** What a webhook remembers of its deliveries, as of a moment ago. Without health: the webhook is gone. */
export interface Look {
  readonly health: WebhookHealth | undefined;
}

/** What a batch finds before it asks for its turn. */
export interface Ahead {
  readonly look?: Look;
  /** It is on the lane of first attempts, which its attempt may hold for seconds. */
  readonly mayHoldLane: boolean;
}

/**
 * Looks at a webhook before its batch is claimed, when the batch is on the lane of first attempts. An attempt there may hold
 * the lane for seconds if the last one for the same webhook timed out. A batch that waits for a breaker is parked before any
 * POST, and holds nothing.
 */
export const lookAhead = async (
  { health }: Pick<GateDeps, "health">,
  message: Pick<QueueMessage, "customerId" | "webhookId">,
  isOnFastLane: boolean,
): Promise<Ahead> => {
  if (!isOnFastLane) return { mayHoldLane: false };
  const look = { health: await health.readHealth(message.customerId, message.webhookId) };
  const breaker = look.health?.breaker;
  return { look, mayHoldLane: breaker?.kind === "closed" && breaker.timedOut === true };
};

/**
 * Decides whether a batch may be POSTed now. While a breaker is open, the batch that manages to change it to half-open goes
 * as the one probe. Batches of a deleted webhook go: they drain. So does one whose owner asked for the attempt.
 */
export const passGate = async (
  deps: GateDeps,
  message: Pick<QueueMessage, "customerId" | "webhookId" | "parked" | "redelivery">,
  { now, look }: { readonly now: number; readonly look?: Look | undefined },
): Promise<Passage> => {
  const { customerId, webhookId } = message;
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const { health } =
      attempt === 1 && look !== undefined ? look : { health: await deps.health.readHealth(customerId, webhookId) };
    if (health === undefined) return { kind: "go" };
    if (!health.active) {
      return { kind: "park", until: now + (pausedMs * (1 + deps.jitter())) / deps.clock.scale, health };
    }
    if (message.redelivery === true) return { kind: "go", health };
    const isParked = message.parked === true;
    const admission = admit(health.breaker, { now, isParked, random: deps.jitter(), clock: deps.clock });
    if (admission.kind === "park") return { ...admission, health };
    if (admission.kind === "go") return { kind: "go", health };
    const event = { kind: "probe_started" } as const;
    const changed = await changeBreaker(deps, { message, health, event, now });
    if (changed?.breaker.kind === "half_open")
      return { kind: "go", health: changed, probeUntil: changed.breaker.until };
    if (changed !== undefined) return { kind: "go", health: changed };
  }
  return { kind: "park", until: now + (pausedMs * deps.jitter()) / deps.clock.scale };
};

/**
 * Tells the breaker how an attempt ended, and notes when the last one succeeded or failed: both in one write, if the breaker has not
 * changed since the attempt began. Returns the webhook's health as far as it is known then.
 */
export const reportToGate = async (
  deps: GateDeps,
  input: {
    readonly message: Pick<DueBatch, "customerId" | "webhookId" | "attempt" | "parked">;
    /** As of when the attempt began. */
    readonly health: WebhookHealth | undefined;
    readonly outcome: Outcome;
    /** Whether it tells how the target is; otherwise it is noted, and the breaker stays as it was. */
    readonly counts: boolean;
    /** How long the target has taken for the POST, milliseconds, if it has had it. */
    readonly answerMs: number | undefined;
    readonly now: number;
  },
): Promise<WebhookHealth | undefined> => {
  const { message, outcome, now } = input;
  const isDelivered = outcome.kind === "delivered";
  const event: BreakerEvent = isDelivered ? { kind: "succeeded" } : { kind: "failed", reason: outcome.reason };
  const { customerId, webhookId } = message;
  const hadWaited = message.attempt > 1 || message.parked === true;
  const kind = !isDelivered ? "failure" : hadWaited ? "recovery" : "success";
  const answerMs = input.answerMs === undefined ? undefined : recentAnswerMs(input.health?.answerMs, input.answerMs);
  const note = { kind, at: new Date(now).toISOString(), answerMs } as const;
  let { health } = input;
  for (let attempt = 1; attempt <= maxTries && health !== undefined; attempt += 1) {
    const changed = input.counts ? await changeBreaker(deps, { message, health, event, now, note }) : health;
    if (changed === health) break;
    if (changed !== undefined) return changed;
    health = await deps.health.readHealth(customerId, webhookId);
  }
  await deps.health.noteAttempt({ customerId, webhookId, ...note });
  return health;
};

/**
 * Ends a passage. If this batch was the breaker's probe and told it nothing, the next one probes: at once when no POST was made,
 * after a pause when one was made that does not count. Never throws: a probe that is not given back ends by itself.
 */
export const leaveGate = async (
  deps: GateDeps,
  message: Pick<QueueMessage, "customerId" | "webhookId" | "batchId" | "events">,
  end: { readonly passage: Passage | undefined; readonly hasPosted: boolean; readonly now: number },
): Promise<void> => {
  const { passage, hasPosted, now } = end;
  if (passage?.kind !== "go" || passage.probeUntil === undefined) return;
  const event = { kind: "probe_returned", until: passage.probeUntil, hasPosted } as const;
  const { batchId, webhookId, customerId, events } = message;
  try {
    for (let attempt = 1; attempt <= maxTries; attempt += 1) {
      const health = await deps.health.readHealth(customerId, webhookId);
      if (health === undefined || (await changeBreaker(deps, { message, health, event, now }))) return;
    }
  } catch (error) {
    deps.telemetry.recordNotWritten({ batchId, webhookId, events, error });
  }
};

/**
 * Stores what an event makes of a breaker, and returns the health with it: the same object, and nothing is written, when it makes
 * nothing of it. Undefined when another has changed the breaker meanwhile.
 */
const changeBreaker = async (
  deps: GateDeps,
  input: {
    readonly message: Pick<QueueMessage, "customerId" | "webhookId">;
    readonly health: WebhookHealth;
    readonly event: BreakerEvent;
    readonly now: number;
    /** The attempt that the event is about. */
    readonly note?: AttemptNote;
  },
): Promise<WebhookHealth | undefined> => {
  const { message, health, event, now, note } = input;
  const breaker = stepBreaker(health.breaker, event, { now, clock: deps.clock });
  if (breaker === health.breaker) return health;
  const { customerId, webhookId } = message;
  const change = { customerId, webhookId, breaker, expectedRevision: health.breakerRevision, ...(note && { note }) };
  if (!(await deps.health.changeBreaker(change))) return undefined;
  if (breaker.kind !== health.breaker.kind) {
    deps.telemetry.breakerChanged({ webhookId, from: health.breaker.kind, to: breaker.kind });
  }
  return { ...health, breaker, breakerRevision: health.breakerRevision + 1 };
};
