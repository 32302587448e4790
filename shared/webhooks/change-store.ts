import type { Webhook, WebhookChange } from "./webhook.ts";

/** A webhook as its changes are kept by: one that was deleted and created with the same id again is another. */
export type ChangedWebhook = Pick<Webhook, "customerId" | "webhookId" | "createdAt">;

/** A change of a webhook, and when (ISO 8601) the webhook was created that it is of: together its place in the list. */
export interface KeptChange {
  readonly createdAt: string;
  readonly change: WebhookChange;
}

/** Changes of webhooks but for each one's last, which stands in the webhook itself. `now` is Unix milliseconds. */
export interface ChangeStore {
  /** Keeps a change that another is about to follow, as long as changes are kept. Doing it again writes the same. */
  readonly keep: (webhook: ChangedWebhook, change: WebhookChange, now: number) => Promise<void>;
  /** A webhook's changes, newest first, from behind a place. */
  readonly list: (
    webhook: Omit<ChangedWebhook, "createdAt">,
    query: { readonly before?: ChangePlace | undefined; readonly limit: number; readonly now: number },
  ) => Promise<readonly KeptChange[]>;
}

/** Where a list of changes goes on: behind this revision of the webhook that was created then. */
export interface ChangePlace {
  readonly createdAt: string;
  readonly revision: number;
}
