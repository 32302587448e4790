import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";
import { replayView } from "./replay-view.ts";

/** `GET /webhooks/{id}/replays`: newest first. */
export const listReplays = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { customerId, webhookId } = await findWebhook(deps, request);
  const replays = await deps.replays.list(customerId, webhookId);
  return { status: 200, results: replays.map((found) => replayView(found, deps.now())) };
};
