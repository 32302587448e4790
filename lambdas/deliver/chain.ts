import type { ChainMessage } from "#shared/contract/chain-message.ts";
import type { ExpiryReason } from "#shared/contract/words.ts";
import { maxFastChainMs } from "#shared/contract/limits.ts";
import type { Part } from "#shared/delivery/cut.ts";
import { slowOf } from "#shared/delivery/message.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import { encodeCut, loadStored } from "./batch-body.ts";
import { type Cutter, createCutter } from "./cutter.ts";
import { leaveGate, type Look, type Passage, lookAhead, passGate } from "./gate.ts";
import { keepAfterAll } from "./keep.ts";
import {
  type ChainDeps,
  type Halt,
  type Rest,
  endChain,
  expireRest,
  expiryOf,
  parkRest,
  passOn,
  restRefOf,
} from "./rest.ts";
import { claimMs, settlePart, ttlFrom } from "./settle.ts";
import { inTurn, type Turn } from "./turn.ts";

/**
 * Cuts batches from the front of a chain and makes the first attempt of each, one after the other; one that fails goes to the
 * queue of retries alone, and the chain goes on. What there is no time for is passed on before the message is acknowledged.
 *
 * Every batch is claimed before its POST, as all batches are, and nobody skips a batch that another worker has claimed: of
 * workers with the same chain one makes a POST at a time. The chain's own claim keeps the others from looking at all batches.
 *
 * @param hasTime whether the invocation has time for one more attempt
 */
export const settleChain = async (deps: ChainDeps, message: ChainMessage, hasTime: () => boolean): Promise<void> => {
  const ahead = await lookAhead(deps, message, isOnFastLane(message));
  const { next, parkedSince } = message;
  const isOver = expiryOf(deps, { message, next, parkedSince }) !== undefined;
  await inTurn(deps, message, { ...ahead, isOver }, (turn, look) =>
    claimAndSettle(deps, { message, turn, look, hasTime }),
  );
};

const claimAndSettle = async (
  deps: ChainDeps,
  { hasTime, ...work }: Pick<Work, "message" | "turn" | "look"> & { readonly hasTime: () => boolean },
): Promise<void> => {
  const { message } = work;
  const isFast = isOnFastLane(message);
  const now = deps.now();
  const claim = await deps.chains.claim({ ...message, now, until: now + claimMs, ttl: ttlFrom(now, deps) });
  switch (claim.kind) {
    case "passed":
      return;
    case "ended":
      return await deps.bodies.remove(message);
    case "busy":
      return await deps.retries.send(slowOf(message), delaySecondsUntil(claim.until + 1_000, now));
    case "claimed": {
      const isInTime = (): boolean => hasTime() && (!isFast || deps.now() - now < maxFastChainMs);
      const held: Held = { passage: undefined };
      try {
        return await cutAndSettle(deps, { ...work, held, from: claim.next, restFrom: claim.restFrom, isInTime });
      } finally {
        await leaveGate(deps, message, { ...held, hasPosted: false, now: deps.now() });
      }
    }
  }
};

/** Whether a chain's message is on the queue of deliveries, which no target may hold for long. */
const isOnFastLane = ({ hop, slow, parked, redelivery }: ChainMessage): boolean =>
  hop === 0 && slow !== true && parked !== true && redelivery !== true;

/** The passage that a chain has and has made no POST with: whoever holds the one probe of an open breaker keeps it until then. */
interface Held {
  passage: Passage | undefined;
}

interface Work {
  readonly message: ChainMessage;
  /** Number of the first event that has not been cut. */
  readonly from: number;
  /** Where a rest began that may be recorded as waiting. */
  readonly restFrom: number | undefined;
  readonly look: Look | undefined;
  readonly turn: Turn;
  readonly held: Held;
  readonly isInTime: () => boolean;
}

const cutAndSettle = async (deps: ChainDeps, work: Work): Promise<void> => {
  const { message, from, turn, held, isInTime } = work;
  const cutter = createCutter(deps, message, await loadStored(deps.bodies, message.body));
  let rest: Rest = { message, next: from, parkedSince: message.parkedSince };
  let { restFrom, look } = work;
  let asker: Asker = message;
  for (const part of cutter.partsFrom(from)) {
    await cutter.putDamagedAside();
    if (rest.next > from && !isInTime()) return await passOn(deps, rest);
    const reason = expiryOf(deps, rest);
    if (reason === undefined && held.passage === undefined && look === undefined) {
      // The target may have become slow since the batch before.
      const admittance = await turn.take();
      if (admittance.kind === "wait") return await passOn(deps, rest, deps.now() + admittance.delaySeconds * 1_000);
      look = admittance.look;
    }
    if (reason === undefined) held.passage ??= await passGate(deps, asker, { now: deps.now(), look });
    const { passage } = held;
    look = undefined;
    if (reason !== undefined || passage?.kind !== "go" || passage.health === undefined) {
      const isBegun = await leaveAlone(deps, cutter, part);
      if (!isBegun) return await halt(deps, { cutter, rest, restFrom, passage, reason });
      rest = { ...rest, next: part.next };
      continue;
    }
    if (restFrom !== undefined) await deps.batchLog.removeRest(restRefOf(message, restFrom));
    restFrom = undefined;
    const { health } = passage;
    const { settingsRevision } = health;
    const { parkedSince } = rest;
    const batch = cutter.batchOf(part, { settingsRevision, firstAttemptAt: parkedSince });
    const settled = await settlePart(deps, batch, health);
    if (settled.kind === "busy") return await passOn(deps, rest, settled.until + 1_000);
    const isMoving = settled.kind === "attempted" && settled.isDelivered;
    rest = { message, next: part.next, parkedSince: isMoving ? undefined : parkedSince };
    if (settled.kind === "done") continue;
    await leaveGate(deps, message, { ...held, hasPosted: true, now: deps.now() });
    held.passage = undefined;
    asker = { customerId: message.customerId, webhookId: message.webhookId };
  }
  await cutter.putDamagedAside();
  await endChain(deps, message, restFrom);
};

/** Who asks to pass the gate. What was asked of a chain, or has made it wait, holds for its next attempt alone. */
type Asker = Parameters<typeof passGate>[1];

/** Parks what is left of a chain, or lets it expire. */
const halt = async (
  deps: ChainDeps,
  {
    passage,
    reason,
    ...rest
  }: Halt & { readonly passage: Passage | undefined; readonly reason: ExpiryReason | undefined },
): Promise<void> => {
  if (reason === undefined && passage?.kind === "park") await parkRest(deps, rest, passage);
  else await expireRest(deps, rest, reason ?? "webhook_deleted");
};

/**
 * Whether a batch that is not to be attempted now has been claimed before, by a worker that died or got ahead. It is none of the
 * rest then; if its attempt was not recorded, it goes on by itself, and if it was delivered, its body is kept as its record says.
 */
const leaveAlone = async (deps: ChainDeps, cutter: Cutter, part: Part): Promise<boolean> => {
  const found = await deps.batchLog.find(cutter.refOf(part));
  if (found === undefined) return false;
  const { recordedAttempts, settingsRevision, state, webhookId } = found;
  if (settingsRevision === undefined) return true;
  const facts = { settingsRevision, firstAttemptAt: Date.parse(found.firstAttemptAt) };
  if (found.kept !== undefined) await keepAfterAll(deps, cutter.batchOf(part, facts), found);
  if (state !== "sending" || recordedAttempts > 0) return true;
  const { body: cut, ...batch } = cutter.batchOf(part, facts);
  const body = await deps.bodies.place({ webhookId, batchId: batch.batchId, body: await encodeCut(cut) });
  await deps.retries.send(slowOf({ ...batch, body }), 0);
  return true;
};
