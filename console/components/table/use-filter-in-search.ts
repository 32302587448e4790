import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { navigate } from "../../hash-location.ts";
import { filterFromSearch, searchWithFilter } from "./filter-in-search.ts";

interface FilterInSearch {
  readonly query: PropertyFilterProps.Query;
  readonly setQuery: (query: PropertyFilterProps.Query) => void;
}

/** A table's filter, kept in the address: a link to the page shows the same rows. */
export const useFilterInSearch = (): FilterInSearch => {
  const [path] = useLocation();
  const search = useSearch();
  const query = useMemo(() => filterFromSearch(search), [search]);
  const setQuery = (next: PropertyFilterProps.Query): void => {
    const changed = searchWithFilter(search, next);
    navigate(`${path}${changed === "" ? "" : `?${changed}`}`, { replace: true });
  };
  return { query, setQuery };
};
