import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "./find-webhook.ts";
import { retireSettings } from "./retire-settings.ts";

/** `DELETE /webhooks/{id}`: no event is collected any more; batches already queued are still delivered or expire. */
export const deleteWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { customerId, webhookId } = await findWebhook(deps, request);
  await deps.webhooks.remove(customerId, webhookId);
  await retireSettings(deps, webhookId);
  return { status: 204 };
};
