import * as z from "zod";
import { chainMessage } from "#shared/contract/chain-message.ts";
import { bodyEncodings, stretch } from "#shared/contract/delivery-message.ts";
import { batchStates, closedBy, expiryReasons, failureReasons } from "#shared/contract/words.ts";
import type { AttemptRecord, BatchOrigin, BatchRef, BatchSummary } from "#shared/delivery/record.ts";

const lastAttemptItem = z.object({
  attempt: z.number(),
  at: z.string(),
  durationMs: z.number(),
  status: z.number().exactOptional(),
  reason: z.enum(failureReasons).exactOptional(),
  errorCode: z.string().exactOptional(),
});

const phase = z.number().exactOptional();
const attemptItem = lastAttemptItem.extend({
  timings: z.object({ dnsMs: phase, connectMs: phase, tlsMs: phase, uploadMs: phase, waitMs: phase }).exactOptional(),
  bytesSent: z.number().exactOptional(),
  responseHeaders: z.record(z.string(), z.string()).exactOptional(),
  excerpt: z.string().exactOptional(),
  isTruncated: z.boolean().exactOptional(),
  again: z.literal(true).exactOptional(),
  nextAttemptAt: z.string().exactOptional(),
});

const common = z.object({
  batchId: z.string(),
  createdAt: z.string(),
  state: z.enum(batchStates),
  events: z.number(),
  bytes: z.number(),
  /** End of the retry window. */
  expiresAt: z.string(),
  nextAttemptAt: z.string().exactOptional(),
  endedAt: z.string().exactOptional(),
  splitInto: z.array(z.string()).exactOptional(),
  splitFrom: z.string().exactOptional(),
  replayId: z.string().exactOptional(),
  closedBy: z.enum(closedBy).exactOptional(),
  closedAt: z.string().exactOptional(),
  batchSize: z.number().exactOptional(),
  kept: z.object({ days: z.number(), encoding: z.enum(bodyEncodings) }).exactOptional(),
  /** Attempts with a recorded outcome; an attempt of this number or less is a duplicate. */
  recordedAttempts: z.number(),
});

/** A batch as it is stored. */
export const batchItem = common.extend({
  webhookId: z.string(),
  customerId: z.string(),
  attempts: z.array(attemptItem),
  firstAttemptAt: z.string(),
  /** Absent in records of earlier versions. */
  settingsRevision: z.number().exactOptional(),
  eventTypes: z.record(z.string(), z.number()).exactOptional(),
  /** The target has taken a part of it, after it was split. */
  hasPartDelivered: z.boolean().exactOptional(),
  recovery: z.number().exactOptional(),
  /** Absent in records of earlier versions. */
  stretch: stretch.exactOptional(),
  chain: chainMessage.exactOptional(),
  expiredFor: z.enum(expiryReasons).exactOptional(),
  sentAgain: z.number().exactOptional(),
  /** Until when (Unix milliseconds) an invocation holds the batch. */
  claimedUntil: z.number(),
  /** When (Unix seconds) the table may sweep it. */
  ttl: z.number(),
});

const summaryItem = common.extend({ lastAttempt: lastAttemptItem.exactOptional() });

/** Reads a row of a list, which has the attributes of `batchSummaryAttributes`. */
export const parseSummary = (webhookId: string, found: Readonly<Record<string, unknown>>): BatchSummary => {
  const { recordedAttempts, ...summary } = summaryItem.parse(found);
  return { ...summary, webhookId, attempts: recordedAttempts };
};

const originItem = common.pick({ batchId: true, createdAt: true, state: true, events: true, closedBy: true }).extend({
  stretch: stretch.exactOptional(),
  chain: chainMessage
    .pick({
      shard: true,
      firstSequenceNumber: true,
      lastSequenceNumber: true,
      revision: true,
      next: true,
      events: true,
    })
    .exactOptional(),
});

/** Reads where a batch stands on the stream; undefined for one of which that is not known. */
export const parseOrigin = (found: Readonly<Record<string, unknown>>): BatchOrigin | undefined => {
  const { stretch: own, chain, events, closedBy: closing, ...batch } = originItem.parse(found);
  if (own !== undefined) {
    const { firstSequenceNumber, lastSequenceNumber, revision, replayId, skip } = own;
    const first = own.first + (skip ?? 0);
    return {
      ...batch,
      firstSequenceNumber,
      lastSequenceNumber,
      revision,
      first,
      next: skip === undefined ? own.next : first + events,
      isWhole: first === 0 && skip === undefined && closing === "window",
      ...(replayId === undefined ? {} : { replayId }),
    };
  }
  if (chain === undefined) return undefined;
  const { firstSequenceNumber, lastSequenceNumber, revision } = chain;
  return {
    ...batch,
    firstSequenceNumber,
    lastSequenceNumber,
    revision,
    first: chain.next,
    next: chain.events,
    isWhole: chain.next === 0,
  };
};

/** What a list shows of an attempt. Lists would read a thousand characters of each attempt to show none. */
export const lastAttemptOf = ({ attempt, at, durationMs, status, reason, errorCode }: AttemptRecord) => ({
  attempt,
  at,
  durationMs,
  status,
  reason,
  errorCode,
});

/** Sort key: by time, then by batch. */
export const sortKeyOf = ({ createdAt, batchId }: Omit<BatchRef, "webhookId">): string => `${createdAt}#${batchId}`;

/** Key of a batch's item. */
export const batchKeyOf = (ref: BatchRef) => ({ pk: ref.webhookId, sk: sortKeyOf(ref) });
