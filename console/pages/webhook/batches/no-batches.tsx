import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { hrefOf } from "../../../routing/hash-location.ts";
import { webhookPath } from "../webhook-tabs.ts";

interface NoBatchesProps {
  readonly webhookId: string;
}

/** What a batch is, and how the first one comes about. */
export const NoBatches = ({ webhookId }: NoBatchesProps) => (
  <Box textAlign="center" padding={{ vertical: "l" }} color="inherit">
    <SpaceBetween size="s">
      <Box variant="h3">No batch yet</Box>
      <div>
        {`Events are collected for up to ${batchWindowSeconds} seconds and then posted together: that is a batch. The first one shows here as soon as it is formed.`}
      </div>
      <Button href={hrefOf(webhookPath(webhookId, "test"))}>Send a test POST meanwhile</Button>
    </SpaceBetween>
  </Box>
);
