import type { ImportResult, ImportRow } from "#shared/contract/api/import.ts";

/** Entries that a request had no time for. Removals wait for the entries, so that they are no measure. */
const untriedOf = ({ plan }: ImportResult): number =>
  plan.filter(({ action, outcome }) => action !== "remove" && outcome === "not_tried").length;

const nameOf = ({ entry, id }: ImportRow): string => (entry === undefined ? `webhook ${id ?? ""}` : `entry ${entry}`);

/** A later answer in which what an earlier one has done is still told as done. */
const withDone = (earlier: ImportResult, later: ImportResult): ImportResult => {
  const done = new Map(earlier.plan.flatMap((row) => (row.outcome === "applied" ? [[nameOf(row), row] as const] : [])));
  return { ...later, plan: later.plan.map((row) => (row.action === "same" ? (done.get(nameOf(row)) ?? row) : row)) };
};

/**
 * Applies a file in as many requests as its targets need: what slow ones leave no time for is done by the next request. It
 * ends when none is left, or when a request has brought it no further.
 */
export const applyInRounds = async (
  applyOnce: () => Promise<ImportResult>,
  onRound: (soFar: ImportResult) => void,
): Promise<ImportResult> => {
  let result = await applyOnce();
  for (;;) {
    onRound(result);
    const left = untriedOf(result);
    if (left === 0) return result;
    result = withDone(result, await applyOnce());
    if (untriedOf(result) >= left) return result;
  }
};
