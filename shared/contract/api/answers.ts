import * as z from "zod";
import { apiKeyAnswer, apiKeysAnswer, callerAnswer, createApiKeyAnswer } from "./api-key.ts";
import { batchAnswer, batchStatusAnswer, batchesAnswer, bodyAnswer, redeliveryAnswer } from "./batch.ts";
import { changesAnswer } from "./changes.ts";
import type { Answer } from "./common.ts";
import { eventStreamAnswer } from "./event-stream.ts";
import { documentationAnswer, ingestDocumentationAnswer, samplesAnswer } from "./event.ts";
import { filterTestAnswer } from "./filter-test.ts";
import { importAnswer } from "./import.ts";
import { ingestAnswer, sesIngestAnswer } from "./ingest.ts";
import { metricsAnswer } from "./metrics.ts";
import { overviewAnswer } from "./overview.ts";
import { createPortalLinkAnswer, portalLinksAnswer, portalSessionAnswer } from "./portal-link.ts";
import { probeAnswer, sendAnswer } from "./probe.ts";
import { replayAnswer, replaysAnswer } from "./replay.ts";
import { searchAnswer } from "./search.ts";
import { streamTestAnswer } from "./stream-test.ts";
import { subaccountsAnswer } from "./subaccounts.ts";
import { summariesAnswer, summaryAnswer } from "./summary.ts";
import {
  rotatedSecretAnswer,
  validateAnswer,
  webhookAnswer,
  webhookReferenceAnswer,
  webhooksAnswer,
} from "./webhook.ts";

/** Where an answer has no body: its status is 204. */
export const noBody = z.undefined();

const openApiAnswer = z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) });

/** The body of each operation's answer, by method and path. */
export const answers = {
  "GET /v1/webhooks": webhooksAnswer,
  "POST /v1/webhooks": webhookReferenceAnswer,
  "GET /v1/webhooks/{id}": webhookAnswer,
  "PUT /v1/webhooks/{id}": webhookReferenceAnswer,
  "DELETE /v1/webhooks/{id}": noBody,
  "POST /v1/webhooks/{id}/validate": validateAnswer,
  "POST /v1/webhooks/{id}/rotate-secret": rotatedSecretAnswer,
  "POST /v1/webhooks/probe": probeAnswer,
  "POST /v1/webhooks/filter-test": filterTestAnswer,
  "POST /v1/webhooks/filter-test/stream": streamTestAnswer,
  "GET /v1/webhooks/filter-test/stream/{test_id}": streamTestAnswer,
  "POST /v1/webhooks/filter-test/stream/{test_id}/cancel": streamTestAnswer,
  "POST /v1/webhooks/import": importAnswer,
  "GET /v1/webhooks/summary": summariesAnswer,
  "GET /v1/webhooks/overview": overviewAnswer,
  "GET /v1/webhooks/subaccounts": subaccountsAnswer,
  "GET /v1/webhooks/{id}/changes": changesAnswer,
  "GET /v1/webhooks/{id}/summary": summaryAnswer,
  "GET /v1/webhooks/{id}/metrics": metricsAnswer,
  "GET /v1/webhooks/{id}/batch-status": batchStatusAnswer,
  "GET /v1/webhooks/{id}/batches": batchesAnswer,
  "GET /v1/webhooks/{id}/batches/{batch_id}": batchAnswer,
  "GET /v1/webhooks/{id}/batches/{batch_id}/body": bodyAnswer,
  "POST /v1/webhooks/{id}/batches/{batch_id}/redeliver": redeliveryAnswer,
  "POST /v1/webhooks/{id}/batches/{batch_id}/send": sendAnswer,
  "GET /v1/batches/{batch_id}": batchAnswer,
  "POST /v1/webhooks/{id}/replay": replayAnswer,
  "GET /v1/webhooks/{id}/replays": replaysAnswer,
  "GET /v1/webhooks/{id}/replays/{replay_id}": replayAnswer,
  "POST /v1/webhooks/{id}/replays/{replay_id}/cancel": replayAnswer,
  "GET /v1/webhooks/events/documentation": documentationAnswer,
  "GET /v1/webhooks/events/samples": samplesAnswer,
  "GET /v1/ingest/events/documentation": ingestDocumentationAnswer,
  "GET /v1/ingest/events/samples": samplesAnswer,
  "POST /v1/ingest/events": ingestAnswer,
  "POST /v1/ingest/ses": sesIngestAnswer,
  "GET /v1/events/stream": eventStreamAnswer,
  "POST /v1/events/search": searchAnswer,
  "GET /v1/events/search/{search_id}": searchAnswer,
  "POST /v1/events/search/{search_id}/cancel": searchAnswer,
  "GET /v1/openapi.json": openApiAnswer,
  "GET /v1/whoami": callerAnswer,
  "GET /v1/api-keys": apiKeysAnswer,
  "POST /v1/api-keys": createApiKeyAnswer,
  "GET /v1/api-keys/{id}": apiKeyAnswer,
  "PUT /v1/api-keys/{id}": apiKeyAnswer,
  "DELETE /v1/api-keys/{id}": noBody,
  "GET /v1/portal-links": portalLinksAnswer,
  "POST /v1/portal-links": createPortalLinkAnswer,
  "DELETE /v1/portal-links/{id}": noBody,
  "POST /v1/portal/session": portalSessionAnswer,
  "GET /v1/portal/session": portalSessionAnswer,
  "DELETE /v1/portal/session": noBody,
} as const;

/** An operation as method and path: `GET /v1/webhooks/{id}`. */
export type OperationKey = keyof typeof answers;

/** The body of an operation's answer, as a client reads it. */
export type AnswerTo<Key extends OperationKey> = Answer<(typeof answers)[Key]>;

/** What `results` is in an operation's answer. */
export type ResultsOf<Key extends OperationKey> =
  AnswerTo<Key> extends { readonly results: infer Results } ? Results : undefined;

/** A part of an answer as the API makes it: what is undefined is left out of the JSON. */
export type ViewOf<Value> = Value extends readonly (infer Item)[]
  ? readonly ViewOf<Item>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: ViewOf<Value[Name]> | (object extends Pick<Value, Name> ? undefined : never) }
    : Value;
