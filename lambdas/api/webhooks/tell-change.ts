import { isHealthType } from "#shared/events/catalogue/event-key.ts";
import { putHealthEvent } from "#shared/tell-health.ts";
import { changeEvent } from "#shared/webhooks/health-events.ts";
import type { Webhook, WebhookChange } from "#shared/webhooks/webhook.ts";
import type { ApiDeps } from "../deps.ts";

type TellDeps = Pick<ApiDeps, "told" | "stream" | "telemetry" | "now">;

/** Notes that a webhook is about to ask for events about webhooks, if it is: from then on there is somebody to tell. */
export const noteSubscriber = async (
  { told }: TellDeps,
  { customerId, events }: Pick<Webhook, "customerId" | "events">,
): Promise<void> => {
  if (events.some(isHealthType)) await told.noteSubscriber(customerId);
};

/** A change with the note that it is to be told, when somebody wants to know. */
export const toBeTold = async ({ told }: TellDeps, customerId: string, change: WebhookChange): Promise<WebhookChange> =>
  (await told.hasSubscriber(customerId)) ? { ...change, untold: true } : change;

/**
 * Tells a webhook's last change by an event, unless that is done or nobody wants to know. What fails is reported, and told with
 * the next request that changes the webhook, or repeats the change; told twice, the event has the same id.
 */
export const tellLastChange = async (deps: TellDeps, webhook: Webhook): Promise<void> => {
  const { webhookId, lastChange } = webhook;
  if (lastChange?.untold !== true) return;
  try {
    await putHealthEvent(deps, webhook, changeEvent(webhook, lastChange));
    await deps.told.noteChangeTold(webhook, lastChange.revision);
  } catch (error) {
    deps.telemetry.changeNotTold({ webhookId, error });
  }
};
