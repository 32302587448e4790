import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { apiAddress } from "../../../api/client.ts";
import { hrefOf } from "../../../routing/hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";
import { batchCommand } from "#shared/text/post-command.ts";
import { version } from "#shared/contract/version.ts";
import { useWebhook } from "../../../api/queries.ts";

interface CopyBatchProps {
  readonly batch: BatchWithAttempts;
}

/** Ways to take a batch elsewhere: its id, a link to it, and a command that shows or posts it. */
export const CopyBatch = ({ batch }: CopyBatchProps) => {
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
