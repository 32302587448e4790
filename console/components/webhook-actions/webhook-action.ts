import { callApi } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { queryKeys } from "../../api/queries.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";

export type WebhookAction = "pause" | "resume" | "delete";

/** What a dialog has to know of a webhook before it does something to it. */
export type ActionSubject = Pick<
  WebhookSummary,
  "id" | "name" | "active" | "pending_batches" | "pending_events" | "next_expiry_at"
>;

/** Does it, and lets what is shown of webhooks be read again. */
export const perform = async (action: WebhookAction, id: string): Promise<void> => {
  if (action === "delete") await callApi("DELETE /v1/webhooks/{id}", { parameters: { id } });
  else await callApi("PUT /v1/webhooks/{id}", { parameters: { id }, body: { active: action === "resume" } });
  await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
};

/** What is queued for webhooks, and when the first of it would expire. */
export interface Queued {
  readonly batches: number;
  readonly events: number;
  readonly nextExpiryAt: string | undefined;
}

export const nothingQueued: Queued = { batches: 0, events: 0, nextExpiryAt: undefined };

/** The same with what is queued for one webhook more. */
export const addQueued = ({ batches, events, nextExpiryAt }: Queued, webhook: ActionSubject): Queued => {
  const { next_expiry_at: at } = webhook;
  return {
    batches: batches + webhook.pending_batches,
    events: events + webhook.pending_events,
    nextExpiryAt: nextExpiryAt === undefined || (at !== undefined && at < nextExpiryAt) ? at : nextExpiryAt,
  };
};
