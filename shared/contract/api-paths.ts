/** Stage of the REST API: the first path segment of every URL, so that paths read `/api/v1/…`. */
export const apiStage = "api";
/** Resource that the `ingest` function answers. */
export const ingestPath = "/v1/ingest/events";
/** Resources that need no API key. */
export const publicPaths = ["/v1/webhooks/events/documentation", "/v1/webhooks/events/samples"] as const;
