import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import type { Replay } from "#shared/contract/api/replay.ts";
import { counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { replayFailureText } from "./replay-text.ts";

interface DryRunResultProps {
  readonly replay: Replay;
  readonly isStarting: boolean;
  readonly onSend: (replay: Replay) => void;
}

/** What a replay would send, and the button that sends it. */
export const DryRunResult = ({ replay, isStarting, onSend }: DryRunResultProps) => {
  const { state, batches_formed: batches, events_matched: events, estimated_seconds: seconds } = replay;
  if (state === "running") return null;
  if (state !== "finished") {
    return (
      <Alert type="warning" header="The count did not finish">
        {replayFailureText(replay)}
      </Alert>
    );
  }
  if (events === 0) {
    return (
      <Alert type="info" header="Nothing to send">
        No event of this webhook's types arrived in this time.
      </Alert>
    );
  }
  return (
    <Alert
      type="info"
      header={`Would send ${counted(batches, "batch", "batches")}, ${counted(events, "event")}`}
      action={
        <Button variant="primary" loading={isStarting} loadingText="Starting" onClick={() => onSend(replay)}>
          {`Send ${counted(batches, "batch", "batches")}`}
        </Button>
      }
    >
      {seconds === undefined
        ? "The same time range is sent that was counted."
        : `It takes about ${duration(Math.max(1, seconds) * 1_000)}. The same time range is sent that was counted.`}
    </Alert>
  );
};
