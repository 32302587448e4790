import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Attempt } from "#shared/contract/api/batch.ts";
import { CodeBlock } from "../../../components/code-block.tsx";
import { RemedyView } from "../../../components/error-view.tsx";
import { responseText } from "../../../components/test-outcome/test-outcome.tsx";
import { TimingBar } from "../../../components/test-outcome/timing-bar.tsx";
import { Time } from "../../../components/time.tsx";
import { bytes } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { reasonText } from "../../../components/state-text.ts";

interface AttemptViewProps {
  readonly attempt: Attempt;
}

/** One POST of a batch: how it ended, where its time went, what the target said. */
export const AttemptView = ({ attempt }: AttemptViewProps) => {
  const { n, outcome, started_at: at, reason, likely, fix, status, bytes_sent: sent } = attempt;
  return (
    <SpaceBetween size="xs">
      <div>
        <StatusIndicator type={outcome === "delivered" ? "success" : "error"}>
          {`Attempt ${n}: ${attemptVerdict(attempt)}`}
        </StatusIndicator>{" "}
        <Time at={at} />
      </div>
      {reason !== undefined && (
        <Box>
          <span className="strong">{reasonText(reason)}</span> <code>{reason}</code>
        </Box>
      )}
      <RemedyView likely={likely} fix={fix} />
      <TimingBar timings={attempt.timings} answered={status !== undefined} />
      <Box fontSize="body-s" color="text-body-secondary">
        {sent === undefined ? "" : sent === 0 ? "The body did not go out whole." : `${bytes(sent)} sent.`}
      </Box>
      {status !== undefined && (
        <ExpandableSection headerText="Answer of the target" headingTagOverride="h3">
          <CodeBlock label={`answer to attempt ${n}`} text={answerOf(attempt)} />
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
};

/** How an attempt ended, in a few words. */
export const attemptVerdict = ({ status, latency_ms: ms, error_code: code }: Attempt): string =>
  status === undefined
    ? `no answer after ${duration(ms)}${code === undefined ? "" : ` (${code})`}`
    : `${status} in ${duration(ms)}`;

const answerOf = ({ status, response_headers: headers, response_excerpt: body, response_truncated: cut }: Attempt) =>
  responseText({
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(cut === undefined ? {} : { truncated: cut }),
  });
