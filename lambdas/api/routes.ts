import type { Route } from "./api-deps.ts";
import { createApiKey } from "./api-keys/create-api-key.ts";
import { deleteApiKey } from "./api-keys/delete-api-key.ts";
import { listApiKeys } from "./api-keys/list-api-keys.ts";
import { readApiKey } from "./api-keys/read-api-key.ts";
import { updateApiKey } from "./api-keys/update-api-key.ts";
import { batchStatus } from "./batches/batch-status.ts";
import { listBatches } from "./batches/list-batches.ts";
import { readBatch } from "./batches/read-batch.ts";
import { readBatchBody } from "./batches/read-batch-body.ts";
import { redeliverBatch } from "./batches/redeliver-batch.ts";
import { readMetrics } from "./batches/read-metrics.ts";
import { summariseWebhook, summariseWebhooks } from "./batches/summarise-webhooks.ts";
import { docsPage } from "./docs-page/docs-page.ts";
import { eventDocumentation, eventSamples, ingestEventDocumentation } from "./event-docs.ts";
import { importWebhooks } from "./imports/import-webhooks.ts";
import { readDocument } from "./openapi/read-document.ts";
import { cancelReplay } from "./replays/cancel-replay.ts";
import { listReplays } from "./replays/list-replays.ts";
import { readReplay } from "./replays/read-replay.ts";
import { startReplay } from "./replays/start-replay.ts";
import { createWebhook } from "./webhooks/create-webhook.ts";
import { deleteWebhook } from "./webhooks/delete-webhook.ts";
import { listWebhooks } from "./webhooks/list-webhooks.ts";
import { probeTarget } from "./webhooks/probe-target.ts";
import { readWebhook } from "./webhooks/read-webhook.ts";
import { rotateWebhookSecret } from "./webhooks/rotate-secret.ts";
import { updateWebhook } from "./webhooks/update-webhook.ts";
import { validateWebhook } from "./webhooks/validate-webhook.ts";
import { whoAmI } from "./who-am-i.ts";

const table = [
  { method: "GET", path: "/v1/webhooks", grant: "webhooks/view", handle: listWebhooks },
  { method: "POST", path: "/v1/webhooks", grant: "webhooks/modify", handle: createWebhook },
  { method: "GET", path: "/v1/webhooks/{id}", grant: "webhooks/view", handle: readWebhook },
  { method: "PUT", path: "/v1/webhooks/{id}", grant: "webhooks/modify", handle: updateWebhook },
  { method: "DELETE", path: "/v1/webhooks/{id}", grant: "webhooks/modify", handle: deleteWebhook },
  { method: "POST", path: "/v1/webhooks/{id}/validate", grant: "webhooks/modify", handle: validateWebhook },
  { method: "POST", path: "/v1/webhooks/{id}/rotate-secret", grant: "webhooks/modify", handle: rotateWebhookSecret },
  { method: "POST", path: "/v1/webhooks/probe", grant: "webhooks/modify", handle: probeTarget },
  { method: "GET", path: "/v1/webhooks/summary", grant: "webhooks/view", handle: summariseWebhooks },
  { method: "GET", path: "/v1/webhooks/{id}/summary", grant: "webhooks/view", handle: summariseWebhook },
  { method: "GET", path: "/v1/webhooks/{id}/metrics", grant: "webhooks/view", handle: readMetrics },
  { method: "GET", path: "/v1/webhooks/{id}/batch-status", grant: "webhooks/view", handle: batchStatus },
  { method: "GET", path: "/v1/webhooks/{id}/batches", grant: "webhooks/view", handle: listBatches },
  { method: "GET", path: "/v1/webhooks/{id}/batches/{batch_id}", grant: "webhooks/view", handle: readBatch },
  { method: "GET", path: "/v1/webhooks/{id}/batches/{batch_id}/body", grant: "webhooks/view", handle: readBatchBody },
  {
    method: "POST",
    path: "/v1/webhooks/{id}/batches/{batch_id}/redeliver",
    grant: "webhooks/modify",
    handle: redeliverBatch,
  },
  { method: "POST", path: "/v1/webhooks/{id}/replay", grant: "webhooks/modify", handle: startReplay },
  { method: "GET", path: "/v1/webhooks/{id}/replays", grant: "webhooks/view", handle: listReplays },
  { method: "GET", path: "/v1/webhooks/{id}/replays/{replay_id}", grant: "webhooks/view", handle: readReplay },
  {
    method: "POST",
    path: "/v1/webhooks/{id}/replays/{replay_id}/cancel",
    grant: "webhooks/modify",
    handle: cancelReplay,
  },
  { method: "GET", path: "/v1/webhooks/events/documentation", grant: "public", handle: eventDocumentation },
  { method: "GET", path: "/v1/webhooks/events/samples", grant: "public", handle: eventSamples },
  { method: "GET", path: "/v1/ingest/events/documentation", grant: "public", handle: ingestEventDocumentation },
  { method: "GET", path: "/v1/ingest/events/samples", grant: "public", handle: eventSamples },
  { method: "POST", path: "/v1/webhooks/import", grant: "webhooks/modify", handle: importWebhooks },
  { method: "GET", path: "/v1/openapi.json", grant: "public", handle: readDocument },
  { method: "GET", path: "/docs", grant: "public", handle: docsPage },
  { method: "GET", path: "/v1/whoami", grant: "key", handle: whoAmI },
  { method: "GET", path: "/v1/api-keys", grant: "api_keys/manage", handle: listApiKeys },
  { method: "POST", path: "/v1/api-keys", grant: "api_keys/manage", handle: createApiKey },
  { method: "GET", path: "/v1/api-keys/{id}", grant: "api_keys/manage", handle: readApiKey },
  { method: "PUT", path: "/v1/api-keys/{id}", grant: "api_keys/manage", handle: updateApiKey },
  { method: "DELETE", path: "/v1/api-keys/{id}", grant: "api_keys/manage", handle: deleteApiKey },
] as const satisfies readonly Route[];

/** Every route of the REST API but ingest. */
export const routes: readonly Route[] = table;

type KeyOf<Row extends Route> = Row extends unknown ? `${Row["method"]} ${Row["path"]}` : never;
/** A route as method and path: `GET /v1/webhooks`. */
export type RouteKey = KeyOf<(typeof table)[number]>;
