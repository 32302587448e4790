import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Attempt, Batch } from "#shared/contract/api/batch.ts";
import { CodeBlock } from "../../../components/code-block.tsx";
import { RemedyView } from "../../../components/error-view.tsx";
import { responseText } from "../../../components/test-outcome/test-outcome.tsx";
import { TimingBar } from "../../../components/test-outcome/timing-bar.tsx";
import { Time } from "../../../components/time.tsx";
import { bytes } from "#shared/text/numbers.ts";
import { type AttemptGroup, groupVerdict } from "./attempt-groups.ts";
import { RemedyButton } from "./remedy-button.tsx";
import { reasonText } from "../../../components/state-text.ts";

interface AttemptViewProps {
  readonly group: AttemptGroup;
  /** The batch, where this is its last attempt and something may still be mended. */
  readonly mendable?: Pick<Batch, "webhook_id" | "events" | "bytes">;
}

/** POSTs of a batch that ended the same way: how they ended, where the time of the last went, what the target said. */
export const AttemptView = ({ group, mendable }: AttemptViewProps) => {
  const [first] = group;
  const attempt = group.at(-1) ?? first;
  const { n, outcome, started_at: at, reason, likely, fix, status, bytes_sent: sent } = attempt;
  return (
    <SpaceBetween size="xs">
      <div>
        <StatusIndicator type={outcome === "delivered" ? "success" : "error"}>{groupVerdict(group)}</StatusIndicator>{" "}
        {group.length > 1 && (
          <>
            <Time at={first.started_at} />
            {", last "}
          </>
        )}
        <Time at={at} />
      </div>
      {reason !== undefined && (
        <Box>
          <span className="strong">{reasonText(reason)}</span> <code>{reason}</code>
        </Box>
      )}
      <RemedyView likely={likely} fix={fix} />
      {mendable !== undefined && outcome !== "delivered" && <RemedyButton attempt={attempt} batch={mendable} />}
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

const answerOf = ({ status, response_headers: headers, response_excerpt: body, response_truncated: cut }: Attempt) =>
  responseText({
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(cut === undefined ? {} : { truncated: cut }),
  });
