import { useMemo, useState } from "react";
import { useParams, useSearch } from "wouter";
import { serverNow } from "../../api/clock.ts";
import { useBatches } from "../../api/webhook-queries.ts";
import { navigate } from "../../hash-location.ts";
import { BatchPanel } from "./batch/batch-panel.tsx";
import { type BatchSearch, batchFilterOf, batchSearchText, readBatchSearch } from "./batches/batch-search.ts";
import { BatchTable } from "./batches/batch-table.tsx";
import { WebhookFrame } from "./webhook-frame.tsx";
import { webhookPath } from "./webhook-tabs.ts";

/** Every batch of a webhook, with one of them beside the list on demand. */
export const BatchesPage = () => {
  const { id = "" } = useParams();
  const search = readBatchSearch(useSearch());
  const [live, setLive] = useState(true);
  const wanted = batchSearchText({ ...search, batch: undefined });
  // A time range is counted from when it was chosen: the list would begin anew with every moment otherwise.
  const filter = useMemo(() => batchFilterOf(wanted, serverNow()), [wanted]);
  const query = useBatches(id, filter, { live });
  const change = (part: Partial<BatchSearch>): void =>
    navigate(`${webhookPath(id, "batches")}${batchSearchText({ ...search, ...part })}`, { replace: true });

  return (
    <WebhookFrame
      tab="batches"
      ready={!query.isPending}
      splitPanel={{
        splitPanelOpen: search.batch !== undefined,
        onSplitPanelToggle: () => change({ batch: undefined }),
        ...(search.batch === undefined ? {} : { splitPanel: <BatchPanel webhookId={id} batchId={search.batch} /> }),
      }}
    >
      {() => (
        <BatchTable
          webhookId={id}
          query={query}
          filter={filter}
          search={search}
          onSearch={change}
          live={live}
          onLive={setLive}
        />
      )}
    </WebhookFrame>
  );
};
