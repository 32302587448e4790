import { subaccountOf } from "#shared/domain/api/subaccount.ts";
import { timeZoneOf } from "#shared/domain/api/time-zone.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { webhookLink } from "./webhook-links.ts";
import { webhookView } from "./webhook-view.ts";

/** `GET /webhooks`: all webhooks of the caller's customer, oldest first. */
export const listWebhooks = async (deps: ApiDeps, { caller, query, header }: Request): Promise<Answer> => {
  const timeZone = timeZoneOf(query["timezone"]);
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const webhooks = await deps.webhooks.list(caller.customerId);
  const results = webhooks
    .filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map((webhook) => webhookView(webhook, { timeZone, links: [webhookLink(deps.baseUrl, webhook.webhookId)] }));
  return { status: 200, results };
};
