import { isDeepStrictEqual } from "node:util";
import { type DeliverySettings, maskSettings } from "#shared/domain/delivery-settings.ts";
import { DependencyError, RequestError } from "#shared/domain/errors.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { ApiDeps } from "../api-deps.ts";
import { webhookNotFound } from "./find-webhook.ts";
import { putSettings } from "./put-settings.ts";
import { retireSettings } from "./retire-settings.ts";

/** A webhook and the settings that its batches are delivered with, secrets included. */
export interface WebhookWithSettings {
  readonly webhook: Webhook;
  readonly settings: DeliverySettings;
}

/** How often a change is made again when another one was faster. */
const maxTries = 5;

/**
 * Changes one webhook. Of two changes at the same time neither is lost: the second is made again to what the first has
 * stored. `change` may throw to refuse; its revisions and masked settings are filled in here. What changes nothing writes nothing.
 */
export const changeWebhook = async (
  deps: ApiDeps,
  webhook: Webhook,
  change: (stored: WebhookWithSettings) => WebhookWithSettings | Promise<WebhookWithSettings>,
): Promise<WebhookWithSettings> => {
  let current = webhook;
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const { webhookId, customerId, revision, settingsRevision: before } = current;
    const stored = await deps.settings.find(webhookId, before);
    if (stored === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
    const wanted = await change({ webhook: current, settings: stored });
    const { settings } = wanted;
    const keepsSettings = isDeepStrictEqual(settings, stored);
    if (keepsSettings && isDeepStrictEqual(wanted.webhook, current)) return { webhook: current, settings };
    const settingsRevision = keepsSettings ? before : await putSettings(deps, { webhookId, after: before, settings });
    const now = new Date(deps.now()).toISOString();
    const changed: Webhook = {
      ...wanted.webhook,
      ...(wanted.webhook.active === current.active ? {} : { activeChangedAt: now }),
      maskedSettings: maskSettings(settings),
      revision: revision + 1,
      settingsRevision,
      updatedAt: now,
    };
    if (await deps.webhooks.replace(changed, revision)) {
      if (settingsRevision !== before) await retireSettings(deps, webhookId, settingsRevision);
      return { webhook: changed, settings };
    }
    const found = await deps.webhooks.find(customerId, webhookId);
    if (found === undefined) throw webhookNotFound();
    current = found;
  }
  throw new RequestError(409, {
    message: "The webhook is being changed by others",
    description: "Try again.",
    code: "1602",
  });
};
