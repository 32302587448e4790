import { createWebhookRequest } from "#shared/domain/api/webhook-request.ts";
import { wantedSettings } from "#shared/domain/api/wanted-settings.ts";
import { maskSettings } from "#shared/domain/delivery-settings.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { requireTestPost } from "../test-post.ts";
import { requireEvents } from "./require-events.ts";
import { webhookLink } from "./webhook-links.ts";

/** `POST /webhooks`: checks the body, tries the target, stores. */
export const createWebhook = async (deps: ApiDeps, { body, caller }: Request): Promise<Answer> => {
  const wanted = validate(createWebhookRequest, parseJson(body));
  const events = requireEvents(wanted.events, wanted.events_mode);
  const settings = wantedSettings(wanted, undefined);
  await requireTestPost(deps, settings);
  const webhookId = deps.newId();
  const createdAt = new Date(deps.now()).toISOString();
  const webhook: Webhook = {
    webhookId,
    customerId: caller.customerId,
    name: wanted.name,
    active: wanted.active,
    eventsMode: wanted.events_mode,
    events,
    ...(wanted.exception_subaccounts === undefined ? {} : { exceptionSubaccounts: wanted.exception_subaccounts }),
    batchSize: wanted.batch_size,
    maxBatchBytes: wanted.max_batch_bytes,
    maskedSettings: maskSettings(settings),
    revision: 1,
    settingsRevision: 1,
    createdAt,
    updatedAt: createdAt,
  };
  // Settings first: a webhook that routing can see must always find how to deliver.
  await deps.settings.put({ webhookId, revision: 1, settings });
  await deps.webhooks.create(webhook);
  return { status: 200, results: { id: webhookId, links: [webhookLink(deps.baseUrl, webhookId)] } };
};
