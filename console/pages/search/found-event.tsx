import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { EventAtWebhook, FoundBatch, FoundEvent } from "#shared/contract/api/search.ts";
import { shortId } from "#shared/text/ids.ts";
import { missingText, noWebhookText } from "#shared/text/missing.ts";
import { counted } from "#shared/text/numbers.ts";
import { plainJson } from "#shared/text/plain.ts";
import { utcTime } from "#shared/text/times.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { reasonText } from "../../components/state-text.ts";
import { BatchStateView } from "../../components/states.tsx";
import { hrefOf } from "../../hash-location.ts";
import { batchPath, webhookPath } from "../webhook/webhook-tabs.ts";

interface FoundEventProps {
  readonly match: FoundEvent;
  /** Whether its search goes on. */
  readonly isRunning: boolean;
}

/** An event that was found, and the batches in which it went to each webhook. */
export const FoundEventView = ({ match, isRunning }: FoundEventProps) => {
  const { event, event_id: id, looked_up: isLookedUp, looked_up_at: at, type, webhooks } = match;
  const { webhooks_total: total = webhooks.length } = match;
  const isWaiting = webhooks.some(({ missing }) => missing === "no_batch_yet");
  return (
    <Container
      header={
        <Header variant="h2">
          <bdi>{type}</bdi> <bdi>{id}</bdi>
        </Header>
      }
    >
      <dl className="remedy">
        <Fact label="Recipient" value={match.recipient} />
        <Fact label="Message" value={match.message_id} />
        <Fact label="Transmission" value={match.transmission_id} />
        <Fact label="Campaign" value={match.campaign_id} />
        <Fact label="Arrived" value={utcTime(match.arrived_at)} />
      </dl>
      {webhooks.length === 0 ? (
        <p>
          {isLookedUp && `No batch: ${noWebhookText(match)}.`}
          {!isLookedUp && isRunning && <StatusIndicator type="loading">Looking for its batches</StatusIndicator>}
          {!isLookedUp && !isRunning && "Its batches have not been looked up."}
        </p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        <section className="found-table" aria-label="Batches of the event" tabIndex={0}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Webhook</th>
                <th scope="col">Target</th>
                <th scope="col">Batch</th>
                <th scope="col">State</th>
                <th scope="col">Answered</th>
              </tr>
            </thead>
            <tbody>
              {webhooks.map((webhook) => (
                <WebhookRows key={webhook.webhook_id} webhook={webhook} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {isWaiting && at !== undefined && <p>As of {utcTime(at)}. Look again in a minute.</p>}
      {total > webhooks.length && webhooks.length > 0 && (isLookedUp || !isRunning) && (
        <p>and {counted(total - webhooks.length, "more webhook")}</p>
      )}
      {event !== undefined && (
        <div className="no-print">
          <ExpandableSection headerText="The event">
            <CodeBlock text={plainJson(JSON.stringify(event, undefined, 2))} label="event" />
          </ExpandableSection>
        </div>
      )}
    </Container>
  );
};

const Fact = ({ label, value }: { readonly label: string; readonly value: string | undefined }) =>
  value === undefined ? null : (
    <>
      <dt>{label}</dt>
      <dd className="wrap">{value}</dd>
    </>
  );

const WebhookRows = ({ webhook }: { readonly webhook: EventAtWebhook }) => {
  const { batches, exact, missing, name, target, truncated: isCut = false, webhook_id: id } = webhook;
  const own =
    name === undefined ? (
      id
    ) : (
      <Link href={hrefOf(webhookPath(id))}>
        <bdi>{name}</bdi>
      </Link>
    );
  const origin = target === undefined ? "" : originOf(target);
  if (batches.length === 0) {
    return (
      <tr>
        <td className="wrap">{own}</td>
        <td className="wrap">{origin}</td>
        <td colSpan={3}>
          No batch: {missingText(missing)}
          {isCut && "; perhaps others"}
        </td>
      </tr>
    );
  }
  return batches.map((batch, index) => (
    <tr key={batch.batch_id}>
      <td className="wrap">{own}</td>
      <td className="wrap">{origin}</td>
      <td>
        <Link href={hrefOf(batchPath(id, batch.batch_id))}>
          <span className="no-print">{shortId(batch.batch_id)}</span>
          <span className="print-only wrap">{batch.batch_id}</span>
        </Link>
        {!exact && " (or another of these)"}
        {batch.replay_id !== undefined && " (replay)"}
        {isCut && index === batches.length - 1 && "; perhaps others"}
      </td>
      <td>{batch.state === undefined ? "its record has ended" : <BatchStateView state={batch.state} />}</td>
      <td>
        <Answer batch={batch} />
      </td>
    </tr>
  ));
};

const Answer = ({ batch }: { readonly batch: FoundBatch }) => {
  const { attempts, last_attempt_at: at, reason, response_code: status } = batch;
  if (at === undefined) return "no attempt yet";
  const answer = status === undefined ? reasonText(reason ?? "") : String(status);
  return (
    <>
      {answer} at {utcTime(at)}
      {attempts !== undefined && attempts > 1 && `, attempt ${attempts}`}
    </>
  );
};

const originOf = (target: string): string => (URL.canParse(target) ? new URL(target).origin : target);
