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

export interface ActionFailure {
  readonly subject: ActionSubject;
  readonly error: unknown;
}

const perform = (action: WebhookAction, id: string): Promise<unknown> =>
  action === "delete"
    ? callApi("DELETE /v1/webhooks/{id}", { parameters: { id } })
    : callApi("PUT /v1/webhooks/{id}", { parameters: { id }, body: { active: action === "resume" } });

/** Does something to webhooks, one after another; a failure does not stop the others. */
export const performOnAll = async (
  action: WebhookAction,
  subjects: readonly ActionSubject[],
): Promise<readonly ActionFailure[]> => {
  const failures: ActionFailure[] = [];
  for (const subject of subjects) {
    try {
      await perform(action, subject.id);
    } catch (error) {
      failures.push({ subject, error });
    }
  }
  await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
  return failures;
};

/** What is queued for webhooks, and when the first of it would expire. */
export const queuedOf = (
  subjects: readonly ActionSubject[],
): { readonly batches: number; readonly events: number; readonly nextExpiryAt: string | undefined } => ({
  batches: subjects.reduce((sum, { pending_batches: batches }) => sum + batches, 0),
  events: subjects.reduce((sum, { pending_events: events }) => sum + events, 0),
  nextExpiryAt: subjects
    .flatMap(({ next_expiry_at: at }) => (at === undefined ? [] : [at]))
    .toSorted()
    .at(0),
});
