import { entityTagOf } from "#shared/domain/api/entity-tag.ts";
import { timeZoneOf } from "#shared/domain/api/time-zone.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "./find-webhook.ts";
import { batchesLink, validateLink } from "./webhook-links.ts";
import { webhookView } from "./webhook-view.ts";

/** `GET /webhooks/{id}`. */
export const readWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const timeZone = timeZoneOf(request.query["timezone"]);
  const webhook = await findWebhook(deps, request);
  const { webhookId } = webhook;
  const links = [validateLink(deps.baseUrl, webhookId), batchesLink(deps.baseUrl, webhookId)];
  const headers = { etag: entityTagOf(webhook) };
  return { status: 200, results: webhookView(webhook, { timeZone, links }), headers };
};
