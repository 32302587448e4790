import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { batchDetailView } from "./batch-view.ts";
import { findBatch } from "./find-batch.ts";

/** `GET /webhooks/{id}/batches/{batch_id}`: one batch with its attempts. */
export const readBatch = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { batch } = await findBatch(deps, request);
  return { status: 200, results: batchDetailView(batch) };
};
