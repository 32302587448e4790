import { useCollection } from "@cloudscape-design/collection-hooks";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { type ReactNode, useEffect, useEffectEvent, useMemo, useRef } from "react";
import type { ApiError } from "../../api/api-error.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { ErrorView } from "../error-view.tsx";
import { type Column, TableSettings, useTablePreferences } from "./table-settings.tsx";
import { filterFromSearch, filterText, searchWithFilter } from "./filter-in-search.ts";
import { useLocation, useSearch } from "wouter";
import { navigate } from "../../hash-location.ts";

interface ResourceTableProps<Row> {
  /** Names the table's preferences. */
  readonly id: string;
  readonly title: string;
  /** One row and many: `["webhook", "webhooks"]`. */
  readonly noun: readonly [string, string];
  /** What asks for the rows; its states are the table's. */
  readonly query: {
    readonly data: readonly Row[] | undefined;
    readonly error: ApiError | null;
    readonly refetch: () => unknown;
  };
  readonly columns: readonly Column<Row>[];
  readonly filters: readonly PropertyFilterProps.FilteringProperty[];
  readonly rowId: (row: Row) => string;
  /** What this list is and what to do first. */
  readonly empty: ReactNode;
  /** Buttons of the header. */
  readonly actions: ReactNode;
  readonly description?: ReactNode;
  /** Column that the rows are sorted by at first. */
  readonly sortBy?: string;
}

/**
 * A list with its four states: loading, empty, no match and error. A failed refresh keeps the rows and says that they are
 * old. Filter in the address, sort, pages, columns.
 */
export const ResourceTable = <Row,>(props: ResourceTableProps<Row>) => {
  const { query, columns, noun, title, rowId } = props;
  const rows = query.data ?? [];
  const { query: filter, setQuery: setFilter } = useFilterInSearch();
  const preferences = useTablePreferences(props.id, columns);
  const filterBox = useRef<PropertyFilterProps.Ref>(null);
  useShortcut({ keys: "/", label: `Filter the ${noun[1]}`, run: () => filterBox.current?.focus() });

  const clear = (): void => setFilter({ tokens: [], operation: "and" });
  const sortingColumn = columns.find(({ id }) => id === props.sortBy);
  const collection = useCollection(rows, {
    propertyFiltering: {
      filteringProperties: props.filters,
      defaultQuery: filter,
      noMatch: (
        <SpaceBetween size="s">
          <Box fontWeight="bold">No {noun[0]} matches</Box>
          <div className="wrap">{filterText(filter, props.filters)}</div>
          <Button onClick={clear}>Clear filter</Button>
        </SpaceBetween>
      ),
    },
    sorting: sortingColumn === undefined ? {} : { defaultState: { sortingColumn } },
    pagination: { pageSize: preferences.pageSize },
  });
  const { actions } = collection;
  // The collection's functions are new at every rendering.
  const setCollectionFilter = useEffectEvent((next: PropertyFilterProps.Query) => actions.setPropertyFiltering(next));
  useEffect(() => setCollectionFilter(filter), [filter]);

  const isFiltered = filter.tokens.length > 0;
  const matches = collection.filteredItemsCount ?? rows.length;
  const failed = query.error !== null;
  const retry = (): void => void query.refetch();

  return (
    <Table<Row>
      {...collection.collectionProps}
      items={collection.items}
      columnDefinitions={columns}
      columnDisplay={preferences.columns}
      variant="full-page"
      stickyHeader
      wrapLines
      // Without rows there is nothing to go through: the grid would take the focus from what stands in their place.
      enableKeyboardNavigation={collection.items.length > 0}
      trackBy={rowId}
      loading={query.data === undefined && !failed}
      loadingText={`Loading ${noun[1]}`}
      empty={
        failed && query.data === undefined ? (
          <ErrorView what={`The ${noun[1]} could not be loaded`} error={query.error} onRetry={retry} />
        ) : isFiltered ? (
          collection.collectionProps.empty
        ) : (
          props.empty
        )
      }
      ariaLabels={{ tableLabel: title }}
      header={
        <SpaceBetween size="s">
          <Header
            variant="awsui-h1-sticky"
            description={props.description}
            counter={query.data === undefined ? "" : `(${count(rows.length)})`}
            actions={props.actions}
          >
            {title}
          </Header>
          {failed && query.data !== undefined && (
            <Alert type="warning" action={<Button onClick={retry}>Try again</Button>}>
              These {noun[1]} may be out of date: {query.error.message}.
            </Alert>
          )}
        </SpaceBetween>
      }
      filter={
        <PropertyFilter
          ref={filterBox}
          query={filter}
          onChange={({ detail }) => setFilter(detail)}
          filteringProperties={props.filters}
          filteringOptions={collection.propertyFilterProps.filteringOptions}
          filteringPlaceholder={`Find ${noun[1]}`}
          filteringAriaLabel={`Find ${noun[1]}`}
          expandToViewport
          {...(isFiltered ? { countText: counted(matches, "match", "matches") } : {})}
        />
      }
      pagination={
        <Pagination
          {...collection.paginationProps}
          ariaLabels={{ paginationLabel: `Pages of ${noun[1]}` }}
          {...(rows.length <= preferences.pageSize ? { disabled: true } : {})}
        />
      }
      preferences={<TableSettings id={props.id} columns={columns} />}
    />
  );
};

interface FilterInSearch {
  readonly query: PropertyFilterProps.Query;
  readonly setQuery: (query: PropertyFilterProps.Query) => void;
}

/** A table's filter, kept in the address: a link to the page shows the same rows. */
const useFilterInSearch = (): FilterInSearch => {
  const [path] = useLocation();
  const search = useSearch();
  const query = useMemo(() => filterFromSearch(search), [search]);
  const setQuery = (next: PropertyFilterProps.Query): void => {
    const changed = searchWithFilter(search, next);
    navigate(`${path}${changed === "" ? "" : `?${changed}`}`, { replace: true });
  };
  return { query, setQuery };
};
