import type { OperationKey } from "#shared/contract/api/answers.ts";
import type { RouteKey } from "../routes.ts";
import type { Operation } from "./operation.ts";
import { apiKeyOperations } from "./operations/api-key-operations.ts";
import { batchOperations } from "./operations/batch-operations.ts";
import { eventOperations } from "./operations/event-operations.ts";
import { eventStreamOperations } from "./operations/event-stream-operations.ts";
import { ingestOperations } from "./operations/ingest-operations.ts";
import { portalOperations } from "./operations/portal-operations.ts";
import { replayOperations } from "./operations/replay-operations.ts";
import { searchOperations } from "./operations/search-operations.ts";
import { streamTestOperations } from "./operations/stream-test-operations.ts";
import { webhookOperations } from "./operations/webhook-operations.ts";

/** Description of every operation. An operation or a route without one does not compile. */
export const operations: Readonly<Record<OperationKey | Extract<RouteKey, `${string} /v1/${string}`>, Operation>> = {
  ...webhookOperations,
  ...streamTestOperations,
  ...batchOperations,
  ...replayOperations,
  ...searchOperations,
  ...eventOperations,
  ...eventStreamOperations,
  ...ingestOperations,
  ...apiKeyOperations,
  ...portalOperations,
};
