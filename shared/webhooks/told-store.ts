import type { Told, Webhook } from "./webhook.ts";

/** What events have told of webhooks, and who wants to know. */
export interface ToldStore {
  /** Notes that a webhook of a customer is about to ask for events about webhooks. It is never taken back. */
  readonly noteSubscriber: (customerId: string) => Promise<void>;
  /** Whether a webhook of a customer asks for events about webhooks, or once did. */
  readonly hasSubscriber: (customerId: string) => Promise<boolean>;
  /** Stores what was told of a webhook; false, and nothing changed, when another change was faster or the webhook is gone. */
  readonly change: (
    webhook: Pick<Webhook, "customerId" | "webhookId">,
    change: { readonly told: Told; readonly expectedRevision: number },
  ) => Promise<boolean>;
  /** Notes that a webhook's last change was told, unless another change has followed. */
  readonly noteChangeTold: (webhook: Pick<Webhook, "customerId" | "webhookId">, revision: number) => Promise<void>;
}
