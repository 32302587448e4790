import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { serverNow } from "../../api/clock.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { Countdown, Time } from "../../components/time.tsx";
import { counted } from "#shared/text/numbers.ts";
import { hrefOf } from "../../hash-location.ts";
import { webhookPath } from "./webhook-tabs.ts";

/** A batch that expires sooner than this wants somebody's attention. */
const soonMs = 60 * 60 * 1_000;

interface ExpiryRunwayProps {
  readonly webhook: WebhookSummary;
}

/** What waits for a target that does not take it, and how long it can still wait. */
export const ExpiryRunway = ({ webhook }: ExpiryRunwayProps) => {
  const { pending_batches: batches, pending_events: events, next_expiry_at: expiryAt, state } = webhook;
  const { next_probe_at: probeAt } = webhook;
  // A batch on its way is at no risk.
  if (batches === 0 || state === "ok" || state === "pending") return null;
  const isUrgent = expiryAt !== undefined && Date.parse(expiryAt) - serverNow() < soonMs;
  return (
    <Alert
      type={isUrgent ? "warning" : "info"}
      header={`${counted(batches, "batch", "batches")}, ${counted(events, "event")} at risk`}
      action={
        <Button href={hrefOf(`${webhookPath(webhook.id, "batches")}?state=retrying,parked`)}>
          Show waiting batches
        </Button>
      }
    >
      {expiryAt === undefined ? (
        "They wait for the target."
      ) : (
        <>
          The first expires in <Countdown to={expiryAt} due="a moment" announce="The first batch expires" />, unless the
          target takes it before.
        </>
      )}
      {webhook.oldest_pending_at !== undefined && (
        <>
          {" The oldest was formed "}
          <Time at={webhook.oldest_pending_at} />.
        </>
      )}
      {state === "paused" && " Resume the webhook to send them."}
      {state === "parked" && (
        <>
          {" A single batch probes the target "}
          {probeAt === undefined ? "now" : <Countdown to={probeAt} before="in " due="at its next attempt" />}.
        </>
      )}
    </Alert>
  );
};
