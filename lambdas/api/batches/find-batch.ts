import * as z from "zod";
import type { BatchRecord } from "#shared/domain/batch-record.ts";
import { RequestError } from "#shared/domain/errors.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";

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
  throw new RequestError(404, {
    message: "Resource could not be found",
    description: "This webhook has no such batch, or its record has ended.",
    code: "1600",
  });
};
