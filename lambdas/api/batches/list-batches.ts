import { decodeCursor, encodeCursor } from "#shared/domain/api/batch-cursor.ts";
import { listBatchesQuery } from "#shared/domain/api/batch-query.ts";
import { validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";
import { batchView } from "./batch-view.ts";

/** `GET /webhooks/{id}/batches`: every batch, newest first unless asked otherwise, also those delivered at once. */
export const listBatches = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { webhookId } = await findWebhook(deps, request);
  const {
    state: states,
    reason: reasons,
    order: first,
    from,
    to,
    limit,
    cursor,
  } = validate(listBatchesQuery, request.query);
  const after = cursor === undefined ? undefined : decodeCursor(webhookId, cursor);
  const page = await deps.batches.list({ webhookId, states, reasons, first, from, to, after, limit, now: deps.now() });
  return {
    status: 200,
    results: page.batches.map((batch) => batchView(batch)),
    envelope: page.next === undefined ? {} : { next_cursor: encodeCursor(webhookId, page.next) },
  };
};
