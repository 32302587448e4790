import { type Summary, summaries, summary } from "./answers/webhook.ts";
import { type ApiAccess, callApi } from "./api-client.ts";

/** The status of each webhook, oldest webhook first. */
export const readSummaries = async (access: ApiAccess): Promise<readonly Summary[]> =>
  await callApi(access, { method: "GET", path: "/webhooks/summary", results: summaries });

/** The status of one webhook. */
export const readSummary = async (access: ApiAccess, id: string): Promise<Summary> =>
  await callApi(access, { method: "GET", path: `/webhooks/${id}/summary`, results: summary });
