import Button from "@cloudscape-design/components/button";
import type { Attempt, Batch } from "#shared/contract/api/batch.ts";
import { useWebhook } from "../../../api/queries.ts";
import { useMissingGrant } from "../../../grants.ts";
import { navigate } from "../../../hash-location.ts";
import { draftOf, keepDraft } from "../../webhook-form/drafts.ts";
import { formValuesOf } from "../../webhook-form/form-values.ts";
import { webhookPath } from "../webhook-tabs.ts";
import { remedyAction } from "./remedy-action.ts";

interface RemedyButtonProps {
  readonly attempt: Attempt;
  readonly batch: Pick<Batch, "webhook_id" | "events" | "bytes">;
}

/** Opens the settings with the change filled in that may mend an attempt. Saving it there is the user's. */
export const RemedyButton = ({ attempt, batch }: RemedyButtonProps) => {
  const missing = useMissingGrant("webhooks/modify");
  const { data: webhook } = useWebhook(batch.webhook_id);
  const action = webhook === undefined ? undefined : remedyAction(attempt, batch, webhook);
  if (webhook === undefined || action === undefined) return null;
  return (
    <Button
      disabled={missing !== undefined}
      disabledReason={missing ?? ""}
      onClick={() => {
        const before = formValuesOf(webhook);
        const draft = draftOf(webhook.id) ?? { values: before, base: webhook };
        keepDraft(webhook.id, { ...draft, values: { ...draft.values, ...action.change } }, before);
        navigate(webhookPath(webhook.id, "settings"));
      }}
    >
      {action.label}
    </Button>
  );
};
