import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type UseQueryResult,
} from "@tanstack/react-query";
import type { ApiError } from "./api-error.ts";
import { isAttemptAwaited } from "./awaited-attempts.ts";
import { type BatchFilter, type BatchList, withNewest, withOlder } from "./batch-list.ts";
import type { BatchBody, BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { callApi, callApiPage } from "./client.ts";
import { serverNow } from "./clock.ts";
import type { AnswerTo } from "#shared/contract/api/answers.ts";
import type { WebhookMetrics } from "#shared/contract/api/metrics.ts";
import { pollMs, queryClient } from "./query-client.ts";
import { queryKeys } from "./queries.ts";
import { startOf, type TimeRange } from "../pages/webhook/charts/chart-points.ts";
import type { Replay } from "#shared/contract/api/replay.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import type { BatchState } from "#shared/contract/words.ts";

/** How often the list of batches is read again while it follows the traffic. */
const tailMs = 3_000;
const pageSize = 50;
/** How often a running replay and a waiting batch are looked at. */
const watchMs = 2_000;

/** Names of what is kept about one webhook; they begin with the webhook's own. */
export const webhookKeys = {
  summary: (id: string) => [...queryKeys.webhook(id), "summary"],
  metrics: (id: string, range: string) => [...queryKeys.webhook(id), "metrics", range],
  batches: (id: string, filter: BatchFilter) => [...queryKeys.webhook(id), "batches", filter],
  batch: (id: string, batchId: string) => [...queryKeys.webhook(id), "batch", batchId],
  /** Apart from the others: a body never changes, and cannot be asked for again once its batch was delivered. */
  body: (id: string, batchId: string) => ["batch-body", id, batchId],
  changes: (id: string) => [...queryKeys.webhook(id), "changes"],
  replays: (id: string) => [...queryKeys.webhook(id), "replays"],
} as const;

/** A webhook's state and its last 24 hours. */
export const useWebhookSummary = (id: string): UseQueryResult<WebhookSummary, ApiError> =>
  useQuery({
    queryKey: webhookKeys.summary(id),
    queryFn: ({ signal }) => callApi("GET /v1/webhooks/{id}/summary", { parameters: { id }, signal }),
    refetchInterval: pollMs,
  });

/** What was delivered in a stretch of time that ends now. */
export const useWebhookMetrics = (id: string, range: TimeRange): UseQueryResult<WebhookMetrics, ApiError> =>
  useQuery({
    queryKey: webhookKeys.metrics(id, range.id),
    queryFn: ({ signal }) => {
      const { precision } = range;
      const query = { from: startOf(range, serverNow()), precision };
      return callApi("GET /v1/webhooks/{id}/metrics", { parameters: { id }, query, signal });
    },
    refetchInterval: range.precision === "1min" ? pollMs : 3 * pollMs,
    placeholderData: keepPreviousData,
  });

const listBatches = (id: string, filter: BatchFilter, options: { cursor?: string; signal?: AbortSignal }) =>
  callApiPage("GET /v1/webhooks/{id}/batches", {
    parameters: { id },
    query: {
      state: filter.states.length === 0 ? undefined : filter.states.join(","),
      reason: filter.reasons.length === 0 ? undefined : filter.reasons.join(","),
      from: filter.from,
      to: filter.to,
      limit: pageSize,
      cursor: options.cursor,
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });

/** A webhook's batches, newest first; live, the newest are read again every few seconds while the tab is visible. */
export const useBatches = (
  id: string,
  filter: BatchFilter,
  { live }: { readonly live: boolean },
): UseQueryResult<BatchList, ApiError> =>
  useQuery({
    queryKey: webhookKeys.batches(id, filter),
    queryFn: async ({ signal, queryKey }) => {
      const page = await listBatches(id, filter, { signal });
      return withNewest(queryClient.getQueryData<BatchList>(queryKey), page);
    },
    refetchInterval: live ? tailMs : false,
  });

/** Reads the page after a list's last row. */
export const loadOlderBatches = async (id: string, filter: BatchFilter): Promise<void> => {
  const key = webhookKeys.batches(id, filter);
  const cursor = queryClient.getQueryData<BatchList>(key)?.cursor;
  if (cursor === undefined) return;
  const page = await listBatches(id, filter, { cursor });
  queryClient.setQueryData<BatchList>(key, (list) =>
    list === undefined ? list : withOlder(list, { ...page, after: cursor }),
  );
};

/** A batch with its attempts, watched while more can happen to it. */
export const useBatch = (id: string, batchId: string): UseQueryResult<BatchWithAttempts, ApiError> =>
  useQuery({
    queryKey: webhookKeys.batch(id, batchId),
    queryFn: ({ signal }) =>
      callApi("GET /v1/webhooks/{id}/batches/{batch_id}", { parameters: { id, batch_id: batchId }, signal }),
    refetchInterval: ({ state: { data } }) =>
      data === undefined || isWaiting(data.state) || isAttemptAwaited(data, Date.now()) ? watchMs : false,
  });

/** The first events of a batch, read once: its body never changes. */
export const useBatchBody = (
  { id, batchId }: { readonly id: string; readonly batchId: string },
  limit: number,
): UseQueryResult<BatchBody, ApiError> =>
  useQuery({
    queryKey: webhookKeys.body(id, batchId),
    queryFn: ({ signal }) =>
      callApiPage("GET /v1/webhooks/{id}/batches/{batch_id}/body", {
        parameters: { id, batch_id: batchId },
        query: { limit },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    // It would copy numbers that are kept as they are written, and so lose what makes them numbers.
    structuralSharing: false,
  });

/** A webhook's replays, newest first, watched while one runs. */
export const useReplays = (id: string): UseQueryResult<readonly Replay[], ApiError> =>
  useQuery({
    queryKey: webhookKeys.replays(id),
    queryFn: ({ signal }) => callApi("GET /v1/webhooks/{id}/replays", { parameters: { id }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.some((replay) => replay.state === "running") === true ? watchMs : false,
  });

/** Changes of one page. */
const pageChanges = 10;

/** Who changed a webhook, when and how, newest first. */
export const useChanges = (id: string) =>
  useInfiniteQuery<
    AnswerTo<"GET /v1/webhooks/{id}/changes">,
    ApiError,
    InfiniteData<AnswerTo<"GET /v1/webhooks/{id}/changes">>,
    readonly unknown[],
    string | undefined
  >({
    queryKey: webhookKeys.changes(id),
    queryFn: ({ pageParam: cursor, signal }) =>
      callApiPage("GET /v1/webhooks/{id}/changes", {
        parameters: { id },
        query: { limit: pageChanges, cursor },
        signal,
      }),
    initialPageParam: undefined,
    getNextPageParam: ({ next_cursor: cursor }) => cursor,
  });

/** Whether more can happen to a batch. */
const isWaiting = (state: BatchState): boolean => state === "sending" || state === "retrying" || state === "parked";
