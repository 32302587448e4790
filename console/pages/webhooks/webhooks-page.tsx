import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useWebhookSummaries } from "../../api/queries.ts";
import { useMissingGrant } from "../../grants.ts";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { ResourceTable } from "../../components/table/resource-table.tsx";
import type { ActionSubject, WebhookAction } from "../../components/webhook-actions/webhook-action.ts";
import { WebhookActionDialog } from "../../components/webhook-actions/webhook-action-dialog.tsx";
import { hrefOf, navigate } from "../../hash-location.ts";
import { Page } from "../../shell/page.tsx";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { webhookColumns, webhookFilters } from "./columns.tsx";
import Alert from "@cloudscape-design/components/alert";
import Link from "@cloudscape-design/components/link";
import { serverNow } from "../../api/clock.ts";
import { Countdown } from "../../components/time.tsx";
import { counted } from "#shared/text/numbers.ts";
import Box from "@cloudscape-design/components/box";
import { apiAddress } from "../../api/client.ts";

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

  const actionButton = (text: string, action: WebhookAction, subjects: readonly WebhookRow[], hint: string) => (
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
      <ResourceTable<WebhookRow>
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

/** A batch that expires sooner than this wants somebody's attention. */
const soonMs = 60 * 60 * 1_000;
const maxShown = 3;

interface AtRiskProps {
  readonly webhooks: readonly WebhookRow[];
}

/** The webhooks that are about to lose events, the most urgent first. */
const AtRisk = ({ webhooks }: AtRiskProps) => {
  const now = serverNow();
  const urgent = webhooks
    .flatMap((webhook) => (webhook.next_expiry_at === undefined ? [] : [{ webhook, at: webhook.next_expiry_at }]))
    .filter(({ at }) => Date.parse(at) - now < soonMs)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  if (urgent.length === 0) return null;
  return (
    <Alert type="warning" header={`${counted(urgent.length, "webhook is", "webhooks are")} about to lose events`}>
      <ul className="consequences">
        {urgent.slice(0, maxShown).map(({ webhook, at }) => (
          <li key={webhook.id} className="wrap">
            <Link href={hrefOf(`/webhooks/${webhook.id}`)}>{webhook.name}</Link>
            {`: ${counted(webhook.pending_batches, "batch", "batches")}, ${counted(webhook.pending_events, "event")} at risk; the first expires in `}
            <Countdown to={at} due="a moment" announce={`${webhook.name}: the first batch expires`} />
          </li>
        ))}
        {urgent.length > maxShown && <li>{`and ${urgent.length - maxShown} more`}</li>}
      </ul>
    </Alert>
  );
};

/** What a webhook is, and the ways to the first one. */
const NoWebhooks = () => {
  const missing = useMissingGrant("webhooks/modify");
  return (
    <Box textAlign="center" padding={{ vertical: "l" }} color="inherit">
      <SpaceBetween size="m">
        <Box variant="h3" tagOverride="h2">
          No webhooks yet
        </Box>
        <div>A webhook names a URL and the event types that are posted there, in batches.</div>
        <div className="centred">
          <Button
            variant="primary"
            href={hrefOf("/webhooks/new")}
            disabled={missing !== undefined}
            disabledReason={missing ?? ""}
          >
            Create the first webhook
          </Button>
          <Button href={hrefOf("/import")} disabled={missing !== undefined} disabledReason={missing ?? ""}>
            Import webhooks.json
          </Button>
        </div>
        <div className="wrap">
          Or by the command line:{" "}
          <code>
            <span className="nowrap">npm run tidepost -- apply</span>
            {` webhooks.json --url ${apiAddress("/").replace(/\/$/, "")}`}
          </code>
        </div>
      </SpaceBetween>
    </Box>
  );
};
