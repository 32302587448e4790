import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { webhookLink } from "./webhook-links.ts";
import { webhookView } from "./webhook-view.ts";

/** `GET /webhooks`: all webhooks of the caller's customer, oldest first. */
export const listWebhooks = async (deps: ApiDeps, { caller }: Request): Promise<Answer> => {
  const webhooks = await deps.webhooks.list(caller.customerId);
  const byAge = webhooks.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  const results = byAge.map((webhook) => webhookView(webhook, [webhookLink(deps.baseUrl, webhook.webhookId)]));
  return { status: 200, results };
};
