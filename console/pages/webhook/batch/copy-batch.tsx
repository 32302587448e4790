import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import type { BatchWithAttempts } from "../../../api/batch.ts";
import { apiAddress } from "../../../api/client.ts";
import { hrefOf } from "../../../routing/hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";
import { batchCurl } from "./batch-curl.ts";

interface CopyBatchProps {
  readonly batch: BatchWithAttempts;
  readonly target: string | undefined;
}

/** Ways to take a batch elsewhere: its id, a link to it, and a command that shows or posts it. */
export const CopyBatch = ({ batch, target }: CopyBatchProps) => {
  const { webhook_id: webhookId, batch_id: id } = batch;
  const link = new URL(hrefOf(batchPath(webhookId, id)), document.baseURI).href;
  const api = apiAddress(`/webhooks/${webhookId}/batches/${id}`);
  return (
    <div className="copy-buttons">
      <Copy what="id" text={id} />
      <Copy what="link" text={link} />
      <Copy
        what="curl"
        text={batchCurl({ api, id, ...(batch.body_available && target !== undefined ? { target } : {}) })}
      />
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
