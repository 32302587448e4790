import { isDeepStrictEqual } from "node:util";
import type { Caller } from "#shared/domain/api-key.ts";
import { wantedSettings } from "#shared/domain/api/wanted-settings.ts";
import { type UpdateWebhookRequest, updateWebhookRequest } from "#shared/domain/api/webhook-request.ts";
import { type DeliverySettings, maskSettings } from "#shared/domain/delivery-settings.ts";
import { DependencyError, RequestError } from "#shared/domain/errors.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { requireTestPost } from "../test-post.ts";
import { findWebhook, webhookNotFound } from "./find-webhook.ts";
import { requireEvents, requireFittingSubaccounts } from "./require-fitting.ts";
import { retireSettings } from "./retire-settings.ts";
import { validateLink } from "./webhook-links.ts";

/** How often an update is merged again when another one was faster. */
const maxTries = 5;

/** `PUT /webhooks/{id}`: changes the fields that are sent. */
export const updateWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const webhook = await findWebhook(deps, request);
  const wanted = validate(updateWebhookRequest, parseJson(request.body));
  const { webhookId } = await updateOne(deps, { caller: request.caller, webhook, wanted });
  return { status: 200, results: { id: webhookId, links: [validateLink(deps.baseUrl, webhookId)] } };
};

/**
 * Changes one webhook; the target takes a test POST first when it changes. Of two updates at the same time neither is lost:
 * the second is merged into what the first has stored.
 */
export const updateOne = async (
  deps: ApiDeps,
  input: { readonly caller: Caller; readonly webhook: Webhook; readonly wanted: UpdateWebhookRequest },
): Promise<Webhook> => {
  let { webhook } = input;
  let testedSettings: DeliverySettings | undefined;
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const stored = await deps.settings.find(webhook.webhookId, webhook.settingsRevision);
    if (stored === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
    const settings = wantedSettings(input.wanted, stored);
    const merged = mergeFields(webhook, input.wanted, new Date(deps.now()).toISOString());
    if (settings.target !== stored.target && !isDeepStrictEqual(settings, testedSettings)) {
      await requireTestPost(deps, settings);
      testedSettings = settings;
    }
    const settingsRevision = isDeepStrictEqual(settings, stored)
      ? webhook.settingsRevision
      : await putSettings(deps, webhook, settings);
    const changed: Webhook = { ...merged, maskedSettings: maskSettings(settings), settingsRevision };
    if (await deps.webhooks.replace(changed, webhook.revision)) {
      if (settingsRevision !== webhook.settingsRevision)
        await retireSettings(deps, changed.webhookId, settingsRevision);
      return changed;
    }
    const current = await deps.webhooks.find(webhook.customerId, webhook.webhookId);
    if (current === undefined) throw webhookNotFound();
    webhook = current;
  }
  throw new RequestError(409, {
    message: "The webhook is being changed by others",
    description: "Try again.",
    code: "1602",
  });
};

/** Stores changed settings under the next free revision; a revision may be taken by an update that lost. */
const putSettings = async (deps: ApiDeps, webhook: Webhook, settings: DeliverySettings): Promise<number> => {
  let revision = webhook.settingsRevision + 1;
  while (!(await deps.settings.put({ webhookId: webhook.webhookId, revision, settings }))) revision += 1;
  return revision;
};

const mergeFields = (webhook: Webhook, wanted: UpdateWebhookRequest, updatedAt: string): Webhook => {
  const eventsMode = wanted.events_mode ?? webhook.eventsMode;
  const { subaccountId: storedSubaccount, exceptionSubaccounts: storedExceptions, ...kept } = webhook;
  const subaccountId = wanted.subaccount_id === undefined ? (storedSubaccount ?? -1) : wanted.subaccount_id;
  const exceptions = wanted.exception_subaccounts ?? storedExceptions ?? [];
  requireFittingSubaccounts(subaccountId === -1 ? "all" : subaccountId, exceptions);
  return {
    ...kept,
    name: wanted.name ?? webhook.name,
    active: wanted.active ?? webhook.active,
    eventsMode,
    events: requireEvents(wanted.events ?? webhook.events, eventsMode),
    batchSize: wanted.batch_size ?? webhook.batchSize,
    maxBatchBytes: wanted.max_batch_bytes ?? webhook.maxBatchBytes,
    ...(subaccountId === -1 ? {} : { subaccountId }),
    ...(exceptions.length === 0 ? {} : { exceptionSubaccounts: exceptions }),
    revision: webhook.revision + 1,
    updatedAt,
  };
};
