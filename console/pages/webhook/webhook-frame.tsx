import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { type ComponentProps, type ReactNode, useState } from "react";
import { useParams } from "wouter";
import { ApiError } from "../../api/api-error.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { useWebhookSummary } from "../../api/webhook-queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { WebhookStateView } from "../../components/states.tsx";
import { hrefOf, navigate } from "../../hash-location.ts";
import { Page } from "../../shell/page.tsx";
import { webhookPath, type WebhookTab, webhookTabs } from "./webhook-tabs.ts";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { WebhookActionDialog } from "../../components/webhook-actions/webhook-action-dialog.tsx";
import type { WebhookAction } from "../../components/webhook-actions/webhook-action.ts";
import { useMissingGrant } from "../../grants.ts";

interface WebhookFrameProps {
  readonly tab: WebhookTab;
  /** Whether the tab shows what it is for, once the webhook is known. */
  readonly ready?: boolean;
  readonly splitPanel?: ComponentProps<typeof Page>["splitPanel"];
  /** The tab's content. */
  readonly children: (webhook: WebhookSummary) => ReactNode;
}

/** A webhook's name, state and actions above the page of one of its tabs. */
export const WebhookFrame = ({ tab, ready = true, splitPanel, children }: WebhookFrameProps) => {
  const { id = "" } = useParams();
  const { data: webhook, error, refetch } = useWebhookSummary(id);
  const label = webhookTabs.find((each) => each.id === tab)?.label ?? "";
  const name = webhook?.name ?? "Webhook";
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <Page
      title={name}
      tabTitle={`${label} · ${name}`}
      crumbs={[{ text: "Webhooks", path: "/webhooks" }]}
      ready={webhook === undefined ? error !== null : ready}
      {...(webhook === undefined || isGone ? {} : { actions: <WebhookActions webhook={webhook} /> })}
      {...(splitPanel === undefined ? {} : { splitPanel })}
    >
      {error !== null && (webhook === undefined || isGone) && (
        <ErrorView
          what={isGone ? "There is no such webhook" : "The webhook could not be loaded"}
          error={error}
          {...(isGone ? {} : { onRetry: () => void refetch() })}
        />
      )}
      {error === null && webhook === undefined && (
        <Box textAlign="center">
          <Spinner /> Loading the webhook
        </Box>
      )}
      {webhook !== undefined && !isGone && (
        <SpaceBetween size="m">
          {error !== null && <ErrorView what="What you see may be out of date" error={error} />}
          <Box>
            <WebhookStateView webhook={webhook} />
          </Box>
          <Tabs
            activeTabId={tab}
            ariaLabel="Pages of the webhook"
            // Following a tab goes to another page: that is not to happen on the way to a third one.
            keyboardActivationMode="manual"
            onChange={({ detail }) => {
              const to = webhookTabs.find(({ id: each }) => each === detail.activeTabId);
              if (to !== undefined) navigate(webhookPath(id, to.id));
            }}
            tabs={webhookTabs.map((each) => ({
              id: each.id,
              label: each.label,
              href: hrefOf(webhookPath(id, each.id)),
              content: each.id === tab ? children(webhook) : null,
            }))}
          />
        </SpaceBetween>
      )}
    </Page>
  );
};

interface WebhookActionsProps {
  readonly webhook: WebhookSummary;
}

/** What can be done to a webhook from each of its pages. */
const WebhookActions = ({ webhook }: WebhookActionsProps) => {
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
          webhook={webhook}
          onClose={() => setAction(undefined)}
          onDone={() => {
            if (action === "delete") navigate("/webhooks");
          }}
        />
      )}
    </>
  );
};
