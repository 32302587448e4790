import type { Batch } from "#shared/contract/api/batch.ts";

/** Which batches are listed. Times are ISO 8601. */
export interface BatchFilter {
  readonly states: readonly string[];
  readonly reasons: readonly string[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Batches, newest first, and where the list goes on. */
export interface BatchList {
  readonly rows: readonly Batch[];
  readonly cursor?: string | undefined;
}

interface Page {
  readonly results: readonly Batch[];
  readonly next_cursor?: string | undefined;
}

/** Rows that are kept however long the page stays open. */
const maxRows = 1_000;

/**
 * The list after its newest page was read again. What that page covers is as it says, so that rows which no longer match
 * go; older rows stay, with the place where the list goes on after them. They go as well when the page has none of the list:
 * batches between the two would be in neither, and no cursor would lead to them.
 */
export const withNewest = (list: BatchList | undefined, page: Page): BatchList => {
  const oldest = page.results.at(-1);
  if (list === undefined || page.next_cursor === undefined || oldest === undefined) {
    return { rows: page.results, cursor: page.next_cursor };
  }
  const fresh = new Set(page.results.map(({ batch_id: id }) => id));
  if (!list.rows.some(({ batch_id: id }) => fresh.has(id))) return { rows: page.results, cursor: page.next_cursor };
  const older = list.rows.filter(({ batch_id: id, created_at: at }) => at <= oldest.created_at && !fresh.has(id));
  if (older.length === 0) return { rows: page.results, cursor: page.next_cursor };
  const rows = [...page.results, ...older];
  // Beyond the limit the list is as the page is.
  return rows.length > maxRows ? { rows: page.results, cursor: page.next_cursor } : { rows, cursor: list.cursor };
};

/** The list with the page after its last row; as it is when it has begun anew since that page was asked for. */
export const withOlder = (list: BatchList, page: Page & { readonly after: string }): BatchList => {
  if (list.cursor !== page.after) return list;
  const known = new Set(list.rows.map(({ batch_id: id }) => id));
  return {
    rows: [...list.rows, ...page.results.filter(({ batch_id: id }) => !known.has(id))],
    cursor: page.next_cursor,
  };
};
