import { badSubaccount, noWebhook } from "../error-codes.ts";
import type { Operation } from "../operation.ts";
import { batchPath, webhookHeaders, webhookPath } from "../parameters.ts";
import { batchAnswer, batchesAnswer, batchesQuery, batchStatusAnswer, statusQuery } from "../schemas/batch.ts";
import { summaryAnswer } from "../schemas/summary.ts";
import * as example from "./examples.ts";

export const batchOperations = {
  "GET /v1/webhooks/summary": {
    id: "summariseWebhooks",
    tag: "Batches",
    summary: "State of all webhooks",
    description:
      "State, reason and the last 24 hours of every webhook of the customer in one answer: delivered and failed batches " +
      "and latency, hour by hour.",
    parameters: { header: webhookHeaders },
    answer: { schema: summaryAnswer, example: { results: [example.summary] } },
    errors: { 400: { "1200": badSubaccount } },
  },
  "GET /v1/webhooks/{id}/batch-status": {
    id: "listBatchStatus",
    tag: "Batches",
    summary: "Batches that have failed",
    description:
      "Batches of the last 24 hours with at least one failed attempt, newest first. Batches that were delivered at once are " +
      "not among them; the list of batches has them.",
    parameters: { path: webhookPath, query: statusQuery, header: webhookHeaders },
    answer: { schema: batchStatusAnswer, example: { results: [example.batchStatus] } },
    errors: { 400: { "1200": `\`limit\` is out of range, or ${badSubaccount}` }, 404: noWebhook },
  },
  "GET /v1/webhooks/{id}/batches": {
    id: "listBatches",
    tag: "Batches",
    summary: "List batches",
    description:
      "Every batch of the webhook, newest first, a page at a time. A page with `next_cursor` has another one after it, also " +
      "when it has fewer rows than `limit`.",
    parameters: { path: webhookPath, query: batchesQuery, header: webhookHeaders },
    answer: { schema: batchesAnswer, example: { results: [example.batch], next_cursor: example.cursor } },
    errors: { 400: { "1200": `A query parameter is not valid, or ${badSubaccount}` }, 404: noWebhook },
  },
  "GET /v1/webhooks/{id}/batches/{batch_id}": {
    id: "readBatch",
    tag: "Batches",
    summary: "Read a batch with its attempts",
    description:
      "One batch and every attempt to deliver it: status or reason, time, and how the target's answer began.",
    parameters: { path: batchPath, header: webhookHeaders },
    answer: { schema: batchAnswer, example: { results: example.batchWithAttempts } },
    errors: {
      400: { "1200": badSubaccount },
      404: { "1600": "There is no such webhook or batch, it is not the caller's, or its record has ended." },
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
