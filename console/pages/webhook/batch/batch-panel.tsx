import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import Spinner from "@cloudscape-design/components/spinner";
import SplitPanel from "@cloudscape-design/components/split-panel";
import { useBatch } from "../../../api/webhook-queries.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { shortId } from "#shared/text/ids.ts";
import { hrefOf } from "../../../hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";
import { RedeliverButton } from "./redeliver-button.tsx";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { BatchAnatomy } from "./batch-anatomy.tsx";
import { BatchTimeline } from "./batch-timeline.tsx";

interface BatchPanelProps {
  readonly webhookId: string;
  readonly batchId: string;
}

/** A batch beside the list of batches. */
export const BatchPanel = ({ webhookId, batchId }: BatchPanelProps) => {
  const { data: batch, error, refetch } = useBatch(webhookId, batchId);
  return (
    <SplitPanel
      header={`Batch ${shortId(batchId)}`}
      closeBehavior="hide"
      headerActions={batch === undefined ? undefined : <RedeliverButton batch={batch} />}
      headerDescription={<Link href={hrefOf(batchPath(webhookId, batchId))}>Open the page of this batch</Link>}
    >
      {error !== null && (
        <ErrorView what="The batch could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {error === null && batch === undefined && (
        <Box textAlign="center">
          <Spinner /> Loading the batch
        </Box>
      )}
      {batch !== undefined && <BatchView batch={batch} />}
    </SplitPanel>
  );
};

interface BatchViewProps {
  readonly batch: BatchWithAttempts;
}

/** What is in a batch and what became of it. */
const BatchView = ({ batch }: BatchViewProps) => (
  <SpaceBetween size="l">
    <BatchAnatomy batch={batch} />
    <BatchTimeline batch={batch} />
  </SpaceBetween>
);
