import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import type { Replay } from "#shared/contract/api/replay.ts";
import { shortId } from "#shared/text/ids.ts";
import { counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { hrefOf } from "../../../hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";
import { recoveryLosses, replayFailureText } from "./replay-text.ts";

interface DryRunResultProps {
  readonly replay: Replay;
  readonly isStarting: boolean;
  /** Why nothing can be sent at present. */
  readonly whyNot: string | undefined;
  readonly onSend: (replay: Replay) => void;
}

/** Batches that are named; the list of batches has the others. */
const maxNamed = 10;

/** What a replay would send, what it cannot, and the button that sends it. */
export const DryRunResult = ({ replay, isStarting, whyNot, onSend }: DryRunResultProps) => {
  const { state, only, batches_formed: batches, events_matched: events, estimated_seconds: seconds } = replay;
  if (state === "running") return null;
  if (state !== "finished") {
    return (
      <Alert type="warning" header="The count did not finish">
        {replayFailureText(replay)}
      </Alert>
    );
  }
  const losses = recoveryLosses(replay).map((loss) => <div key={loss}>{loss}</div>);
  if (events === 0) {
    const why =
      only === undefined ? "No event of this webhook's types arrived in this time." : "No such batch is left.";
    return (
      <Alert type={losses.length > 0 ? "warning" : "info"} header="Nothing to send">
        {losses.length > 0 ? losses : why}
      </Alert>
    );
  }
  const same =
    only === undefined ? "The replay sends the time range that was counted." : "Nothing that was delivered is sent.";
  return (
    <Alert
      type="info"
      header={`Would send ${counted(batches, "batch", "batches")}, ${counted(events, "event")}`}
      action={
        <Button
          variant="primary"
          loading={isStarting}
          loadingText="Starting"
          disabled={whyNot !== undefined}
          disabledReason={whyNot ?? ""}
          onClick={() => onSend(replay)}
        >
          {`Send ${counted(batches, "batch", "batches")}`}
        </Button>
      }
    >
      {seconds === undefined ? same : `It takes about ${duration(Math.max(1, seconds) * 1_000)}. ${same}`}
      <NamedBatches replay={replay} />
      {losses}
    </Alert>
  );
};

const NamedBatches = ({ replay }: Pick<DryRunResultProps, "replay">) => {
  const ids = replay.recovery?.batch_ids ?? [];
  if (ids.length === 0) return null;
  const more = ids.length - maxNamed;
  return (
    <div>
      {ids.slice(0, maxNamed).map((id, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <a href={hrefOf(batchPath(replay.webhook_id, id))} title={id}>
            <code>{shortId(id)}</code>
          </a>
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </div>
  );
};
