import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useParams } from "wouter";
import { useBatch, useWebhookSummary } from "../../api/webhook-queries.ts";
import { BatchStateView } from "../../components/batch-state.tsx";
import { ErrorView } from "../../components/error-view.tsx";
import { shortId } from "#shared/text/ids.ts";
import { Page } from "../../shell/page.tsx";
import { BatchAnatomy } from "./batch/batch-anatomy.tsx";
import { BatchTimeline } from "./batch/batch-timeline.tsx";
import { BodyViewer } from "./batch/body-viewer.tsx";
import { CopyBatch } from "./batch/copy-batch.tsx";
import { RedeliverButton } from "./batch/redeliver-button.tsx";
import { webhookPath } from "./webhook-tabs.ts";

/** A batch: what is in it, every attempt to deliver it, and what comes next. */
export const BatchPage = () => {
  const { id = "", batchId = "" } = useParams();
  const { data: webhook } = useWebhookSummary(id);
  const { data: batch, error, refetch } = useBatch(id, batchId);
  return (
    <Page
      title={`Batch ${shortId(batchId)}`}
      crumbs={[
        { text: "Webhooks", path: "/webhooks" },
        { text: webhook?.name ?? "Webhook", path: webhookPath(id) },
        { text: "Batches", path: webhookPath(id, "batches") },
      ]}
      {...(batch === undefined ? {} : { actions: <RedeliverButton batch={batch} /> })}
      ready={batch !== undefined || error !== null}
    >
      {error !== null && (
        <ErrorView
          what={batch === undefined ? "The batch could not be loaded" : "What you see may be out of date"}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {error === null && batch === undefined && (
        <Box textAlign="center">
          <Spinner /> Loading the batch
        </Box>
      )}
      {batch !== undefined && (
        <SpaceBetween size="l">
          <div className="batch-line">
            <BatchStateView state={batch.state} />
            <CopyBatch batch={batch} />
          </div>
          <div className="batch-columns">
            <Container>
              <BatchAnatomy batch={batch} />
            </Container>
            <Container>
              <BatchTimeline batch={batch} />
            </Container>
          </div>
          <BodyViewer batch={batch} />
        </SpaceBetween>
      )}
    </Page>
  );
};
