import { changedMeanwhile, requireMatch } from "#shared/domain/api/entity-tag.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "./find-webhook.ts";
import { retireSettings } from "./retire-settings.ts";

/** `DELETE /webhooks/{id}`: no event is collected any more; batches already queued are still delivered or expire. */
export const deleteWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { customerId, webhookId, revision } = await findWebhook(deps, request);
  const ifMatch = request.header("if-match");
  requireMatch(ifMatch, { revision });
  const isRemoved = await deps.webhooks.remove(customerId, webhookId, ifMatch === undefined ? undefined : revision);
  if (!isRemoved) throw changedMeanwhile();
  await retireSettings(deps, webhookId);
  return { status: 204 };
};
