import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { lazy, Suspense } from "react";
import { useParams } from "wouter";
import { useWebhook, useWindowSeconds } from "../../api/queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { Changes } from "./changes.tsx";
import { ExpiryRunway } from "./expiry-runway.tsx";
import { WebhookFacts } from "./webhook-facts.tsx";
import { WebhookFrame } from "./webhook-frame.tsx";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { serverNow } from "../../api/clock.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { Countdown, useNow } from "../../components/time.tsx";
import { counted } from "#shared/text/numbers.ts";
import { hrefOf } from "../../hash-location.ts";
import { webhookPath } from "./webhook-tabs.ts";

// The charts are the largest part of the page and the last that is needed.
const Traffic = lazy(async () => ({ default: (await import("./charts/traffic.tsx")).Traffic }));

/** How a webhook is: what is at risk, what it is set to, and what it has delivered. */
export const OverviewPage = () => {
  const { id = "" } = useParams();
  const { data: settings, error, refetch } = useWebhook(id);
  return (
    <WebhookFrame tab="overview" ready={settings !== undefined || error !== null}>
      {(webhook) => (
        <SpaceBetween size="l">
          <ExpiryRunway webhook={webhook} />
          {webhook.state === "pending" && <FirstBatch webhook={webhook} activeAt={settings?.active_at} />}
          <Container header={<Header variant="h2">Webhook</Header>}>
            {error !== null && settings === undefined && (
              <ErrorView what="The settings could not be loaded" error={error} onRetry={() => void refetch()} />
            )}
            {settings !== undefined && <WebhookFacts webhook={webhook} settings={settings} />}
          </Container>
          <Suspense fallback={null}>
            <Traffic id={id} />
          </Suspense>
          <Changes webhookId={id} />
        </SpaceBetween>
      )}
    </WebhookFrame>
  );
};

interface FirstBatchProps {
  readonly webhook: WebhookSummary;
  readonly activeAt: string | undefined;
}

/** What a new webhook waits for. */
const FirstBatch = ({ webhook, activeAt }: FirstBatchProps) => {
  useNow();
  const windowSeconds = useWindowSeconds();
  const isComing = activeAt !== undefined && Date.parse(activeAt) > serverNow();
  return (
    <Alert
      type="info"
      header="Waiting for the first batch"
      action={<Button href={hrefOf(webhookPath(webhook.id, "test"))}>Send a test POST</Button>}
    >
      {isComing && (
        <>
          The webhook surely takes events in <Countdown to={activeAt} announce="The webhook is active" />.{" "}
        </>
      )}
      {`Once an event of its types arrives, a batch is formed within ${counted(windowSeconds, "second")} and posted at once. This page follows it.`}
    </Alert>
  );
};
