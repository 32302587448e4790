import type {
  AgainClaim,
  AgainRequest,
  AttemptRecord,
  BatchRef,
  BatchRequest,
  Claim,
  ClaimRequest,
} from "#shared/delivery/record.ts";
import type * as z from "zod";
import { batchItem } from "./batch-item.ts";

/** States of batches that have not ended. */
export const openStates = { ":sending": "sending", ":retrying": "retrying", ":parked": "parked" } as const;
export const isOpen = "#state IN (:sending, :retrying, :parked)";

/** Attempts of a batch that had expired which its record keeps: DynamoDB takes 400 KB, and more attempts follow. */
const keptAttempts = 5;

export const iso = (at: number): string => new Date(at).toISOString();

/** Reads the item of a batch, and changes it under a condition: undefined when that does not hold. */
interface Item {
  readonly find: (ref: BatchRef) => Promise<z.output<typeof batchItem> | undefined>;
  readonly update: (ref: BatchRef, change: Change) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** A conditional change of an item. */
export interface Change {
  readonly expression: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Claims a batch that had expired: a retry window of its own begins. Of its attempts the last ones are kept. */
const reopen = async ({ update }: Pick<Item, "update">, { request, recovery, attempts }: Reopening): Promise<Claim> => {
  const { replayId } = request;
  const taken = await update(request, {
    expression:
      "SET #state = :sending, claimedUntil = :until, settingsRevision = :settingsRevision, recovery = :recovery, " +
      "firstAttemptAt = :firstAttemptAt, expiresAt = :expiresAt, attempts = :attempts, #ttl = :ttl" +
      (replayId === undefined ? "" : ", replayId = :replayId") +
      " REMOVE endedAt, nextAttemptAt",
    condition: "#state = :expired AND (attribute_not_exists(recovery) OR recovery < :recovery)",
    names: { "#ttl": "ttl" },
    values: {
      ":sending": "sending",
      ":expired": "expired",
      ":until": request.until,
      ":settingsRevision": request.settingsRevision,
      ":recovery": recovery,
      ":firstAttemptAt": iso(request.firstAttemptAt),
      ":expiresAt": iso(request.cutoff),
      ":attempts": attempts.slice(-keptAttempts),
      ":ttl": request.ttl,
      ...(replayId === undefined ? {} : { ":replayId": replayId }),
    },
  });
  // Another copy was faster: it holds the batch, and this one looks again.
  if (taken === undefined) return { kind: "busy", until: request.now };
  return { kind: "claimed", firstAttemptAt: request.firstAttemptAt, isFirst: false };
};

interface Reopening {
  readonly request: ClaimRequest;
  /** Which recovery of the batch this is, from 1. */
  readonly recovery: number;
  /** Attempts of before. */
  readonly attempts: readonly AttemptRecord[];
}

/** Claims an attempt of a batch, as `BatchStore` says. */
export const claimBatch = async ({ find, update }: Item, request: ClaimRequest): Promise<Claim> => {
  const { recovery = 0 } = request;
  const optional = optionalAttributes(request);
  const taken = await update(request, {
    expression:
      "SET #state = :sending, claimedUntil = :until, batchId = :batchId, webhookId = :webhookId, " +
      "customerId = :customerId, createdAt = :createdAt, events = :events, #bytes = :bytes, #ttl = :ttl, " +
      "settingsRevision = :settingsRevision, " +
      "attempts = if_not_exists(attempts, :none), recordedAttempts = if_not_exists(recordedAttempts, :zero), " +
      "firstAttemptAt = if_not_exists(firstAttemptAt, :firstAttemptAt), " +
      "expiresAt = if_not_exists(expiresAt, :expiresAt), " +
      "holds = if_not_exists(holds, :zero) + :one" +
      optional.map(([name]) => `, ${name} = :${name}`).join("") +
      " REMOVE nextAttemptAt",
    condition:
      `attribute_not_exists(pk) OR (${isOpen} AND recordedAttempts < :attempt AND claimedUntil <= :now AND ` +
      "(attribute_not_exists(#recovery) OR #recovery <= :ofRecovery))",
    names: { "#bytes": "bytes", "#ttl": "ttl", "#recovery": "recovery" },
    values: {
      ...openStates,
      ":ofRecovery": recovery,
      ":until": request.until,
      ":now": request.now,
      ":attempt": request.attempt,
      ":batchId": request.batchId,
      ":webhookId": request.webhookId,
      ":customerId": request.customerId,
      ":settingsRevision": request.settingsRevision,
      ":createdAt": request.createdAt,
      ":events": request.events,
      ":bytes": request.bytes,
      ":ttl": request.ttl,
      ":none": [],
      ":zero": 0,
      ":one": 1,
      ":firstAttemptAt": iso(request.firstAttemptAt),
      ":expiresAt": iso(request.cutoff),
      ...Object.fromEntries(optional.map(([name, value]) => [`:${name}`, value])),
    },
  });
  if (taken !== undefined) {
    const firstAttemptAt = batchItem.shape.firstAttemptAt.parse(taken["firstAttemptAt"]);
    return { kind: "claimed", firstAttemptAt: Date.parse(firstAttemptAt), isFirst: taken["holds"] === 1 };
  }
  const found = await find(request);
  if (found === undefined) return { kind: "busy", until: request.now };
  const { recovery: current = 0 } = found;
  if (found.state === "expired" && recovery > current) {
    return await reopen({ update }, { request, recovery, attempts: found.attempts });
  }
  // Whoever held the batch before it expired has no part in it any more.
  if (recovery < current) return { kind: "ended" };
  if (found.state === "delivered" || found.state === "expired" || found.state === "split") {
    const { kept, endedAt } = found;
    return kept === undefined || endedAt === undefined ? { kind: "ended" } : { kind: "ended", kept, endedAt };
  }
  if (found.recordedAttempts >= request.attempt) return { kind: "recorded" };
  return { kind: "busy", until: found.claimedUntil };
};

/** Whether a delivered batch has yet to be sent again for this time. */
export const isToSendAgain = "#state = :delivered AND (attribute_not_exists(sentAgain) OR sentAgain < :again)";

/** Claims one more POST of a delivered batch, as `BatchStore` says. */
export const claimAgain = async ({ find, update }: Item, request: AgainRequest): Promise<AgainClaim> => {
  const { again, now, until } = request;
  const taken = await update(request, {
    expression: "SET claimedUntil = :until",
    condition: `${isToSendAgain} AND claimedUntil <= :now`,
    values: { ":delivered": "delivered", ":again": again, ":until": until, ":now": now },
  });
  if (taken !== undefined) return { kind: "claimed" };
  const found = await find(request);
  const isDue = found?.state === "delivered" && (found.sentAgain ?? 0) < again;
  return isDue ? { kind: "busy", until: found.claimedUntil } : { kind: "recorded" };
};

/** What a record says of how its batch came about. */
const optionalAttributes = ({
  replayId,
  recovery,
  stretch,
  formation,
}: BatchRequest): readonly (readonly [string, unknown])[] =>
  Object.entries({ replayId, recovery, stretch, ...formation }).filter(([, value]) => value !== undefined);
