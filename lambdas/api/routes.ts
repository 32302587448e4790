import type { Route } from "./api-deps.ts";
import { createWebhook } from "./webhooks/create-webhook.ts";
import { deleteWebhook } from "./webhooks/delete-webhook.ts";
import { listWebhooks } from "./webhooks/list-webhooks.ts";
import { readWebhook } from "./webhooks/read-webhook.ts";

/** Every route of the REST API but ingest. */
export const routes: readonly Route[] = [
  { method: "GET", path: "/v1/webhooks", grant: "webhooks/view", handle: listWebhooks },
  { method: "POST", path: "/v1/webhooks", grant: "webhooks/modify", handle: createWebhook },
  { method: "GET", path: "/v1/webhooks/{id}", grant: "webhooks/view", handle: readWebhook },
  { method: "DELETE", path: "/v1/webhooks/{id}", grant: "webhooks/modify", handle: deleteWebhook },
];
