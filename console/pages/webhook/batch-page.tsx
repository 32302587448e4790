import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useParams } from "wouter";
import { useBatch, useWebhookSummary } from "../../api/webhook-queries.ts";
import { BatchStateView } from "../../components/states.tsx";
import { ErrorView } from "../../components/error-view.tsx";
import { shortId } from "#shared/text/ids.ts";
import { Page } from "../../shell/page.tsx";
import { BatchAnatomy } from "./batch/batch-anatomy.tsx";
import { BatchTimeline } from "./batch/batch-timeline.tsx";
import { BodyViewer } from "./batch/body-viewer.tsx";
import { RecoverButton } from "./batch/recover-button.tsx";
import { RedeliverButton } from "./batch/redeliver-button.tsx";
import { SendToButton } from "./batch/send-to-button.tsx";
import { batchPath, webhookPath } from "./webhook-tabs.ts";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { apiAddress } from "../../api/client.ts";
import { hrefOf } from "../../hash-location.ts";
import { batchCommand } from "#shared/text/post-command.ts";
import { version } from "#shared/contract/version.ts";
import { useWebhook } from "../../api/queries.ts";

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
      {...(batch === undefined ? {} : { actions: <BatchActions batch={batch} /> })}
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

const BatchActions = ({ batch }: CopyBatchProps) => (
  <SpaceBetween size="xs" direction="horizontal">
    <SendToButton batch={batch} />
    <RedeliverButton batch={batch} />
    <RecoverButton batch={batch} />
  </SpaceBetween>
);

interface CopyBatchProps {
  readonly batch: BatchWithAttempts;
}

/** Ways to take a batch elsewhere: its id, a link to it, and a command that shows or posts it. */
const CopyBatch = ({ batch }: CopyBatchProps) => {
  const { webhook_id: webhookId, batch_id: id, replay_id: replayId, body_available: hasBody } = batch;
  const link = new URL(hrefOf(batchPath(webhookId, id)), document.baseURI).href;
  const { data: webhook } = useWebhook(webhookId);
  const api = apiAddress(`/webhooks/${webhookId}/batches/${id}`);
  return (
    <div className="copy-buttons">
      <Copy what="id" text={id} />
      <Copy what="link" text={link} />
      {webhook !== undefined && (
        <Copy what="curl" text={batchCommand(api, { batchId: id, replayId, version, hasBody }, webhook)} />
      )}
    </div>
  );
};

interface CopyProps {
  readonly what: string;
  readonly text: string;
}

const Copy = ({ what, text }: CopyProps) => (
  <CopyToClipboard
    copyButtonText={`Copy ${what}`}
    copySuccessText={`Copied ${what}`}
    copyErrorText={`The ${what} could not be copied`}
    textToCopy={text}
  />
);
