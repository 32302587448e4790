import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useMutation, type UseQueryResult } from "@tanstack/react-query";
import type { ApiError } from "../../../api/api-error.ts";
import type { BatchFilter, BatchList } from "../../../api/batch-list.ts";
import type { Batch } from "#shared/contract/api/batch.ts";
import { loadOlderBatches } from "../../../api/webhook-queries.ts";
import { ErrorView } from "../../../components/error-view.tsx";
import { TableSettings, useTablePreferences } from "../../../components/table/table-settings.tsx";
import { shortId } from "#shared/text/ids.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { batchColumns } from "./batch-columns.tsx";
import { BatchFilters, batchFilterText } from "./batch-filters.tsx";
import type { BatchSearch } from "./batch-search.ts";
import { useHeldRows } from "./use-held-rows.ts";
import { useWindowSeconds } from "../../../api/queries.ts";
import { hrefOf } from "../../../hash-location.ts";
import { webhookPath } from "../webhook-tabs.ts";

interface BatchTableProps {
  readonly webhookId: string;
  readonly query: UseQueryResult<BatchList, ApiError>;
  readonly filter: BatchFilter;
  readonly search: BatchSearch;
  readonly onSearch: (change: Partial<BatchSearch>) => void;
  readonly live: boolean;
  readonly onLive: (live: boolean) => void;
}

const tableId = "batches";

/** Every batch of a webhook, the newest first, as the traffic goes on. */
export const BatchTable = ({ webhookId, query, filter, search, onSearch, live, onLive }: BatchTableProps) => {
  const list = query.data;
  const { rows, fresh, isHeld, release } = useHeldRows(list?.rows ?? []);
  const preferences = useTablePreferences(tableId, batchColumns);
  const older = useMutation({ mutationFn: (of: BatchFilter) => loadOlderBatches(webhookId, of) });
  const isFiltered = search.states.length + search.reasons.length > 0 || search.range !== null;
  const failed = query.error !== null;
  const retry = (): void => void query.refetch();

  return (
    <SpaceBetween size="m">
      <Table<Batch>
        items={rows}
        columnDefinitions={batchColumns}
        columnDisplay={preferences.columns}
        variant="container"
        stickyHeader
        enableKeyboardNavigation={rows.length > 0}
        trackBy={({ batch_id: id }) => id}
        loading={list === undefined && !failed}
        loadingText="Loading batches"
        selectionType="single"
        selectedItems={rows.filter(({ batch_id: id }) => id === search.batch)}
        onSelectionChange={({ detail }) => onSearch({ batch: detail.selectedItems[0]?.batch_id })}
        onRowClick={({ detail }) => onSearch({ batch: detail.item.batch_id })}
        ariaLabels={{
          tableLabel: "Batches",
          selectionGroupLabel: "Batch to show next to the list",
          itemSelectionLabel: (_, { batch_id: id }) => `Show batch ${shortId(id)}`,
        }}
        empty={
          failed && list === undefined ? (
            <ErrorView what="The batches could not be loaded" error={query.error} onRetry={retry} />
          ) : isFiltered ? (
            <SpaceBetween size="s">
              <Box fontWeight="bold">No batch matches</Box>
              <div className="wrap">{batchFilterText(search)}</div>
              <Button onClick={() => onSearch({ states: [], reasons: [], range: null })}>Clear filters</Button>
            </SpaceBetween>
          ) : (
            <NoBatches webhookId={webhookId} />
          )
        }
        header={
          <SpaceBetween size="s">
            <Header
              variant="h2"
              {...(list === undefined
                ? {}
                : { counter: `(${count(rows.length)}${list.cursor === undefined ? "" : "+"})` })}
              actions={
                <SpaceBetween direction="horizontal" size="s" alignItems="center">
                  <Toggle checked={live} onChange={({ detail }) => onLive(detail.checked)}>
                    Live
                  </Toggle>
                  <Button
                    iconName="refresh"
                    ariaLabel="Refresh the batches"
                    loading={query.isFetching && !live}
                    onClick={retry}
                  />
                </SpaceBetween>
              }
            >
              Batches
            </Header>
            {failed && list !== undefined && (
              <Alert type="warning" action={<Button onClick={retry}>Try again</Button>}>
                These batches may be out of date: {query.error.message}.
              </Alert>
            )}
          </SpaceBetween>
        }
        filter={<BatchFilters search={search} onChange={onSearch} />}
        preferences={<TableSettings id={tableId} columns={batchColumns} />}
      />
      {older.isError && older.variables === filter && (
        <ErrorView what="Older batches could not be loaded" error={older.error} />
      )}
      {list?.cursor !== undefined && (
        <Box textAlign="center">
          <Button loading={older.isPending} onClick={() => older.mutate(filter)}>
            Load older batches
          </Button>
        </Box>
      )}
      {isHeld && fresh > 0 && (
        <div className="fresh-rows">
          <Button iconName="angle-up" variant="primary" onClick={release}>
            {`${count(fresh)} new`}
          </Button>
        </div>
      )}
      <LiveRegion hidden>{isHeld && fresh > 0 ? counted(fresh, "new batch", "new batches") : ""}</LiveRegion>
    </SpaceBetween>
  );
};

interface NoBatchesProps {
  readonly webhookId: string;
}

/** What a batch is, and how the first one comes about. */
const NoBatches = ({ webhookId }: NoBatchesProps) => {
  const windowSeconds = useWindowSeconds();
  return (
    <Box textAlign="center" padding={{ vertical: "l" }} color="inherit">
      <SpaceBetween size="s">
        <Box variant="h3">No batch yet</Box>
        <div>
          {`Events are collected for up to ${counted(windowSeconds, "second")} and then posted together: that is a batch. The first one shows here as soon as it is formed.`}
        </div>
        <Button href={hrefOf(webhookPath(webhookId, "test"))}>Send a test POST while you wait</Button>
      </SpaceBetween>
    </Box>
  );
};
