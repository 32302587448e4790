import {
  type Attempt,
  type Batch,
  type BatchBody,
  type BatchWithAttempts,
  batchAnswer,
  batchesAnswer,
  bodyAnswer,
  redeliveryAnswer,
} from "#shared/contract/api/batch.ts";
import { sendAnswer } from "#shared/contract/api/probe.ts";
import type { Answer } from "#shared/contract/api/common.ts";
import { hourMs, minuteMs } from "#shared/text/times.ts";
import { type ApiAccess, callApi, callApiPage, listRows } from "./api.ts";
import { CliError } from "./errors.ts";
import { tryAgain } from "./try-again.ts";

/** Rows of a webhook's batches, newest first, and whether there are more. */
export const listBatches = async (
  access: ApiAccess,
  {
    webhookId,
    limit,
    query = {},
  }: {
    readonly webhookId: string;
    readonly limit: number;
    readonly query?: Readonly<Record<string, string>>;
  },
): Promise<{ readonly rows: readonly Batch[]; readonly hasMore: boolean }> =>
  await listRows(access, { path: `/webhooks/${webhookId}/batches`, query, limit, answer: batchesAnswer });

/** One batch with its attempts. */
export const readBatch = async (access: ApiAccess, webhookId: string, batchId: string): Promise<BatchWithAttempts> =>
  await callApi(access, { method: "GET", path: batchPath(webhookId, batchId), answer: batchAnswer });

/** Most events of one page of a body. */
const pageEvents = 1_000;

/** All events of a batch's body, while it exists. */
export const readBody = async (
  access: ApiAccess,
  {
    webhookId,
    batchId,
    onPage = () => undefined,
  }: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly onPage?: (read: number, total: number) => void;
  },
): Promise<readonly unknown[]> => {
  const events: unknown[] = [];
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const { answer }: { readonly answer: BatchBody } = await callApiPage(access, {
      method: "GET",
      path: `${batchPath(webhookId, batchId)}/body`,
      query: { offset: String(offset), limit: String(pageEvents) },
      answer: bodyAnswer,
    });
    events.push(...answer.results);
    offset = answer.next_offset;
    onPage(events.length, answer.total);
  }
  return events;
};

/** Has a batch that waits attempted now. */
export const redeliver = async (
  access: ApiAccess,
  webhookId: string,
  batchId: string,
): Promise<Answer<typeof redeliveryAnswer>["results"]> =>
  await callApi(access, {
    method: "POST",
    path: `${batchPath(webhookId, batchId)}/redeliver`,
    answer: redeliveryAnswer,
  });

/** Has a batch POSTed to a URL once; the answer says what came of it. */
export const sendBatchTo = async (
  access: ApiAccess,
  { webhookId, batchId, target }: { readonly webhookId: string; readonly batchId: string; readonly target: string },
): Promise<Answer<typeof sendAnswer>["results"]> =>
  await callApi(access, {
    method: "POST",
    path: `${batchPath(webhookId, batchId)}/send`,
    body: JSON.stringify({ target }),
    answer: sendAnswer,
  });

const batchPath = (webhookId: string, batchId: string): string =>
  `/webhooks/${webhookId}/batches/${encodeURIComponent(batchId)}`;

/** Batches that wait may be this old: their retry window, and a little. */
const retryWindowMs = 4.5 * hourMs;
/** A window begins before its batch is formed. */
const windowMs = 5 * minuteMs;
/** Most rows of a webhook that are looked at in one round. */
const maxRows = 1_000;
const openStates = "sending,retrying,parked";

/** What has happened to a batch since the last round. */
export interface BatchNews {
  readonly batch: BatchWithAttempts;
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
export const followBatches = (
  access: ApiAccess,
  { webhookId, since, signal }: { readonly webhookId: string; readonly since: string; readonly signal?: AbortSignal },
): Follower => {
  /** How many attempts of a batch were told, and whether it has ended. */
  const seen = new Map<string, { readonly attempts: number; readonly hasEnded: boolean }>();
  const sinceMs = Date.parse(since);
  const from = (beforeMs: number): string => new Date(sinceMs - beforeMs).toISOString();

  const isNews = (row: Batch): boolean => {
    const known = seen.get(row.batch_id);
    return known === undefined || row.attempts > known.attempts || (row.ended_at !== undefined && !known.hasEnded);
  };

  const changedIds = async (): Promise<ReadonlySet<string>> => {
    const rowsOf = async (query: Readonly<Record<string, string>>): Promise<readonly Batch[]> =>
      await tryAgain(async () => (await listBatches(access, { webhookId, limit: maxRows, query })).rows, signal);
    const newest = await rowsOf({ from: from(windowMs) });
    const open = await rowsOf({ from: from(retryWindowMs), state: openStates });
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
        const told = seen.get(id)?.attempts ?? 0;
        const batch = await unlessGone(tryAgain(async () => await readBatch(access, webhookId, id), signal));
        if (batch === undefined) {
          // Its record has ended after it was listed.
          seen.set(id, { attempts: told, hasEnded: true });
          continue;
        }
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

/** What is read, unless it is not there any more. */
export const unlessGone = async <Value>(reading: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CliError && error.status === 404) return undefined;
    throw error;
  }
};

const momentOf = ({ batch, attempts: [first] }: BatchNews): number => Date.parse(first?.started_at ?? batch.created_at);
