import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ReactNode, useState } from "react";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { Countdown, Time } from "../../../components/time.tsx";
import { counted } from "#shared/text/numbers.ts";
import { AttemptView } from "./attempt-view.tsx";

interface BatchTimelineProps {
  readonly batch: BatchWithAttempts;
}

/** Attempts at the beginning and at the end that are always shown. */
const shownFirst = 1;
const shownLast = 4;

/** What happened to a batch, and what will happen next and when. */
export const BatchTimeline = ({ batch }: BatchTimelineProps) => {
  const [showsAll, setShowsAll] = useState(false);
  const { attempts } = batch;
  const hidden = showsAll ? 0 : Math.max(0, attempts.length - shownFirst - shownLast);
  const first = hidden === 0 ? attempts : attempts.slice(0, shownFirst);
  const last = hidden === 0 ? [] : attempts.slice(-shownLast);
  return (
    <section aria-label="What happened to the batch">
      <ol className="timeline">
        <Step>
          <StatusIndicator type="info">Formed</StatusIndicator> <Time at={batch.closed_at ?? batch.created_at} />
        </Step>
        {first.map((attempt) => (
          <Step key={attempt.n}>
            <AttemptView attempt={attempt} />
          </Step>
        ))}
        {hidden > 0 && (
          <Step>
            <Button variant="inline-link" onClick={() => setShowsAll(true)}>
              {`Show ${counted(hidden, "more attempt")}`}
            </Button>
          </Step>
        )}
        {last.map((attempt) => (
          <Step key={attempt.n}>
            <AttemptView attempt={attempt} />
          </Step>
        ))}
        <Outcome batch={batch} />
      </ol>
    </section>
  );
};

interface StepProps {
  readonly children: ReactNode;
}

const Step = ({ children }: StepProps) => <li>{children}</li>;

const expiredText = ({ expired_for: reason }: BatchTimelineProps["batch"]): string => {
  if (reason === "backlog") return "A day had passed: the target took batches more slowly than they came.";
  return reason === "webhook_deleted" ? "The webhook was deleted." : "The retry window ended.";
};

/** What comes next, or how it ended. */
const Outcome = ({ batch }: BatchTimelineProps) => {
  const { state, ended_at: endedAt, next_attempt_at: nextAt, expires_at: expiresAt } = batch;
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
        <>
          <Step>
            <StatusIndicator type="pending">
              {state === "parked" ? "Parked until its webhook is resumed or its target answers again" : "Next attempt"}
            </StatusIndicator>
            {nextAt !== undefined && (
              <Box>
                {state === "parked" ? "Looked at again in " : "in "}
                <Countdown to={nextAt} due="a moment" announce="Next attempt" />
              </Box>
            )}
          </Step>
          <Step>
            <StatusIndicator type="warning">Expires</StatusIndicator>
            <Box>
              in <Countdown to={expiresAt} due="a moment" announce="The batch expires" />, if no attempt succeeds before
            </Box>
          </Step>
        </>
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
            {expiredText(batch)} A replay sends its events again, as long as the stream keeps them.
          </Box>
        </Step>
      );
    case "split":
      return (
        <Step>
          <StatusIndicator type="info">Split in two smaller batches</StatusIndicator>
        </Step>
      );
  }
};
