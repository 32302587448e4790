import { isWaiting } from "#shared/domain/batch-record.ts";
import { RequestError } from "#shared/domain/errors.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findBatch } from "./find-batch.ts";

/**
 * `POST /webhooks/{id}/batches/{batch_id}/redeliver`: makes the next attempt of a waiting batch now, also while its
 * webhook's breaker is open. The message that waits for the same attempt finds it made.
 */
export const redeliverBatch = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { webhook, batch } = await findBatch(deps, request);
  const { settingsRevision, batchId, webhookId, customerId, createdAt, events, bytes, replayId } = batch;
  if (!webhook.active) throw conflict("The webhook is paused", "Resume it first.");
  if (batch.state === "sending") throw conflict("An attempt is under way", "Look at the batch again in some seconds.");
  const body = isWaiting(batch) ? await deps.bodies.find(batch) : undefined;
  if (body === undefined || settingsRevision === undefined) {
    const description = `The batch is ${batch.state}. Its events can be delivered again by a replay while the stream has them.`;
    throw conflict("The batch's body is gone", description);
  }
  const attempt = batch.recordedAttempts + 1;
  await deps.retries.send(
    {
      version: 1,
      batchId,
      webhookId,
      customerId,
      settingsRevision,
      createdAt,
      events,
      bytes,
      body,
      attempt,
      redelivery: true,
      ...(replayId === undefined ? {} : { replayId }),
    },
    0,
  );
  return { status: 200, results: { batch_id: batchId, attempt } };
};

const conflict = (message: string, description: string): RequestError =>
  new RequestError(409, { message, description, code: "1602" });
