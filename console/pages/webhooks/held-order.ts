interface Identified {
  readonly id: string;
}

/** Rows as they stand in a list, and where they came from. */
export interface HeldRows<Row> {
  /** Names the page of which they are. */
  readonly page: string;
  readonly rows: readonly Row[];
  /** How many of the page's present rows do not stand where they belong. */
  readonly moved: number;
}

/**
 * The rows after a page was read again. While somebody points at them they stay where they are, with their present values: a
 * row must not move away under a click. What has left the page stays as it was last seen, unless its user has deleted it.
 */
export const holdRows = <Row extends Identified>(
  before: HeldRows<Row> | undefined,
  fresh: { readonly page: string; readonly rows: readonly Row[] },
  { isAttended, isDeleted }: { readonly isAttended: boolean; readonly isDeleted: (id: string) => boolean },
): HeldRows<Row> => {
  if (before === undefined || before.page !== fresh.page || !isAttended) return { ...fresh, moved: 0 };
  const present = new Map(fresh.rows.map((row) => [row.id, row]));
  const rows = before.rows
    .filter(({ id }) => present.has(id) || !isDeleted(id))
    .map((row) => present.get(row.id) ?? row);
  return { page: fresh.page, rows, moved: fresh.rows.filter(({ id }, index) => rows[index]?.id !== id).length };
};
