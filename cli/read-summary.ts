import { type Summary, summaries } from "./answers/webhook.ts";
import { type ApiAccess, callApi } from "./api-client.ts";

/** How each webhook fares, oldest webhook first. */
export const readSummaries = async (access: ApiAccess): Promise<readonly Summary[]> =>
  await callApi(access, { method: "GET", path: "/webhooks/summary", results: summaries });

/** How one webhook fares; undefined when it has gone meanwhile. */
export const readSummary = async (access: ApiAccess, id: string): Promise<Summary | undefined> =>
  (await readSummaries(access)).find((row) => row.id === id);
