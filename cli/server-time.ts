import { webhooks } from "./answers/webhook.ts";
import { type ApiAccess, callApiPage } from "./api-client.ts";

/** When it was asked, by the clock of the API, whose times all batches have; to the second, as ISO 8601. */
export const serverTime = async (access: ApiAccess): Promise<string> => {
  const askedAt = performance.now();
  const { servedAt } = await callApiPage(access, { method: "GET", path: "/webhooks", results: webhooks });
  return new Date(servedAt - (performance.now() - askedAt)).toISOString();
};
