import Button from "@cloudscape-design/components/button";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { hrefOf } from "../../../hash-location.ts";
import { recoverPath } from "../webhook-tabs.ts";

interface RecoverButtonProps {
  readonly batch: BatchWithAttempts;
}

/** Leads from a batch that has expired to where it is formed again; nothing for another. */
export const RecoverButton = ({ batch: { state, webhook_id: webhookId, batch_id: id } }: RecoverButtonProps) =>
  state === "expired" ? (
    <Button variant="primary" href={hrefOf(recoverPath(webhookId, id))}>
      Recover
    </Button>
  ) : null;
