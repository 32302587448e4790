import Link from "@cloudscape-design/components/link";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { BatchState, WebhookState } from "#shared/contract/words.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { count } from "#shared/text/numbers.ts";
import { hrefOf } from "../hash-location.ts";
import { batchStateTexts, reasonText, stateTexts } from "./state-text.ts";
import { Countdown, Since } from "./time.tsx";

const webhookIndicators: Readonly<Record<WebhookState, StatusIndicatorProps.Type>> = {
  ok: "success",
  pending: "pending",
  failed: "error",
  parked: "warning",
  paused: "stopped",
};

interface WebhookStateViewProps {
  readonly webhook: Pick<
    WebhookSummary,
    "id" | "state" | "state_reason" | "state_since" | "next_probe_at" | "expired_24h" | "pending_batches"
  >;
}

/** A webhook's state with its reason and since when, and what the last day has cost. */
export const WebhookStateView = ({ webhook }: WebhookStateViewProps) => {
  const { state, state_reason: reason, state_since: since, next_probe_at: probeAt, expired_24h: expired } = webhook;
  return (
    <div className="state">
      <StatusIndicator type={webhookIndicators[state]}>
        {stateTexts[state]}
        {state === "failed" && webhook.pending_batches > 0 && ": retrying"}
      </StatusIndicator>
      <div className="secondary">
        {reason !== null && `${reasonText(reason)} · `}
        <Since at={since} />
        {state === "parked" && (
          <>
            {" · "}
            {/* The API names no time while a probe is under way. */}
            {probeAt === undefined ? (
              "probing the target"
            ) : (
              <Countdown to={probeAt} before="next probe in " due="a probe is due" />
            )}
          </>
        )}
      </div>
      {expired > 0 && (
        <div className="secondary strong">
          <Link fontSize="body-s" href={hrefOf(`/webhooks/${encodeURIComponent(webhook.id)}/replay`)}>
            {`${count(expired)} expired in 24 h`}
          </Link>
        </div>
      )}
    </div>
  );
};

const batchIndicators: Readonly<Record<BatchState, StatusIndicatorProps.Type>> = {
  sending: "in-progress",
  retrying: "error",
  parked: "warning",
  split: "info",
  delivered: "success",
  expired: "error",
};

interface BatchStateViewProps {
  readonly state: BatchState;
}

/** Where a batch stands. */
export const BatchStateView = ({ state }: BatchStateViewProps) => (
  <StatusIndicator type={batchIndicators[state]}>{batchStateTexts[state]}</StatusIndicator>
);
