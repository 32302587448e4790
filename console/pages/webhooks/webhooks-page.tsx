import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useWebhookSummaries } from "../../api/queries.ts";
import type { WebhookSummary } from "../../api/webhook.ts";
import { ResourceTable } from "../../components/table/resource-table.tsx";
import { Page } from "../../shell/page.tsx";
import { webhookColumns, webhookFilters } from "./columns.tsx";

const title = "Webhooks";

/** Every webhook with its state and its last 24 hours. */
export const WebhooksPage = () => {
  const query = useWebhookSummaries();
  return (
    <Page title={title} heading={false} contentType="table" ready={!query.isPending}>
      <ResourceTable<WebhookSummary>
        id="webhooks"
        title={title}
        noun={["webhook", "webhooks"]}
        query={query}
        columns={webhookColumns}
        filters={webhookFilters}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        sortBy="state"
        actions={() => null}
        empty={
          <SpaceBetween size="s">
            <Box variant="h3">No webhooks yet</Box>
            <p>A webhook names a URL and the event types that are posted there, in batches.</p>
          </SpaceBetween>
        }
      />
    </Page>
  );
};
