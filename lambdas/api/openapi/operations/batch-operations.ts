import { type Operation, fields, json, jsonBody, oneWebhook, subaccounts } from "../operation.ts";
import { anyBatchPath, batchPath, webhookHeaders, webhookPath } from "#shared/contract/api/parameters.ts";
import { batchBodyQuery, batchStatusQuery, batchesQuery } from "#shared/contract/api/batch.ts";
import { sendRequest } from "#shared/contract/api/probe.ts";
import { summariesQuery } from "#shared/contract/api/summary.ts";
import { subaccountsQuery } from "#shared/contract/api/subaccounts.ts";
import { metricsQuery } from "#shared/contract/api/metrics.ts";
import * as example from "./batch-examples.ts";
import { event } from "./examples.ts";

export const batchOperations = {
  "GET /v1/webhooks/summary": {
    id: "summariseWebhooks",
    tag: "Batches",
    summary: "State of all webhooks",
    description:
      "State, reason, what waits and the last 24 hours of the customer's webhooks: delivered and failed batches and latency, " +
      "hour by hour. Without a query every webhook is in one answer, oldest first. With any parameter the answer is a page " +
      "of those that `state` and `search` choose, sorted by `sort`; its hours are numbers, and it counts the webhooks by " +
      "state. Pages follow the sorted fields: a webhook that is created or deleted between two requests moves no other webhook.",
    parameters: { query: summariesQuery, header: webhookHeaders },
    answer: example.summaries,
    errors: { badParameter: true, ...subaccounts },
  },
  "GET /v1/webhooks/overview": {
    id: "overviewWebhooks",
    tag: "Batches",
    summary: "All webhooks together",
    description:
      "What happened to the batches of all webhooks in the last 24 hours, how many webhooks are in each state, and what will " +
      "be lost when, and by which webhooks, unless their targets take it. A request reads a bounded part of many webhooks: " +
      "while `is_complete` is false, the next one goes on.",
    parameters: { header: webhookHeaders },
    answer: { results: example.overview },
    errors: subaccounts,
  },
  "GET /v1/webhooks/subaccounts": {
    id: "listSubaccounts",
    tag: "Batches",
    summary: "All webhooks by sub-account",
    description:
      "How many webhooks each sub-account has, how many are in each state, what waits for them, and when the first of it is given " +
      "up: what needs attention first. A request looks at a bounded number of webhooks for what waits: while `is_complete` is " +
      "false, the next one goes on. `GET /v1/webhooks/summary` lists the webhooks of one by `subaccount_id`.",
    parameters: { query: subaccountsQuery, header: webhookHeaders },
    answer: example.subaccounts,
    errors: { badParameter: true, ...subaccounts },
  },
  "GET /v1/webhooks/{id}/summary": {
    id: "summariseWebhook",
    tag: "Batches",
    summary: "State of a webhook",
    description: "State, reason, the last 24 hours and what waits, of one webhook.",
    parameters: { path: webhookPath, header: webhookHeaders },
    answer: { results: example.summary },
    errors: oneWebhook,
  },
  "GET /v1/webhooks/{id}/metrics": {
    id: "readMetrics",
    tag: "Batches",
    summary: "Metrics of a webhook",
    description:
      "What happened to the webhook's batches, by hour or minute and in total: batches, events, latency, statuses, reasons and " +
      "event types. Counters are kept for 31 days.",
    parameters: { path: webhookPath, query: metricsQuery, header: webhookHeaders },
    answer: { results: example.metrics },
    errors: { badParameter: true, ...oneWebhook },
  },
  "GET /v1/webhooks/{id}/batch-status": {
    id: "listBatchStatus",
    tag: "Batches",
    summary: "Batches that have failed",
    description:
      "Batches of the last 24 hours with at least one failed attempt, newest first. Batches that were delivered at once are " +
      "not among them; the list of batches has them.",
    parameters: { path: webhookPath, query: batchStatusQuery, header: webhookHeaders },
    answer: { results: [example.batchStatus] },
    errors: { badParameter: "`limit` is out of range.", ...oneWebhook },
  },
  "GET /v1/webhooks/{id}/batches": {
    id: "listBatches",
    tag: "Batches",
    summary: "List batches",
    description:
      "Every batch of the webhook, newest first, a page at a time. While there are more pages the answer has `next_cursor`, " +
      "even if it has fewer rows than `limit`.",
    parameters: { path: webhookPath, query: batchesQuery, header: webhookHeaders },
    answer: { results: [example.batch], next_cursor: example.cursor },
    errors: { badParameter: true, ...oneWebhook },
  },
  "GET /v1/webhooks/{id}/batches/{batch_id}": {
    id: "readBatch",
    tag: "Batches",
    summary: "Read a batch with its attempts",
    description:
      "One batch and every attempt to deliver it: status or reason, time, and how the target's answer began.",
    parameters: { path: batchPath, header: webhookHeaders },
    answer: { results: example.batchWithAttempts },
    errors: {
      ...subaccounts,
      notFound: "There is no such webhook or batch, it is not the caller's, or its record has ended.",
    },
  },
  "GET /v1/batches/{batch_id}": {
    id: "findBatch",
    tag: "Batches",
    summary: "Find a batch by its id alone",
    description:
      "The same as reading a batch, for those who know only its id: a receiver's log has it from the header " +
      "`X-MessageSystems-Batch-ID`. The answer names the webhook.",
    parameters: { path: anyBatchPath, header: webhookHeaders },
    answer: { results: example.batchWithAttempts },
    errors: {
      ...subaccounts,
      notFound: "No webhook of the caller's has such a batch, or its record has ended.",
    },
  },
  "GET /v1/webhooks/{id}/batches/{batch_id}/body": {
    id: "readBatchBody",
    tag: "Batches",
    summary: "Read the events of a batch",
    description:
      "The events of a batch that waits for a retry or is parked, or that was delivered and whose webhook keeps bodies " +
      "(`keep_bodies_days`), a page at a time. After expiry, and after the delivery of all others, its body is deleted. " +
      "Addresses are masked for keys without `webhooks/modify`.",
    parameters: { path: batchPath, query: batchBodyQuery, header: webhookHeaders },
    answer: { results: [event], total: 4_211, next_offset: 1 },
    errors: {
      badParameter: true,
      ...subaccounts,
      notFound: "There is no such webhook or batch, it is not the caller's, or its body is not kept.",
    },
  },
  "POST /v1/webhooks/{id}/batches/{batch_id}/redeliver": {
    id: "redeliverBatch",
    tag: "Batches",
    summary: "Attempt a batch now, or once more",
    description:
      "Makes the next attempt of a batch that is retrying or parked at once, even while Tidepost only probes the target. Id " +
      "and body stay the same, later attempts follow the schedule, and the retry window ends when it would have. A delivered " +
      "batch whose body is kept is sent again: one POST with the same id and body and the webhook's present settings, without " +
      "retries. The batch lists it as an attempt with `again`, and stays delivered however it ends. A receiver that ignores ids of " +
      "batches that it has done also ignores it.",
    parameters: { path: batchPath, header: webhookHeaders },
    answer: { results: { batch_id: example.batch.batch_id, attempt: 2 } },
    errors: {
      ...subaccounts,
      notFound: "There is no such webhook or batch, it is not the caller's, or its record has ended.",
      conflict: "Its body is gone, an attempt is under way, it was sent again too often, or the webhook is paused.",
    },
  },
  "POST /v1/webhooks/{id}/batches/{batch_id}/send": {
    id: "sendBatch",
    tag: "Batches",
    summary: "Send a batch to a URL of your own",
    description:
      "POSTs the body of a batch that waits, or that was delivered and is kept, to another URL, once and now, and reports what " +
      "came back. Headers are those of a delivery without the webhook's secrets: no token, no authorization, no custom headers " +
      "and no signature. Addresses follow the same policy as those of targets. The URL gets the test POST of new webhooks first, and " +
      "must answer it with 2xx. It is no attempt: the batch, its webhook and its breaker stay as they are. The status is 200 " +
      "whatever the URL then answered: `ok` says whether that was 2xx.",
    parameters: { path: batchPath, header: webhookHeaders },
    request: { content: jsonBody(sendRequest, { target: "https://me.example.net/try" }) },
    answer: { results: example.sendResult },
    errors: {
      ...json,
      ...subaccounts,
      ...fields,
      testFailed: true,
      refusedTarget: true,
      notFound: "There is no such webhook or batch, it is not the caller's, or its body is not kept.",
      conflict:
        "It is what is left of a window, which has not been cut into batches; it was sent too often; or the test POST took too long.",
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
