import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { WebhookActionDialog } from "../../components/webhook-actions/webhook-action-dialog.tsx";
import type { WebhookAction } from "../../components/webhook-actions/webhook-action.ts";
import { hrefOf, navigate } from "../../routing/hash-location.ts";
import { useMissingGrant } from "../../session/grants.ts";
import { webhookPath } from "./webhook-tabs.ts";

interface WebhookActionsProps {
  readonly webhook: WebhookSummary;
}

/** What can be done to a webhook from each of its pages. */
export const WebhookActions = ({ webhook }: WebhookActionsProps) => {
  const [action, setAction] = useState<WebhookAction>();
  const missing = useMissingGrant("webhooks/modify");
  const lacking = { disabled: missing !== undefined, disabledReason: missing ?? "" };
  const { id, active } = webhook;
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        <Button href={hrefOf(webhookPath(id, "test"))} {...lacking}>
          Test
        </Button>
        <Button href={hrefOf(webhookPath(id, "settings"))} {...lacking}>
          Edit
        </Button>
        <Button onClick={() => setAction(active ? "pause" : "resume")} {...lacking}>
          {active ? "Pause" : "Resume"}
        </Button>
        <ButtonDropdown
          ariaLabel="More actions"
          items={[
            { id: "replay", text: "Replay events", ...lacking },
            { id: "delete", text: "Delete", ...lacking },
          ]}
          onItemClick={({ detail }) => {
            if (detail.id === "replay") navigate(webhookPath(id, "replay"));
            else setAction("delete");
          }}
        >
          More
        </ButtonDropdown>
      </SpaceBetween>
      {action !== undefined && (
        <WebhookActionDialog
          action={action}
          subjects={[webhook]}
          onClose={() => setAction(undefined)}
          onDone={() => {
            if (action === "delete") navigate("/webhooks");
          }}
        />
      )}
    </>
  );
};
