import type { Route } from "./deps.ts";
import { createApiKey, deleteApiKey, listApiKeys, readApiKey, updateApiKey, whoAmI } from "./api-keys.ts";
import { batchStatus, listBatches, readBatch, readBatchAnywhere } from "./batches/read.ts";
import { readBatchBody } from "./batches/body.ts";
import { redeliverBatch, sendBatchTo } from "./batches/send.ts";
import { readMetrics } from "./batches/metrics.ts";
import { summariseWebhook, summariseWebhooks } from "./batches/summary.ts";
import { docsPage } from "./docs-page.ts";
import { eventDocumentation, eventSamples, ingestEventDocumentation } from "./events.ts";
import { importWebhooks } from "./webhooks/import.ts";
import { readDocument } from "./openapi/document.ts";
import { createPortalLink, deletePortalLink, listPortalLinks } from "./portal/links.ts";
import { endPortalSession, openPortalLink, readPortalSession } from "./portal/session.ts";
import { cancelReplay, listReplays, readReplay, startReplay } from "./replays.ts";
import { listChanges } from "./webhooks/changes.ts";
import { cancelSearch, readSearch, startSearch } from "./searches.ts";
import { createWebhook } from "./webhooks/create.ts";
import { deleteWebhook, rotateWebhookSecret, updateWebhook } from "./webhooks/change.ts";
import { readOverview } from "./fleet/overview.ts";
import { listSubaccounts } from "./fleet/subaccounts.ts";
import { listWebhooks, readWebhook } from "./webhooks/read.ts";
import { testFilter } from "./webhooks/filter-test.ts";
import { cancelStreamTest, readStreamTest, startStreamTest } from "./webhooks/stream-test.ts";
import { probeTarget, validateWebhook } from "./webhooks/probe.ts";
import { portalSessionPath } from "#shared/contract/api-paths.ts";
import { errors } from "#shared/errors.ts";
import { noSuchMethod, servedMethod } from "#shared/runtime/http.ts";

const table = [
  { method: "GET", path: "/v1/webhooks", grant: "webhooks/view", handle: listWebhooks },
  { method: "POST", path: "/v1/webhooks", grant: "webhooks/modify", handle: createWebhook },
  { method: "GET", path: "/v1/webhooks/{id}", grant: "webhooks/view", handle: readWebhook },
  { method: "PUT", path: "/v1/webhooks/{id}", grant: "webhooks/modify", handle: updateWebhook },
  { method: "DELETE", path: "/v1/webhooks/{id}", grant: "webhooks/modify", handle: deleteWebhook },
  { method: "POST", path: "/v1/webhooks/{id}/validate", grant: "webhooks/modify", handle: validateWebhook },
  { method: "POST", path: "/v1/webhooks/{id}/rotate-secret", grant: "webhooks/modify", handle: rotateWebhookSecret },
  { method: "POST", path: "/v1/webhooks/probe", grant: "webhooks/modify", handle: probeTarget },
  { method: "POST", path: "/v1/webhooks/filter-test", grant: "webhooks/view", handle: testFilter },
  { method: "POST", path: "/v1/webhooks/filter-test/stream", grant: "webhooks/modify", handle: startStreamTest },
  { method: "GET", path: "/v1/webhooks/filter-test/stream/{test_id}", grant: "webhooks/view", handle: readStreamTest },
  {
    method: "POST",
    path: "/v1/webhooks/filter-test/stream/{test_id}/cancel",
    grant: "webhooks/modify",
    handle: cancelStreamTest,
  },
  { method: "GET", path: "/v1/webhooks/summary", grant: "webhooks/view", handle: summariseWebhooks },
  { method: "GET", path: "/v1/webhooks/overview", grant: "webhooks/view", handle: readOverview },
  { method: "GET", path: "/v1/webhooks/subaccounts", grant: "webhooks/view", handle: listSubaccounts },
  { method: "GET", path: "/v1/webhooks/{id}/changes", grant: "webhooks/view", handle: listChanges },
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
  {
    method: "POST",
    path: "/v1/webhooks/{id}/batches/{batch_id}/send",
    grant: "webhooks/modify",
    handle: sendBatchTo,
  },
  { method: "GET", path: "/v1/batches/{batch_id}", grant: "webhooks/view", handle: readBatchAnywhere },
  { method: "POST", path: "/v1/webhooks/{id}/replay", grant: "webhooks/modify", handle: startReplay },
  { method: "GET", path: "/v1/webhooks/{id}/replays", grant: "webhooks/view", handle: listReplays },
  { method: "GET", path: "/v1/webhooks/{id}/replays/{replay_id}", grant: "webhooks/view", handle: readReplay },
  {
    method: "POST",
    path: "/v1/webhooks/{id}/replays/{replay_id}/cancel",
    grant: "webhooks/modify",
    handle: cancelReplay,
  },
  { method: "POST", path: "/v1/events/search", grant: "webhooks/view", handle: startSearch },
  { method: "GET", path: "/v1/events/search/{search_id}", grant: "webhooks/view", handle: readSearch },
  { method: "POST", path: "/v1/events/search/{search_id}/cancel", grant: "webhooks/view", handle: cancelSearch },
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
  { method: "GET", path: "/v1/portal-links", grant: "portal_links/manage", handle: listPortalLinks },
  { method: "POST", path: "/v1/portal-links", grant: "portal_links/manage", handle: createPortalLink },
  { method: "DELETE", path: "/v1/portal-links/{id}", grant: "portal_links/manage", handle: deletePortalLink },
  { method: "POST", path: portalSessionPath, grant: "public", handle: openPortalLink },
  { method: "GET", path: portalSessionPath, grant: "session", handle: readPortalSession },
  { method: "DELETE", path: portalSessionPath, grant: "session", handle: endPortalSession },
] as const satisfies readonly Route[];

/** Every route of the REST API but ingest. */
export const routes: readonly Route[] = table;

type KeyOf<Row extends Route> = Row extends unknown ? `${Row["method"]} ${Row["path"]}` : never;
/** A route as method and path: `GET /v1/webhooks`. */
export type RouteKey = KeyOf<(typeof table)[number]>;

interface RoutePattern {
  readonly method: string;
  /** Path below the stage; `{name}` stands for one segment. */
  readonly path: string;
}

interface Match<Row> {
  readonly route: Row;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request: 404 when no path fits, 405 with `Allow` when only the method does not. */
export const matchRoute = <Row extends RoutePattern>(
  rows: readonly Row[],
  method: string,
  path: string,
): Match<Row> => {
  const matches = rows.flatMap((route) => {
    const parameters = matchPath(route.path, path);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  // A literal path wins over a pattern: routes are tried by their number of parameters.
  const ranked = matches.toSorted((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length);
  const best = ranked.filter(({ route }) => route.path === ranked[0]?.route.path);
  const match = best.find(({ route }) => route.method === servedMethod(method));
  if (match !== undefined) return match;
  if (best.length === 0) {
    throw errors.noSuchPath("Resource could not be found", "There is no such path.");
  }
  throw noSuchMethod(
    method,
    best.map(({ route }) => route.method),
  );
};

const matchPath = (pattern: string, path: string): Readonly<Record<string, string>> | undefined => {
  const wanted = pattern.split("/");
  const found = path.split("/");
  if (wanted.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = found[index] ?? "";
    if (segment.startsWith("{")) parameters[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
};
