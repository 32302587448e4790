import {
  type Attempt,
  type Batch,
  type BatchWithAttempts,
  batchStatusQuery,
  batchesQuery,
} from "#shared/contract/api/batch.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import type { Timings } from "#shared/contract/api/probe.ts";
import { validate, errors } from "#shared/errors.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { findWebhook, findWebhookById } from "../webhooks/read.ts";
import * as z from "zod";
import {
  type AttemptRecord,
  type BatchPosition,
  type BatchRecord,
  type BatchSummary,
  failedAttemptsOf,
  isWaiting,
} from "#shared/delivery/record.ts";
import { readableUntil } from "#shared/delivery/kept-body.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { remedyFor } from "../remedies.ts";
import type { OutboundTimings } from "#shared/delivery/outbound.ts";
import { bytesOfOpaqueText, toOpaqueText } from "#shared/runtime/opaque-text.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** `GET /webhooks/{id}/batches`: every batch, newest first unless asked otherwise, also those delivered at once. */
export const listBatches = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/batches">> => {
  const webhook = await findWebhook(deps, request);
  const { webhookId } = webhook;
  const {
    state: states,
    reason: reasons,
    order: first,
    from,
    to,
    limit,
    cursor,
  } = validate(batchesQuery, request.query);
  const after = cursor === undefined ? undefined : decodeCursor(webhookId, cursor);
  const page = await deps.batches.list({ webhookId, states, reasons, first, from, to, after, limit, now: deps.now() });
  return {
    status: 200,
    body: {
      results: page.batches.map((batch) => batchView(batch, readableBody(deps, request, webhook, batch))),
      ...(page.next === undefined ? {} : { next_cursor: encodeCursor(webhookId, page.next) }),
    },
  };
};

/** The batch that a path names, and its webhook: one of the caller's. */
export const findBatch = async (
  deps: ApiDeps,
  request: Request,
): Promise<{ readonly webhook: Webhook; readonly batch: BatchRecord }> => {
  const webhook = await findWebhook(deps, request);
  const batchId = z.uuid().safeParse(request.parameters["batch_id"]);
  const batch = batchId.success
    ? await deps.batches.findById(webhook.webhookId, batchId.data.toLowerCase(), deps.now())
    : undefined;
  if (batch !== undefined) return { webhook, batch };
  throw errors.notFound("Resource could not be found", "This webhook has no such batch, or its record has ended.");
};

/** `GET /webhooks/{id}/batches/{batch_id}`: one batch with its attempts. */
export const readBatch = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/batches/{batch_id}">> => {
  const { webhook, batch } = await findBatch(deps, request);
  return { status: 200, body: { results: batchDetailView(batch, readableBody(deps, request, webhook, batch)) } };
};

/**
 * `GET /batches/{batch_id}`: the same for a batch whose webhook is not known, as in the log of a receiver. A batch of a webhook
 * that is gone, or not the caller's, is not found.
 */
export const readBatchAnywhere = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/batches/{batch_id}">> => {
  const batchId = z.uuid().safeParse(request.parameters["batch_id"]);
  const batch = batchId.success ? await deps.batches.findAnywhere(batchId.data.toLowerCase(), deps.now()) : undefined;
  const webhook = batch && (await findWebhookById(deps, request, batch.webhookId));
  if (batch !== undefined && webhook !== undefined) {
    return { status: 200, body: { results: batchDetailView(batch, readableBody(deps, request, webhook, batch)) } };
  }
  throw errors.notFound(
    "Resource could not be found",
    "No webhook of yours has such a batch, or its record has ended.",
  );
};

const dayMs = 24 * 60 * 60 * 1_000;

/** `GET /webhooks/{id}/batch-status`: batches of the last 24 hours that have failed at least once, newest first. */
export const batchStatus = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/batch-status">> => {
  const { webhookId } = await findWebhook(deps, request);
  const { limit } = validate(batchStatusQuery, request.query);
  const now = deps.now();
  const from = new Date(now - dayMs).toISOString();
  const { batches } = await deps.batches.list({ webhookId, failedOnly: true, from, limit, now });
  return { status: 200, body: { results: batches.map((batch) => statusView(batch)) } };
};

/** The codes are strings, because strictly typed clients of the original fail on numbers. */
const statusView = (batch: BatchSummary) => {
  const { state, lastAttempt } = batch;
  const failureCode = lastAttempt?.status ?? lastAttempt?.reason;
  const isFailing = state !== "delivered" && failureCode !== undefined;
  return {
    batch_id: batch.batchId,
    ts: batch.createdAt,
    attempts: failedAttemptsOf(batch),
    ...(lastAttempt?.status === undefined ? {} : { response_code: String(lastAttempt.status) }),
    ...(isFailing ? { failure_code: String(failureCode) } : {}),
    latency: lastAttempt?.durationMs ?? 0,
    batch_size: batch.events,
    webhook_id: batch.webhookId,
  };
};

/** Until when (Unix milliseconds) the kept body of a delivered batch can be read; undefined when it cannot be. */
export const keptUntil = (
  { maxKeepBodiesDays: maxDays, now }: Pick<ApiDeps, "maxKeepBodiesDays" | "now">,
  webhook: Webhook,
  batch: Pick<BatchSummary, "kept" | "endedAt">,
): number | undefined => readableUntil(batch, { webhook, maxDays, now: now() });

/** Time after which routing knows that a webhook was moved, behind the request that moves it: a minute, and what that may take. */
const movedAfterMs = 2 * 60_000;

/**
 * From when on (Unix milliseconds) batches are the caller's business. Those that came before their webhook was moved to a
 * sub-account, or was created, as one deleted before it had the same id, may hold events of others: they are for those who act
 * for all.
 */
export const ownBatchesSince = (
  { header }: Request,
  { createdAt, subaccountSince }: Pick<Webhook, "createdAt" | "subaccountSince">,
): number => {
  if (subaccountOf(header("x-msys-subaccount")) === "all") return -Infinity;
  return subaccountSince === undefined ? Date.parse(createdAt) : Date.parse(subaccountSince) + movedAfterMs;
};

/** Whether the caller may read what a batch holds. */
export const mayReadBody = (
  request: Request,
  webhook: Webhook,
  { createdAt }: Pick<BatchSummary, "createdAt">,
): boolean => Date.parse(createdAt) >= ownBatchesSince(request, webhook);

/** What the caller can read of a batch's body: `until` (Unix milliseconds) for one that is kept. */
interface ReadableBody {
  readonly isAvailable: boolean;
  readonly until?: number | undefined;
}

const readableBody = (
  deps: ApiDeps,
  request: Request,
  webhook: Webhook,
  batch: Pick<BatchSummary, "createdAt" | "state" | "kept" | "endedAt">,
): ReadableBody => {
  if (!mayReadBody(request, webhook, batch)) return { isAvailable: false };
  const until = keptUntil(deps, webhook, batch);
  return { isAvailable: isWaiting(batch) || until !== undefined, until };
};

/** A batch as a row of the list. */
const batchView = (batch: BatchSummary, body: ReadableBody): ViewOf<Batch> => ({
  ...commonView(batch, batch.lastAttempt, body),
  attempts: batch.attempts,
});

/** A batch with its attempts, oldest first. */
const batchDetailView = (batch: BatchRecord, body: ReadableBody): ViewOf<BatchWithAttempts> => ({
  ...commonView(
    batch,
    batch.attempts.findLast(({ again }) => again !== true),
    body,
  ),
  event_types: batch.eventTypes,
  stretch: stretchView(batch),
  uncut: batch.chain === undefined ? undefined : true,
  expired_for: batch.expiredFor,
  attempts: batch.attempts.map((attempt) => attemptView(attempt)),
});

const stretchView = ({ stretch, chain }: BatchRecord): ViewOf<BatchWithAttempts>["stretch"] => {
  const place = stretch ?? chain;
  if (place === undefined) return undefined;
  return {
    shard: place.shard,
    first_sequence_number: place.firstSequenceNumber,
    last_sequence_number: place.lastSequenceNumber,
    first_event: stretch === undefined ? (chain?.next ?? 0) : stretch.first + (stretch.skip ?? 0),
  };
};

/** Absent, as optional fields are everywhere in this API: what has not happened or does not apply. */
const commonView = (
  batch: Omit<BatchSummary, "attempts" | "lastAttempt">,
  last: BatchSummary["lastAttempt"],
  { isAvailable, until }: ReadableBody,
): ViewOf<Omit<Batch, "attempts">> => ({
  batch_id: batch.batchId,
  webhook_id: batch.webhookId,
  created_at: batch.createdAt,
  state: batch.state,
  events: batch.events,
  bytes: batch.bytes,
  response_code: last?.status,
  reason: last?.reason,
  latency_ms: last?.durationMs,
  next_attempt_at: batch.nextAttemptAt,
  expires_at: batch.expiresAt,
  ended_at: batch.endedAt,
  split_into: batch.splitInto,
  split_from: batch.splitFrom,
  replay_id: batch.replayId,
  body_available: isAvailable,
  kept_until: until === undefined ? undefined : new Date(until).toISOString(),
  closed_by: batch.closedBy,
  closed_at: batch.closedAt,
  batch_size: batch.batchSize,
});

const attemptView = (attempt: AttemptRecord): ViewOf<Attempt> => ({
  n: attempt.attempt,
  started_at: attempt.at,
  outcome: attempt.reason === undefined ? "delivered" : "failed",
  status: attempt.status,
  reason: attempt.reason,
  ...(attempt.reason === undefined ? {} : remedyFor(attempt.reason, attempt)),
  error_code: attempt.errorCode,
  latency_ms: attempt.durationMs,
  timings: timingsView({ ...attempt.timings, totalMs: attempt.durationMs }),
  bytes_sent: attempt.bytesSent,
  response_headers: attempt.responseHeaders,
  response_excerpt: attempt.excerpt,
  response_truncated: attempt.isTruncated,
  next_attempt_at: attempt.nextAttemptAt,
  again: attempt.again,
});

/** The phases of a POST as the API shows them. */
export const timingsView = ({
  dnsMs,
  connectMs,
  tlsMs,
  uploadMs,
  waitMs,
  totalMs,
}: OutboundTimings): ViewOf<Timings> => ({
  dns_ms: dnsMs,
  connect_ms: connectMs,
  tls_ms: tlsMs,
  upload_ms: uploadMs,
  wait_ms: waitMs,
  total_ms: totalMs,
});

const separator = "#";
const parts = z.tuple([z.uuid(), z.iso.datetime({ precision: 3 }), z.uuid()]);

/** A place in a webhook's list of batches as opaque text. */
export const encodeCursor = (webhookId: string, { createdAt, batchId }: BatchPosition): string =>
  toOpaqueText(Buffer.from([webhookId, createdAt, batchId].join(separator)));

/** Reads a cursor; refuses what `encodeCursor` cannot have made for this webhook. */
export const decodeCursor = (webhookId: string, cursor: string): BatchPosition => {
  const parsed = parts.safeParse(bytesOfOpaqueText(cursor)?.toString().split(separator));
  if (parsed.success && parsed.data[0] === webhookId) {
    return { createdAt: parsed.data[1], batchId: parsed.data[2] };
  }
  throw errors.badParameter(
    "'cursor' is not a cursor of this list",
    `Sent: ${JSON.stringify(beginningOf(cursor, 80))}. Accepted: 'next_cursor' of this webhook's batches.`,
  );
};
