import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ReactNode, useState } from "react";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { Countdown, Time } from "../../../components/time.tsx";
import { expiryText } from "#shared/text/expiry.ts";
import { counted } from "#shared/text/numbers.ts";
import { type AttemptGroup, groupAttempts } from "./attempt-groups.ts";
import { AttemptView } from "./attempt-view.tsx";

interface BatchTimelineProps {
  readonly batch: BatchWithAttempts;
}

/** Different attempts at the beginning and at the end that are always shown. */
const shownFirst = 1;
const shownLast = 4;

/** What happened to a batch, and what will happen next and when. */
export const BatchTimeline = ({ batch }: BatchTimelineProps) => {
  const [showsAll, setShowsAll] = useState(false);
  const groups = groupAttempts(batch.attempts.filter(({ again }) => again !== true));
  const sentAgain = groupAttempts(batch.attempts.filter(({ again }) => again === true));
  const folded = showsAll ? [] : groups.slice(shownFirst, -shownLast);
  const hidden = folded.reduce((sum, group) => sum + group.length, 0);
  const first = hidden === 0 ? groups : groups.slice(0, shownFirst);
  const last = hidden === 0 ? [] : groups.slice(-shownLast);
  const view = (group: AttemptGroup) => (
    <Step key={group[0].n}>
      <AttemptView
        group={group}
        {...(group === groups.at(-1) && batch.state !== "delivered" ? { mendable: batch } : {})}
      />
    </Step>
  );
  return (
    <section aria-label="What happened to the batch">
      <Deadlines batch={batch} />
      <ol className="timeline">
        <Step>
          <StatusIndicator type="info">Formed</StatusIndicator> <Time at={batch.closed_at ?? batch.created_at} />
        </Step>
        {first.map(view)}
        {hidden > 0 && (
          <Step>
            <Button variant="inline-link" onClick={() => setShowsAll(true)}>
              {`Show ${counted(hidden, "more attempt")}`}
            </Button>
          </Step>
        )}
        {last.map(view)}
        <Outcome batch={batch} />
        {sentAgain.map(view)}
      </ol>
    </section>
  );
};

interface StepProps {
  readonly children: ReactNode;
}

const Step = ({ children }: StepProps) => <li>{children}</li>;

/** When a waiting batch is attempted next, and until when: what is running out stands on top. */
const Deadlines = ({ batch }: BatchTimelineProps) => {
  const { state, next_attempt_at: nextAt, expires_at: expiresAt } = batch;
  if (state !== "retrying" && state !== "parked") return null;
  return (
    <Box padding={{ bottom: "m" }}>
      <KeyValuePairs
        columns={2}
        minColumnWidth={150}
        items={[
          {
            label: state === "parked" ? "Looked at again" : "Next attempt",
            value:
              nextAt === undefined ? (
                "–"
              ) : (
                <Countdown to={nextAt} before="in " due="in a moment" announce="Next attempt" />
              ),
          },
          {
            label: "Expires",
            value: (
              <>
                <Countdown to={expiresAt} before="in " due="in a moment" announce="The batch expires" />, if no attempt
                succeeds before
              </>
            ),
          },
        ]}
      />
    </Box>
  );
};

/** What comes next, or how it ended. */
const Outcome = ({ batch }: BatchTimelineProps) => {
  const { state, ended_at: endedAt } = batch;
  switch (state) {
    case "sending":
      return (
        <Step>
          <StatusIndicator type="in-progress">An attempt is under way</StatusIndicator>
        </Step>
      );
    case "retrying":
    case "parked":
      return (
        <Step>
          <StatusIndicator type="pending">
            {state === "parked"
              ? "Parked until its webhook is resumed or its target answers again"
              : "Waits for its next attempt"}
          </StatusIndicator>
        </Step>
      );
    case "delivered":
      return (
        <Step>
          <StatusIndicator type="success">Delivered</StatusIndicator> {endedAt !== undefined && <Time at={endedAt} />}
        </Step>
      );
    case "expired":
      return (
        <Step>
          <StatusIndicator type="error">Expired</StatusIndicator> {endedAt !== undefined && <Time at={endedAt} />}
          <Box color="text-body-secondary">
            {`It expired because ${expiryText(batch.expired_for)}.`} It can be recovered as long as the stream keeps its
            events.
          </Box>
        </Step>
      );
    case "split":
      return (
        <Step>
          <StatusIndicator type="info">Split into smaller batches</StatusIndicator>
        </Step>
      );
  }
};
