import Alert from "@cloudscape-design/components/alert";
import Link from "@cloudscape-design/components/link";
import { serverNow } from "../../api/clock.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { Countdown } from "../../components/countdown.tsx";
import { counted } from "#shared/text/numbers.ts";
import { hrefOf } from "../../routing/hash-location.ts";

/** A batch that expires sooner than this wants somebody's attention. */
const soonMs = 60 * 60 * 1_000;
const maxShown = 3;

interface AtRiskProps {
  readonly webhooks: readonly WebhookSummary[];
}

/** The webhooks that are about to lose events, the most urgent first. */
export const AtRisk = ({ webhooks }: AtRiskProps) => {
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
