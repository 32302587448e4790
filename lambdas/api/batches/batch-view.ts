import { type AttemptRecord, type BatchRecord, type BatchSummary, isWaiting } from "#shared/domain/batch-record.ts";
import { remedyFor } from "#shared/domain/failure-remedy.ts";
import { timingsView } from "../timings-view.ts";

/** A batch as a row of the list. */
export const batchView = (batch: BatchSummary) => ({
  ...commonView(batch, batch.lastAttempt),
  attempts: batch.attempts,
});

/** A batch with its attempts, oldest first. */
export const batchDetailView = (batch: BatchRecord) => ({
  ...commonView(batch, batch.attempts.at(-1)),
  event_types: batch.eventTypes,
  attempts: batch.attempts.map((attempt) => attemptView(attempt)),
});

/** Absent, as optional fields are everywhere in this API: what has not happened or does not apply. */
const commonView = (batch: Omit<BatchSummary, "attempts" | "lastAttempt">, last: BatchSummary["lastAttempt"]) => ({
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
  body_available: isWaiting(batch),
  closed_by: batch.closedBy,
  closed_at: batch.closedAt,
  batch_size: batch.batchSize,
});

const attemptView = (attempt: AttemptRecord) => ({
  n: attempt.attempt,
  started_at: attempt.at,
  outcome: attempt.reason === undefined ? "delivered" : "failed",
  status: attempt.status,
  reason: attempt.reason,
  ...(attempt.reason === undefined ? {} : remedyFor(attempt.reason)),
  error_code: attempt.errorCode,
  latency_ms: attempt.durationMs,
  timings: timingsView({ ...attempt.timings, totalMs: attempt.durationMs }),
  bytes_sent: attempt.bytesSent,
  response_headers: attempt.responseHeaders,
  response_excerpt: attempt.excerpt,
  response_truncated: attempt.isTruncated,
  next_attempt_at: attempt.nextAttemptAt,
});
