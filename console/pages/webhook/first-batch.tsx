import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { serverNow } from "../../api/clock.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { Countdown } from "../../components/countdown.tsx";
import { useNow } from "../../components/use-now.ts";
import { hrefOf } from "../../routing/hash-location.ts";
import { webhookPath } from "./webhook-tabs.ts";

interface FirstBatchProps {
  readonly webhook: WebhookSummary;
  readonly activeAt: string | undefined;
}

/** What a new webhook waits for. */
export const FirstBatch = ({ webhook, activeAt }: FirstBatchProps) => {
  useNow();
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
      {`Once an event of its types arrives, a batch is formed within ${batchWindowSeconds} seconds and posted at once. This page follows it.`}
    </Alert>
  );
};
