import { RequestError } from "#shared/domain/errors.ts";
import type { ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";
import type { ReplayWithShards } from "./ports.ts";

/** The replay that a path names, of a webhook of the caller's. */
export const findReplay = async (deps: ApiDeps, request: Request): Promise<ReplayWithShards> => {
  const { customerId, webhookId } = await findWebhook(deps, request);
  const replayId = request.parameters["replay_id"]?.toLowerCase();
  const replays = await deps.replays.list(customerId, webhookId);
  const found = replays.find(({ replay }) => replay.replayId === replayId);
  if (found !== undefined) return found;
  throw new RequestError(404, {
    message: "Resource could not be found",
    description: "This webhook has no such replay, or its record has ended.",
    code: "1600",
  });
};
