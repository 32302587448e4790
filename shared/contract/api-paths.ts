/** Stage of the REST API: the first path segment of every URL, so that paths read `/api/v1/…`. */
export const apiStage = "api";
/** Resource that the `ingest` function answers. */
export const ingestPath = "/v1/ingest/events";
/** Resource that the `listen` function answers. */
export const listenPath = "/v1/events/stream";
/** Resource that the `ses` function answers, in a stack that takes documents of Amazon SES. */
export const sesIngestPath = "/v1/ingest/ses";
/**
 * Resources that need an API key, for every method: the function routes. `/v1/webhooks` and `/v1/events` are named beside the
 * greedy resource because paths below them make them resources of their own, which a greedy sibling may not cover.
 */
export const keyPaths = ["/v1/{proxy+}", "/v1/webhooks", "/v1/webhooks/{proxy+}", "/v1/events/{proxy+}"] as const;
/** Resource of the routes that a portal session may use: the routes below `/v1/`, under a path of their own. */
export const portalPath = "/v1/portal/{proxy+}";
/** Resource of the session itself: a POST exchanges a link's token for it. */
export const portalSessionPath = "/v1/portal/session";
/** Resource of the documents, which the function of the console serves next to it. `/docs` is the reference of the API. */
export const docsPath = "/docs/{proxy+}";
/** Resources of the web console, which need no key: its user gives one to the API. */
export const consolePaths = ["/console", "/console/{proxy+}", docsPath] as const;
/** Resources that need no API key. */
export const publicPaths = [
  "/docs",
  "/v1/ingest/events/documentation",
  "/v1/ingest/events/samples",
  "/v1/openapi.json",
  "/v1/webhooks/events/documentation",
  "/v1/webhooks/events/samples",
] as const;
