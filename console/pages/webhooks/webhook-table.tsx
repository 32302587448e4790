import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TokenGroup from "@cloudscape-design/components/token-group";
import Table from "@cloudscape-design/components/table";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { WebhookOrder, WebhookRow } from "#shared/contract/api/summary.ts";
import { count, counted } from "#shared/text/numbers.ts";
import type { ApiError } from "../../api/api-error.ts";
import type { WebhookPage } from "../../api/queries.ts";
import { hasDeleted } from "../../bulk/bulk-job.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { stateTexts } from "../../components/state-text.ts";
import { TableSettings, type useTablePreferences } from "../../components/table/table-settings.tsx";
import { webhookColumns } from "./columns.tsx";
import { type HeldRows, holdRows } from "./held-order.ts";
import { type ListSearch, subaccountName } from "./list-search.ts";
import { SearchBox } from "./search-box.tsx";
import { StateChips } from "./state-chips.tsx";

interface WebhookTableProps {
  readonly title: string;
  readonly query: UseQueryResult<WebhookPage, ApiError>;
  readonly search: ListSearch;
  readonly onSearch: (change: Partial<ListSearch>) => void;
  readonly preferences: ReturnType<typeof useTablePreferences>;
  /** Absent where nothing can be done to what is selected. */
  readonly selection?: {
    readonly isSelected: (row: WebhookRow) => boolean;
    /** How many webhooks are selected, on whatever pages. */
    readonly size: number;
    /** What is selected of the rows that are shown. */
    readonly onChange: (shown: readonly WebhookRow[], selected: readonly WebhookRow[]) => void;
  };
  readonly actions: ReactNode;
  /** Below the header: what needs attention. */
  readonly notice: ReactNode;
  /** What is shown to somebody who has no webhook. */
  readonly empty: ReactNode;
}

export const webhookTableId = "webhooks";

/** Webhooks page by page: the server searches, sorts and counts them, however many there are. */
export const WebhookTable = ({
  title,
  query,
  search,
  onSearch,
  preferences,
  selection,
  ...props
}: WebhookTableProps) => {
  const { data: page, error, isPlaceholderData: isOld } = query;
  const { rows, moved, release } = useHeldRows(query, JSON.stringify([search, preferences.pageSize]));
  const { total = 0, matching = 0 } = page ?? {};
  const pages = Math.max(1, Math.ceil(matching / preferences.pageSize));
  const descending = search.sort.startsWith("-");
  const sort = descending ? search.sort.slice(1) : search.sort;
  const sortingColumn = webhookColumns.find(({ sortingField: field }) => field === sort);
  const retry = (): void => void query.refetch();

  return (
    <div data-webhook-rows="" className={isOld ? "old-rows" : ""} aria-busy={isOld}>
      <Table<WebhookRow>
        items={rows}
        columnDefinitions={webhookColumns}
        columnDisplay={preferences.columns}
        variant="full-page"
        stickyHeader
        wrapLines
        // Without rows there is nothing to go through: the grid would take the focus from what stands in their place.
        enableKeyboardNavigation={rows.length > 0}
        trackBy={({ id }) => id}
        loading={page === undefined && error === null}
        loadingText="Loading webhooks"
        {...(sortingColumn === undefined ? {} : { sortingColumn, sortingDescending: descending })}
        onSortingChange={({ detail }) => {
          const field = detail.sortingColumn.sortingField ?? "name";
          onSearch({ sort: (detail.isDescending === true ? `-${field}` : field) as WebhookOrder });
        }}
        {...(selection === undefined
          ? {}
          : {
              selectionType: "multi" as const,
              // Rows of the page before are about to go, and would stay selected out of sight.
              isItemDisabled: () => isOld,
              selectedItems: rows.filter((row) => selection.isSelected(row)),
              onSelectionChange: ({ detail }) => selection.onChange(rows, detail.selectedItems),
            })}
        ariaLabels={{
          tableLabel: title,
          selectionGroupLabel: "Select webhooks",
          allItemsSelectionLabel: () => "Select all webhooks of this page",
          itemSelectionLabel: (_, { name }) => `Select ${name}`,
        }}
        empty={
          error !== null && page === undefined ? (
            <ErrorView what="The webhooks could not be loaded" error={error} onRetry={retry} />
          ) : total > 0 || search.subaccount !== "" ? (
            <SpaceBetween size="s">
              <Box fontWeight="bold">No webhook matches</Box>
              <div className="wrap">{searchText(search)}</div>
              <Button onClick={() => onSearch({ text: "", states: [], subaccount: "" })}>Clear search</Button>
            </SpaceBetween>
          ) : (
            props.empty
          )
        }
        header={
          <SpaceBetween size="s">
            <Header
              variant="awsui-h1-sticky"
              counter={
                page === undefined ? "" : `(${counterText({ selected: selection?.size ?? 0, matching, total })})`
              }
              actions={props.actions}
            >
              {title}
            </Header>
            {error !== null && page !== undefined && (
              <Alert type="warning" action={<Button onClick={retry}>Try again</Button>}>
                These webhooks may be out of date: {error.message}.
              </Alert>
            )}
            {props.notice}
          </SpaceBetween>
        }
        filter={
          <div className="list-filter">
            <SearchBox
              text={search.text}
              countText={isOld ? "" : counted(matching, "match", "matches")}
              loading={isOld}
              onSearch={(text) => onSearch({ text })}
            />
            {search.subaccount !== "" && (
              <TokenGroup
                items={[
                  {
                    label: subaccountName(Number(search.subaccount)),
                    dismissLabel: "Show the webhooks of all",
                  },
                ]}
                onDismiss={() => onSearch({ subaccount: "" })}
              />
            )}
            <StateChips counts={page?.states} chosen={search.states} onChange={(states) => onSearch({ states })} />
            {moved > 0 && (
              <Button iconName="refresh" variant="inline-link" onClick={release}>
                {`Put ${counted(moved, "webhook")} in order`}
              </Button>
            )}
          </div>
        }
        pagination={
          <Pagination
            currentPageIndex={search.page}
            pagesCount={pages}
            disabled={pages === 1 && search.page === 1}
            ariaLabels={{ paginationLabel: "Pages of webhooks" }}
            onChange={({ detail }) => onSearch({ page: detail.currentPageIndex })}
          />
        }
        preferences={<TableSettings id={webhookTableId} columns={webhookColumns} />}
      />
      {search.text === "" && search.states.length > 0 && (
        <span className="visually-hidden" aria-live="polite">
          {isOld ? "" : counted(matching, "match", "matches")}
        </span>
      )}
    </div>
  );
};

const counterText = ({
  selected,
  matching,
  total,
}: Readonly<Record<"selected" | "matching" | "total", number>>): string => {
  const all = matching === total ? count(total) : `${count(matching)} of ${count(total)}`;
  return selected > 0 ? `${count(selected)} selected of ${all}` : all;
};

/** What is searched for, in words. */
const searchText = ({ text, states, subaccount }: ListSearch): string =>
  [
    ...(subaccount === "" ? [] : [subaccountName(Number(subaccount))]),
    ...(text === "" ? [] : [`“${text}” in the name, the target or the id`]),
    ...(states.length === 0 ? [] : [`state ${states.map((state) => stateTexts[state]).join(" or ")}`]),
  ].join(", ");

/** Whether somebody points at a row, or has the focus in one. */
const areRowsAttended = (): boolean =>
  document.querySelector("[data-webhook-rows] tbody:is(:hover, :focus-within)") !== null;

/** The rows of a page, which do not move away from under somebody's pointer. */
const useHeldRows = (
  { data, isPlaceholderData: isOld }: UseQueryResult<WebhookPage, ApiError>,
  page: string,
): { readonly rows: readonly WebhookRow[]; readonly moved: number; readonly release: () => void } => {
  const [seen, setSeen] = useState<{ readonly data: WebhookPage; readonly held: HeldRows<WebhookRow> }>();
  if (data !== undefined && !isOld && (seen?.data !== data || seen.held.page !== page)) {
    const isAttended = areRowsAttended();
    setSeen({ data, held: holdRows(seen?.held, { page, rows: data.results }, { isAttended, isDeleted: hasDeleted }) });
  }
  const release = (): void => {
    if (data !== undefined) setSeen({ data, held: { page, rows: data.results, moved: 0 } });
  };
  return { rows: seen?.held.rows ?? data?.results ?? [], moved: seen?.held.moved ?? 0, release };
};
