import { inject } from "vitest";
import { createClients } from "../../emulator/services/clients.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { issueKey } from "./issue-key.ts";
import { startSystem } from "./shared-system.ts";
import type { Tidepost } from "./tidepost.ts";

/** The key that clients on this machine take when none is given. */
const localKey = "local-key";

/**
 * Joins the system that the files of a project share (a window of a second) as a customer of the caller's own, or as that of
 * the key `local-key`, which one file alone may take. Stopping takes its webhooks away.
 */
export const joinTidepost = async (key: string = crypto.randomUUID()): Promise<Tidepost> => {
  const { apiUrl, endpoints, apiKeysTable } = inject("sharedSystem");
  if (key !== localKey) {
    const clients = createClients(endpoints);
    await issueKey({ dynamodb: clients.dynamodb, tableName: apiKeysTable, key, customerId: crypto.randomUUID() });
    clients.destroy();
  }
  const client = apiClient({ baseUrl: apiUrl, key });
  return { apiUrl, key, ...client, stop: async () => await removeWebhooks(client) };
};

/** Starts a system that is the caller's alone, where the shared one would not do. */
export const startOwnTidepost = async (options: { readonly retryScale: number }): Promise<Tidepost> => {
  const { system, stop } = await startSystem(options);
  const { apiUrl } = system;
  return { apiUrl, key: localKey, ...apiClient({ baseUrl: apiUrl, key: localKey }), stop };
};

/** Deletes all webhooks of a customer. */
export const removeWebhooks = async ({ call }: ApiClient): Promise<void> => {
  const { json } = await call("GET", "/webhooks");
  for (const { id } of json.results) await call("DELETE", `/webhooks/${id}`);
};
