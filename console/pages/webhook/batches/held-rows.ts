import type { Batch } from "#shared/contract/api/batch.ts";

/** The rows that were there when the list was held. */
export interface HeldRows {
  readonly ids: ReadonlySet<string>;
  /** When the newest of them was created; empty when there were none. */
  readonly newest: string;
}

/** Remembers which rows are there. */
export const holdRows = (rows: readonly Batch[]): HeldRows => ({
  ids: new Set(rows.map(({ batch_id: id }) => id)),
  newest: rows[0]?.created_at ?? "",
});

/** Rows that a held list shows, as they are now, and how many newer ones it does not; all when none of its own is left. */
export const splitHeld = (
  rows: readonly Batch[],
  held: HeldRows | undefined,
): { readonly shown: readonly Batch[]; readonly fresh: number } => {
  if (held === undefined) return { shown: rows, fresh: 0 };
  const shown = rows.filter(({ batch_id: id, created_at: at }) => held.ids.has(id) || at < held.newest);
  return shown.length === 0 ? { shown: rows, fresh: 0 } : { shown, fresh: rows.length - shown.length };
};
