import type { ingestPath, sesIngestPath } from "#shared/contract/api-paths.ts";
import type { RouteKey } from "../routes.ts";
import type { Operation } from "./operation.ts";
import { apiKeyOperations } from "./operations/api-key-operations.ts";
import { batchOperations } from "./operations/batch-operations.ts";
import { eventOperations } from "./operations/event-operations.ts";
import { ingestOperations } from "./operations/ingest-operations.ts";
import { replayOperations } from "./operations/replay-operations.ts";
import { webhookOperations } from "./operations/webhook-operations.ts";

/** A route that the document describes, as method and path: all below the version, those of the ingest functions too. */
export type OperationKey =
  | Extract<RouteKey, `${string} /v1/${string}`>
  | `POST ${typeof ingestPath | typeof sesIngestPath}`;

/** Description of every operation. A route without one does not compile. */
export const operations: Readonly<Record<OperationKey, Operation>> = {
  ...webhookOperations,
  ...batchOperations,
  ...replayOperations,
  ...eventOperations,
  ...ingestOperations,
  ...apiKeyOperations,
};
