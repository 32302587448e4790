import type { ChainMessage } from "#shared/contract/chain-message.ts";
import { maxChainMs } from "#shared/contract/limits.ts";
import type { ExpiryReason } from "#shared/contract/words.ts";
import { chainIdOf } from "#shared/delivery/batch.ts";
import { nextHop } from "#shared/delivery/chain.ts";
import type { BatchRef, RestRecord } from "#shared/delivery/record.ts";
import { type RetryClock, cutoffOf, delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import type { ChainStore } from "#shared/delivery/chain-store.ts";
import type { Cutter } from "./cutter.ts";
import type { Passage } from "./gate.ts";
import { tellOfExpiry, tellOfRisk } from "./tell.ts";
import { type SettleDeps, ttlFrom } from "./settle.ts";
import { count, written } from "./written.ts";

export interface ChainDeps extends SettleDeps {
  readonly chains: ChainStore;
}

/** What is left of a chain. */
export interface Rest {
  readonly message: ChainMessage;
  /** Number of its first event. */
  readonly next: number;
  /** Since when it waits without a batch being delivered: start of a retry window. Unix milliseconds. */
  readonly parkedSince: number | undefined;
}

/** A rest that does not go on now. */
export interface Halt {
  readonly cutter: Cutter;
  readonly rest: Rest;
  /** Where a rest began that may be recorded as waiting. */
  readonly restFrom: number | undefined;
}

/** When the rest of a chain expires at the latest, Unix milliseconds. */
const backlogEnd = ({ closedAt }: ChainMessage, clock: RetryClock): number =>
  Date.parse(closedAt) + maxChainMs / clock.scale;

/** Why the rest expires now; undefined when it does not. */
export const expiryOf = (
  { clock, now }: Pick<ChainDeps, "clock" | "now">,
  { message, parkedSince }: Rest,
): ExpiryReason | undefined => {
  const at = now();
  if (parkedSince !== undefined && at >= cutoffOf(parkedSince, clock)) return "retry_window";
  return at >= backlogEnd(message, clock) ? "backlog" : undefined;
};

/** Record of a rest that waits or has expired. */
export const restRefOf = (message: ChainMessage, from: number): BatchRef => ({
  webhookId: message.webhookId,
  createdAt: message.createdAt,
  batchId: chainIdOf(message, from),
});

const recordOf = (
  deps: ChainDeps,
  { cutter, rest }: Halt,
  { since, chain }: { readonly since: number; readonly chain: ChainMessage },
): RestRecord => {
  const { message, next } = rest;
  return {
    ...restRefOf(message, next),
    ...cutter.sumFrom(next),
    customerId: message.customerId,
    firstAttemptAt: since,
    cutoff: Math.min(cutoffOf(since, deps.clock), backlogEnd(message, deps.clock)),
    ttl: ttlFrom(deps.now(), deps),
    chain,
  };
};

/** Sends what is left as the next hop, and gives the chain back. `at`: when it is to go on, Unix milliseconds. */
export const passOn = async (deps: ChainDeps, rest: Rest, at = 0): Promise<void> => {
  const { message, next } = rest;
  await deps.retries.send(nextHop(message, rest), delaySecondsUntil(at, deps.now()));
  // Without it a copy of this message looks once more at the batches of this hop.
  await written(deps, message, deps.chains.passOn({ ...message, next }));
};

/**
 * Parks what is left as one message and one record. The chain notes first where the record will be, so that whoever goes on
 * removes it.
 */
export const parkRest = async (
  deps: ChainDeps,
  halt: Halt,
  { until, health }: Extract<Passage, { kind: "park" }>,
): Promise<void> => {
  const { rest, restFrom } = halt;
  const { message, next } = rest;
  const now = deps.now();
  const since = rest.parkedSince ?? now;
  if (restFrom !== undefined && restFrom !== next) await deps.batchLog.removeRest(restRefOf(message, restFrom));
  await deps.chains.noteRest(message.batchId, next);
  const body = await deps.bodies.keep(message);
  const chain: ChainMessage = { ...nextHop({ ...message, body }, { next, parkedSince: since }), parked: true };
  const record = recordOf(deps, halt, { since, chain });
  const at = Math.min(until, record.cutoff);
  await deps.batchLog.recordRestParked(record, at);
  await deps.retries.send(chain, delaySecondsUntil(at, now));
  await written(deps, message, deps.chains.passOn({ ...message, next }));
  const { batchId, webhookId, events } = record;
  deps.telemetry.batchParked({ batchId, webhookId, events, until: new Date(at).toISOString() });
  if (health !== undefined) await written(deps, message, tellOfRisk(deps, message, health, record));
};

/** The body of a rest that has expired: its record keeps nothing of the events. An empty one, as every chain has a body. */
const noBody = { kind: "inline", frames: "" } as const;

/** Records what is left as expired, as one, and ends the chain. */
export const expireRest = async (deps: ChainDeps, halt: Halt, reason: ExpiryReason): Promise<void> => {
  const { rest, restFrom } = halt;
  const { message, parkedSince } = rest;
  const at = deps.now();
  const record = recordOf(deps, halt, { since: parkedSince ?? at, chain: { ...nextHop(message, rest), body: noBody } });
  await written(deps, message, tellOfExpiry(deps, message, record));
  if (await deps.batchLog.recordRestExpired(record, { at, reason })) {
    const { batchId, webhookId, events } = record;
    deps.telemetry.batchExpired({ batchId, webhookId, events });
    await count(deps, message, { at, what: { kind: "expired" } });
  }
  await endChain(deps, message, restFrom);
};

/** Ends a chain, and removes what is left of it: the record of a rest that waited, and the body. */
export const endChain = async (deps: ChainDeps, message: ChainMessage, restFrom: number | undefined): Promise<void> => {
  const noted = await deps.chains.end(message.batchId, ttlFrom(deps.now(), deps));
  for (const from of new Set([restFrom, noted])) {
    if (from !== undefined) await deps.batchLog.removeRest(restRefOf(message, from));
  }
  // A body that came inside its message is an object, too, if the chain has ever been parked.
  if (message.body.kind === "stored" || noted !== undefined) await deps.bodies.remove(message);
};
