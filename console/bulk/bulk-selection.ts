import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { readWebhookPage, type WebhookPageQuery } from "../api/queries.ts";
import { addQueued, nothingQueued, type Queued } from "../components/webhook-actions/webhook-action.ts";
import type { BulkAction } from "./bulk-failures.ts";
import type { BulkSubject } from "./bulk-subject.ts";

/** Webhooks that were chosen one by one, or all that match a search. */
export type BulkSelection =
  | { readonly kind: "rows"; readonly rows: readonly WebhookRow[]; readonly size: number }
  | {
      readonly kind: "matching";
      readonly query: Pick<WebhookPageQuery, "search" | "state" | "subaccount_id">;
      readonly size: number;
    };

interface FoundSubjects {
  readonly subjects: readonly BulkSubject[];
  /** Of the selection, those that are paused, or active, already, or have lost nothing in the last 24 hours. */
  readonly unfit: number;
  /** What waits for them. */
  readonly queued: Queued;
}

/** As many as the API answers at once. */
const pageSize = "500";

/** The webhooks of a selection that an action is for. Of those that match, little more than id and name is kept. */
export const findSubjects = async (
  action: BulkAction,
  selection: BulkSelection,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (found: number) => void },
): Promise<FoundSubjects> => {
  const subjects: BulkSubject[] = [];
  let unfit = 0;
  let queued = nothingQueued;
  for await (const rows of pagesOf(selection, signal)) {
    const fit = rows.filter((row) => isFit(action, row));
    subjects.push(...fit.map(({ id, name, target, active }) => ({ id, name, target, active })));
    unfit += rows.length - fit.length;
    queued = fit.reduce(addQueued, queued);
    onProgress(subjects.length + unfit);
  }
  return { subjects, unfit, queued };
};

const isFit = (action: BulkAction, { active, expired_24h: expired }: WebhookRow): boolean => {
  if (action === "recover") return expired > 0;
  return action === "pause" ? active : action !== "resume" || !active;
};

const pagesOf = async function* (selection: BulkSelection, signal: AbortSignal): AsyncGenerator<readonly WebhookRow[]> {
  if (selection.kind === "rows") {
    yield selection.rows;
    return;
  }
  let cursor: string | undefined;
  do {
    // By creation, which never changes, each webhook comes once.
    const page = await readWebhookPage({ ...selection.query, sort: "created", limit: pageSize, cursor }, signal);
    yield page.results;
    cursor = page.next_cursor;
  } while (cursor !== undefined);
};
