import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { WebhooksOverview } from "#shared/contract/api/overview.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { stateTexts } from "../../components/state-text.ts";
import { Countdown } from "../../components/time.tsx";
import { hrefOf } from "../../hash-location.ts";

interface RunwayProps {
  readonly risk: WebhooksOverview["at_risk"];
}

/** What will be lost, when, and of whom, unless targets take it before; a warning once half of the time is over. */
export const Runway = ({ risk }: RunwayProps) => {
  const { webhooks, batches, events, half_time: late, runway, first, is_complete: isComplete } = risk;
  const slots = runway.filter((slot) => slot.batches > 0);
  const least = isComplete ? "" : "at least ";
  if (batches === 0) {
    return (
      <Container header={<Header variant="h2">At risk</Header>}>
        {isComplete ? "Nothing waits: no event is at risk." : "Still looking for what waits."}
      </Container>
    );
  }
  return (
    <SpaceBetween size="m">
      {late > 0 && (
        <Alert type="warning" header={`Of ${counted(late, "webhook")} half of the time to deliver is over`}>
          What their targets do not take in the other half is lost.
        </Alert>
      )}
      <Container
        header={
          <Header
            variant="h2"
            description={`${least}${counted(batches, "batch", "batches")} with ${counted(events, "event")} of ${counted(webhooks, "webhook")}`}
          >
            At risk
          </Header>
        }
      >
        <SpaceBetween size="l">
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
          <section className="chart-table" tabIndex={0} aria-label="Webhooks that lose a batch first">
            <table className="plain-table tabular">
              <thead>
                <tr>
                  <th scope="col">Loses first</th>
                  <th scope="col">In</th>
                  <th scope="col">State</th>
                  <th scope="col">Batches</th>
                  <th scope="col">Events</th>
                </tr>
              </thead>
              <tbody>
                {first.map((webhook) => (
                  <tr key={webhook.id}>
                    {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its text lies deeper than the rule looks */}
                    <td className="risk-name">
                      <Link href={hrefOf(`/webhooks/${webhook.id}`)}>
                        <bdi className="clamp" title={webhook.name}>
                          {webhook.name}
                        </bdi>
                      </Link>
                    </td>
                    <td>
                      <Countdown to={webhook.next_expiry_at} due="a moment" />
                    </td>
                    <td>{stateTexts[webhook.state]}</td>
                    <td>{count(webhook.pending_batches)}</td>
                    <td>{count(webhook.pending_events)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {webhooks > first.length && (
            <Box color="text-body-secondary">{`and ${count(webhooks - first.length)} webhooks later`}</Box>
          )}
          <div>
            <Box variant="h3">What is lost when</Box>
            <ul className="consequences">
              {slots.map((slot) => (
                <li key={slot.at}>
                  <Countdown to={slot.at} due="now" before="after " />
                  {`: ${counted(slot.batches, "batch", "batches")}, ${counted(slot.events, "event")}`}
                </li>
              ))}
            </ul>
          </div>
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
};
