import * as z from "zod";
import { RequestError } from "#shared/domain/errors.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";
import { batchDetailView } from "./batch-view.ts";

/** `GET /webhooks/{id}/batches/{batch_id}`: one batch with its attempts. */
export const readBatch = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { webhookId } = await findWebhook(deps, request);
  const batchId = z.uuid().safeParse(request.parameters["batch_id"]);
  const batch = batchId.success
    ? await deps.batches.findById(webhookId, batchId.data.toLowerCase(), deps.now())
    : undefined;
  if (batch === undefined) {
    throw new RequestError(404, {
      message: "Resource could not be found",
      description: "This webhook has no such batch, or its record has ended.",
      code: "1600",
    });
  }
  return { status: 200, results: batchDetailView(batch) };
};
