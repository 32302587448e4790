import type { Attempt, BatchDetail, BatchRow } from "./answers/batch.ts";
import type { ApiAccess } from "./api-client.ts";
import { listBatches, readBatch } from "./batches.ts";
import { hourMs, minuteMs } from "#shared/text/times.ts";

/** Batches that wait may be this old: their retry window, and a little. */
const retryWindowMs = 4.5 * hourMs;
/** A window begins before its batch is formed. */
const windowMs = 5 * minuteMs;
/** Most rows of a webhook that are looked at in one round. */
const maxRows = 1_000;
const openStates = "sending,retrying,parked";

/** What has happened to a batch since the last round. */
export interface BatchNews {
  readonly batch: BatchDetail;
  /** Attempts that are new, oldest first. */
  readonly attempts: readonly Attempt[];
  /** Whether it has ended since. */
  readonly hasEnded: boolean;
}

/** Follows the batches of a webhook. */
export interface Follower {
  /** What is new since the last round, oldest first. */
  readonly next: () => Promise<readonly BatchNews[]>;
  /** Whether a batch that was seen waits or is being sent. */
  readonly hasOpen: () => boolean;
}

/** Follows a webhook's batches, with attempts that began at `since` or later. */
export const followBatches = (access: ApiAccess, webhookId: string, since: string): Follower => {
  /** How many attempts of a batch were told, and whether it has ended. */
  const seen = new Map<string, { readonly attempts: number; readonly hasEnded: boolean }>();
  const sinceMs = Date.parse(since);
  const from = (beforeMs: number): string => new Date(sinceMs - beforeMs).toISOString();

  const isNews = (row: BatchRow): boolean => {
    const known = seen.get(row.batch_id);
    return known === undefined || row.attempts > known.attempts || (row.ended_at !== undefined && !known.hasEnded);
  };

  const changedIds = async (): Promise<ReadonlySet<string>> => {
    const newest = await listBatches(access, { webhookId, limit: maxRows, query: { from: from(windowMs) } });
    const open = await listBatches(access, {
      webhookId,
      limit: maxRows,
      query: { from: from(retryWindowMs), state: openStates },
    });
    const rows = [...open, ...newest];
    const listed = new Set(rows.map((row) => row.batch_id));
    const gone = [...seen].filter(([id, { hasEnded }]) => !hasEnded && !listed.has(id)).map(([id]) => id);
    return new Set([...rows.filter(isNews).map((row) => row.batch_id), ...gone]);
  };

  return {
    hasOpen: () => [...seen.values()].some(({ hasEnded }) => !hasEnded),
    next: async () => {
      const news: BatchNews[] = [];
      for (const id of await changedIds()) {
        const batch = await readBatch(access, webhookId, id);
        const told = seen.get(id)?.attempts ?? 0;
        const attempts = batch.attempts.filter(({ n, started_at: at }) => n > told && Date.parse(at) >= sinceMs);
        const { ended_at: endedAt } = batch;
        const hasEnded = endedAt !== undefined;
        const isNewEnd = hasEnded && Date.parse(endedAt) >= sinceMs;
        seen.set(id, { attempts: batch.attempts.at(-1)?.n ?? 0, hasEnded });
        if (attempts.length > 0 || isNewEnd) news.push({ batch, attempts, hasEnded });
      }
      return news.toSorted((a, b) => momentOf(a) - momentOf(b));
    },
  };
};

const momentOf = ({ batch, attempts: [first] }: BatchNews): number => Date.parse(first?.started_at ?? batch.created_at);
