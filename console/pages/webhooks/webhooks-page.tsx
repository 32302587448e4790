import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useWebhookSummaries } from "../../api/queries.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { ResourceTable } from "../../components/table/resource-table.tsx";
import type { ActionSubject, WebhookAction } from "../../components/webhook-actions/webhook-action.ts";
import { WebhookActionDialog } from "../../components/webhook-actions/webhook-action-dialog.tsx";
import { hrefOf, navigate } from "../../routing/hash-location.ts";
import { useMissingGrant } from "../../session/grants.ts";
import { Page } from "../../shell/page.tsx";
import { useShortcut } from "../../shell/shortcuts.ts";
import { AtRisk } from "./at-risk.tsx";
import { webhookColumns, webhookFilters } from "./columns.tsx";
import { NoWebhooks } from "./no-webhooks.tsx";

const title = "Webhooks";
const newPath = "/webhooks/new";

interface Pending {
  readonly action: WebhookAction;
  readonly subjects: readonly ActionSubject[];
}

/** Every webhook with its state and its last 24 hours. */
export const WebhooksPage = () => {
  const query = useWebhookSummaries();
  const missing = useMissingGrant("webhooks/modify");
  const [pending, setPending] = useState<Pending>();
  useShortcut(
    missing === undefined ? { keys: "c", label: "Create a webhook", run: () => navigate(newPath) } : undefined,
  );

  const actionButton = (text: string, action: WebhookAction, subjects: readonly WebhookSummary[], hint: string) => (
    <Button
      disabled={missing !== undefined || subjects.length === 0}
      disabledReason={missing ?? hint}
      onClick={() => setPending({ action, subjects })}
    >
      {text}
    </Button>
  );

  return (
    <Page title={title} heading={false} contentType="table" ready={!query.isPending}>
      <ResourceTable<WebhookSummary>
        id="webhooks"
        title={title}
        noun={["webhook", "webhooks"]}
        query={query}
        columns={webhookColumns}
        filters={webhookFilters}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        sortBy="state"
        selectable
        notice={<AtRisk webhooks={query.data ?? []} />}
        actions={(selected) => (
          <SpaceBetween direction="horizontal" size="xs">
            {actionButton(
              "Pause",
              "pause",
              selected.filter(({ active }) => active),
              "Select webhooks that are active.",
            )}
            {actionButton(
              "Resume",
              "resume",
              selected.filter(({ active }) => !active),
              "Select webhooks that are paused.",
            )}
            <Button
              variant="primary"
              href={hrefOf(newPath)}
              disabled={missing !== undefined}
              disabledReason={missing ?? ""}
            >
              Create webhook
            </Button>
          </SpaceBetween>
        )}
        empty={<NoWebhooks />}
      />
      {pending !== undefined && (
        <WebhookActionDialog
          action={pending.action}
          subjects={pending.subjects}
          onClose={() => setPending(undefined)}
        />
      )}
    </Page>
  );
};
