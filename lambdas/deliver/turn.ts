import { isChain, type QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { maxChainMs } from "#shared/contract/limits.ts";
import { slowOf, waitingOf } from "#shared/delivery/message.ts";
import { cutoffOf } from "#shared/delivery/retry-schedule.ts";
import { type TurnStore, askForTurn, needsTurn } from "#shared/delivery/turns.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { DeliveryQueue } from "#shared/stores.ts";
import type { Ahead, GateDeps, Look } from "./gate.ts";

export interface TurnDeps extends Pick<GateDeps, "health" | "clock" | "jitter"> {
  readonly turns: TurnStore;
  readonly retries: Pick<DeliveryQueue, "send">;
  readonly telemetry: Pick<Telemetry, "recordNotWritten" | "turnAwaited">;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/**
 * Does what a message asks for when it is its turn, unless it may hold its lane: then that is done on the queue of retries. There
 * the message also waits for its turn: it costs a read of the webhook each time it looks, and neither counts as an attempt nor
 * leaves a record.
 *
 * @param way.isOver whether nothing is left to do for it that needs a turn
 */
export const inTurn = async (
  deps: TurnDeps,
  message: QueueMessage,
  way: Ahead & { readonly isOver: boolean },
  work: (turn: Turn, look: Look | undefined) => Promise<void>,
): Promise<void> => {
  const turn = turnOf(deps, message);
  try {
    const admittance = way.isOver ? ({ kind: "go", look: way.look } as const) : await turn.take(way.look);
    const { batchId, webhookId, events, waitingSince } = message;
    const now = deps.now();
    const told = { batchId, webhookId, events, waitedMs: Math.max(0, now - (waitingSince ?? now)) };
    if (admittance.kind === "wait") {
      deps.telemetry.turnAwaited({ ...told, isOver: false });
      return await deps.retries.send(waitingOf(message, waitingSince ?? now), admittance.delaySeconds);
    }
    if (way.mayHoldLane) return await deps.retries.send(slowOf(message), 0);
    if (waitingSince !== undefined && !way.isOver) deps.telemetry.turnAwaited({ ...told, isOver: true });
    await work(turn, admittance.look);
  } finally {
    await turn.leave();
  }
};

/** Whether a batch has waited for its turn until it must end without one. */
export const hasWaitedTooLong = (
  { clock, now }: Pick<TurnDeps, "clock" | "now">,
  { firstAttemptAt, waitingSince }: Pick<DeliveryMessage, "firstAttemptAt" | "waitingSince">,
): boolean => {
  if (waitingSince === undefined) return false;
  const at = now();
  if (firstAttemptAt !== undefined && at >= cutoffOf(firstAttemptAt, clock)) return true;
  return at >= waitingSince + maxChainMs / clock.scale;
};

/** How often a turn is asked for when others change the turns at the same time. */
const maxTries = 4;

/** Whether a batch may go on to its gate. It has a look at the webhook, unless it has had a turn before. */
type Admittance =
  | { readonly kind: "go"; readonly look?: Look | undefined }
  | { readonly kind: "wait"; readonly delaySeconds: number };

/** The turn of one message. */
export interface Turn {
  /** Asks for a turn if the target is one that needs it, and this message has none yet. */
  readonly take: (look?: Look) => Promise<Admittance>;
  /** Gives the turn back, if there is one. Never throws: a turn that is not given back ends by itself. */
  readonly leave: () => Promise<void>;
}

/**
 * Turns of a message at a target that answers slowly: one for all POSTs that its invocation makes for it. It lasts longer than
 * the invocation may, so that it is given back, or the function has died and makes no POST any more.
 */
const turnOf = (deps: TurnDeps, message: QueueMessage): Turn => {
  const { batchId, webhookId, customerId, events } = message;
  const { firstAttemptAt, again } = isChain(message) ? {} : message;
  const isAsked = message.redelivery === true || again !== undefined;
  // Also when it may be held: a change may take effect though its answer is lost.
  let isHeld = false;
  return {
    take: async (look) => {
      if (isHeld) return { kind: "go", look };
      let triedUntil: number | undefined;
      for (let attempt = 1; attempt <= maxTries; attempt += 1) {
        const now = deps.now();
        const health =
          attempt === 1 && look !== undefined ? look.health : await deps.health.readHealth(customerId, webhookId);
        if (health === undefined || !needsTurn(health, now, isAsked)) return { kind: "go", look: { health } };
        // The repeat of a change whose answer was lost finds it made, and is refused.
        isHeld = triedUntil !== undefined && health.turns.held[batchId] === triedUntil;
        if (isHeld) return { kind: "go", look: { health } };
        const { waitingSince = now } = message;
        // A batch whose retry window runs does not wait for those that came after it.
        const asker = { id: batchId, since: firstAttemptAt ?? waitingSince, waitingSince };
        const answer = askForTurn(health, asker, { now, clock: deps.clock, random: deps.jitter() });
        const change = { customerId, webhookId, turns: answer.turns, expectedRevision: health.turnsRevision };
        isHeld = answer.kind === "go";
        triedUntil = isHeld ? answer.turns.held[batchId] : undefined;
        if (answer.turns !== health.turns && !(await deps.turns.change(change))) {
          isHeld = false;
          continue;
        }
        if (answer.kind === "wait") return { kind: "wait", delaySeconds: answer.delaySeconds };
        return { kind: "go", look: { health } };
      }
      return { kind: "wait", delaySeconds: 1 };
    },

    leave: async () => {
      if (!isHeld) return;
      isHeld = false;
      try {
        await deps.turns.leave({ customerId, webhookId, batchId });
      } catch (error) {
        deps.telemetry.recordNotWritten({ batchId, webhookId, events, error });
      }
    },
  };
};
