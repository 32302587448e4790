import { batchStatusQuery } from "#shared/domain/api/batch-query.ts";
import { type BatchSummary, failedAttemptsOf } from "#shared/domain/batch-record.ts";
import { validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** `GET /webhooks/{id}/batch-status`: batches of the last 24 hours that have failed at least once, newest first. */
export const batchStatus = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { webhookId } = await findWebhook(deps, request);
  const { limit } = validate(batchStatusQuery, request.query);
  const now = deps.now();
  const from = new Date(now - dayMs).toISOString();
  const { batches } = await deps.batches.list({ webhookId, failedOnly: true, from, limit, now });
  return { status: 200, results: batches.map((batch) => statusView(batch)) };
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
