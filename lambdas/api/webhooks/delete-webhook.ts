import { deliverySettingsDays } from "#shared/contract/limits.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { webhookIdOf, webhookNotFound } from "./find-webhook.ts";

const daySeconds = 24 * 60 * 60;

/** `DELETE /webhooks/{id}`: no event is collected any more; batches already queued are still delivered or expire. */
export const deleteWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const removed = await deps.webhooks.remove(request.caller.customerId, webhookIdOf(request));
  if (removed === undefined) throw webhookNotFound();
  const ttl = Math.floor(deps.now() / 1_000) + deliverySettingsDays * daySeconds;
  await deps.settings.retire(removed.webhookId, { ttl });
  return { status: 204 };
};
