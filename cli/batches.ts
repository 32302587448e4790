import * as z from "zod";
import { type BatchDetail, batchDetail, type BatchRow, batchRows } from "./answers/batch.ts";
import { type ApiAccess, callApi, callApiPage } from "./api-client.ts";

/** Most rows of one page. */
const pageRows = 100;

/** Rows of a webhook's batches, newest first, a page at a time until enough are there. */
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
): Promise<readonly BatchRow[]> => {
  const rows: BatchRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await callApiPage(access, {
      method: "GET",
      path: `/webhooks/${webhookId}/batches`,
      query: {
        ...query,
        limit: String(Math.min(pageRows, limit - rows.length)),
        ...(cursor === undefined ? {} : { cursor }),
      },
      results: batchRows,
    });
    rows.push(...page.results);
    cursor = page.nextCursor;
  } while (cursor !== undefined && rows.length < limit);
  return rows;
};

/** One batch with its attempts. */
export const readBatch = async (access: ApiAccess, webhookId: string, batchId: string): Promise<BatchDetail> =>
  await callApi(access, { method: "GET", path: batchPath(webhookId, batchId), results: batchDetail });

const bodyPage = z.looseObject({
  results: z.array(z.unknown()),
  total: z.number(),
  next_offset: z.number().optional(),
});

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
    const page: z.output<typeof bodyPage> = await callApi(access, {
      method: "GET",
      path: `${batchPath(webhookId, batchId)}/body`,
      query: { offset: String(offset), limit: String(pageEvents) },
      results: bodyPage,
      isWhole: true,
    });
    events.push(...page.results);
    offset = page.next_offset;
    onPage(events.length, page.total);
  }
  return events;
};

const redelivered = z.looseObject({ batch_id: z.string(), attempt: z.unknown().optional() });

/** Has a batch that waits attempted now. */
export const redeliver = async (
  access: ApiAccess,
  webhookId: string,
  batchId: string,
): Promise<z.output<typeof redelivered>> =>
  await callApi(access, {
    method: "POST",
    path: `${batchPath(webhookId, batchId)}/redeliver`,
    results: redelivered,
  });

const batchPath = (webhookId: string, batchId: string): string =>
  `/webhooks/${webhookId}/batches/${encodeURIComponent(batchId)}`;
