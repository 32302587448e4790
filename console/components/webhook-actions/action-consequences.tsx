import { counted } from "#shared/text/numbers.ts";
import { Countdown } from "../time.tsx";
import type { Queued, WebhookAction } from "./webhook-action.ts";

interface ActionConsequencesProps {
  readonly action: WebhookAction;
  readonly queued: Queued;
}

/** What an action means for new events and for the batches that are queued. */
export const ActionConsequences = ({ action, queued: { batches, events, nextExpiryAt } }: ActionConsequencesProps) => {
  const queued = `${counted(batches, "batch", "batches")} (${counted(events, "event")})`;
  const expiry = nextExpiryAt !== undefined && (
    <>
      {" The first expires in "}
      <Countdown to={nextExpiryAt} due="a moment" />.
    </>
  );
  switch (action) {
    case "pause":
      return (
        <ul className="consequences">
          <li>
            New events are <strong>not collected</strong> from 60 seconds after now on. A replay can fetch them later,
            as long as the stream keeps them.
          </li>
          <li>
            {batches === 0
              ? "No batches are queued."
              : `${queued} already formed: they wait, and still expire at their cutoff.`}
            {batches > 0 && expiry}
          </li>
        </ul>
      );
    case "resume":
      return (
        <ul className="consequences">
          <li>{batches === 0 ? "No batches are queued." : `Waiting: ${queued}. They go out.`}</li>
          <li>New events are collected from 60 seconds after now at the latest.</li>
          <li>Events of the pause come only by a replay, as long as the stream keeps them.</li>
        </ul>
      );
    case "delete":
      return (
        <ul className="consequences">
          <li>
            {batches === 0
              ? "No batches are queued."
              : `Still queued: ${queued}. They are delivered to the old target, or expire at their cutoff.`}
            {batches > 0 && expiry}
          </li>
          <li>The settings and the history are deleted. This cannot be undone.</li>
        </ul>
      );
  }
};
