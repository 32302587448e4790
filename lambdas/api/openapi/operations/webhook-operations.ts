import { changeDays, maxChanges, maxContentWebhooks, maxWebhooks } from "#shared/contract/limits.ts";
import { apiErrors } from "#shared/contract/api/errors.ts";
import { type Operation, fields, json, jsonBody, oneWebhook, settings, subaccounts, testPost } from "../operation.ts";
import {
  changeHeaders,
  creationHeaders,
  timeZoneQuery,
  webhookHeaders,
  webhookPath,
} from "#shared/contract/api/parameters.ts";
import { changesQuery } from "#shared/contract/api/changes.ts";
import { filterTestRequest } from "#shared/contract/api/filter-test.ts";
import { importQuery, importRequest } from "#shared/contract/api/import.ts";
import { webhooksQuery } from "#shared/contract/api/summary.ts";
import { probeRequest } from "#shared/contract/api/probe.ts";
import {
  createWebhookRequest,
  rotateSecretRequest,
  updateWebhookRequest,
  validateRequest,
} from "#shared/contract/api/webhook.ts";
import * as example from "./examples.ts";

const timeZone = { badParameter: "`timezone` is not an IANA name." } as const;

export const webhookOperations = {
  "GET /v1/webhooks": {
    id: "listWebhooks",
    tag: "Webhooks",
    summary: "List webhooks",
    description:
      "The webhooks of the customer, oldest first: all in one answer, or, with `limit` or `cursor`, a page of them. While there " +
      "are more pages the answer has `next_cursor`. Ten thousand webhooks fit into one answer when `Accept-Encoding` allows gzip.",
    parameters: { query: timeZoneQuery.extend(webhooksQuery.shape), header: webhookHeaders },
    answer: { results: [example.listedWebhook] },
    errors: {
      badParameter: "`timezone` is not an IANA name, `limit` is out of range, or `cursor` is not one of this list.",
      ...subaccounts,
    },
  },
  "POST /v1/webhooks": {
    id: "createWebhook",
    tag: "Webhooks",
    summary: "Create a webhook",
    description:
      'Sends a test POST with the body `[{"msys":{}}]` to the target. Stores the webhook only if the target answers 2xx ' +
      "within 6 seconds. It is live within one minute. With `signing` the answer shows the new secret, only once: repeating the " +
      "request with its idempotency key does not show it again.",
    parameters: { header: creationHeaders },
    request: { content: jsonBody(createWebhookRequest, example.newWebhook) },
    answer: { results: example.createdWebhook },
    errors: {
      ...json,
      ...settings,
      ...testPost,
      badHeader: true,
      conflict:
        `The idempotency key was used for another request, or the customer has ${maxWebhooks} webhooks already, or ` +
        `${maxContentWebhooks} with \`filter\`, \`fields\` or \`mask\`.`,
    },
  },
  "GET /v1/webhooks/{id}": {
    id: "readWebhook",
    tag: "Webhooks",
    summary: "Read a webhook",
    description: "One webhook, its secrets masked.",
    parameters: { path: webhookPath, query: timeZoneQuery, header: webhookHeaders },
    answer: { results: example.readWebhook },
    errors: { ...timeZone, ...oneWebhook },
  },
  "PUT /v1/webhooks/{id}": {
    id: "updateWebhook",
    tag: "Webhooks",
    summary: "Change a webhook",
    description:
      "Changes the fields that are sent and no others. When the target changes, or `compression` changes to `gzip` or `zstd`, the target " +
      "gets a test POST first; if that fails, nothing is changed. Batches that are already queued keep their target and settings.",
    parameters: { path: webhookPath, header: changeHeaders },
    request: { content: jsonBody(updateWebhookRequest, example.webhookChange) },
    answer: { results: example.changedWebhook },
    errors: {
      ...json,
      ...settings,
      ...testPost,
      ...oneWebhook,
      conflict:
        `Other requests keep changing the webhook, or the customer has ${maxContentWebhooks} other webhooks with \`filter\`, ` +
        "`fields` or `mask` already; nothing was changed.",
      changedMeanwhile: true,
    },
  },
  "DELETE /v1/webhooks/{id}": {
    id: "deleteWebhook",
    tag: "Webhooks",
    summary: "Delete a webhook",
    description: "Collects no further events. Batches that are already queued are still delivered, or expire.",
    parameters: { path: webhookPath, header: changeHeaders },
    errors: { ...oneWebhook, changedMeanwhile: true },
  },
  "POST /v1/webhooks/{id}/validate": {
    id: "validateWebhook",
    tag: "Webhooks",
    summary: "Test a stored webhook",
    description:
      "POSTs a batch to the webhook's target with everything that a delivery carries, and reports the answer. The batch is " +
      'the body, or `message` within it, or `[{"msys":{}}]` when there is no body. Works on inactive webhooks too.',
    parameters: { path: webhookPath, header: webhookHeaders },
    request: { content: jsonBody(validateRequest, { message: [{ msys: {} }] }), isOptional: true },
    answer: { results: example.validation },
    errors: {
      ...json,
      ...testPost,
      ...oneWebhook,
      invalid: "`message` is neither an object nor an array.",
      refusedTarget: "The target is not on a public address any more.",
      missing: "The body is an object without `message`.",
    },
  },
  "GET /v1/webhooks/{id}/changes": {
    id: "listChanges",
    tag: "Webhooks",
    summary: "List changes",
    description:
      `Who changed the webhook, when and how, newest first: the last change, and those before it of the last ${changeDays} days, ` +
      `at most ${maxChanges}. Of a secret the list says only that it was set, changed or removed. While there are more pages the ` +
      "answer has `next_cursor`. The changes of a webhook that was deleted stay readable by its id, without `X-MSYS-SUBACCOUNT`.",
    parameters: { path: webhookPath, query: changesQuery, header: webhookHeaders },
    answer: { results: example.changes, next_cursor: example.cursorOfChanges },
    errors: { badParameter: true, ...oneWebhook },
  },
  "POST /v1/webhooks/{id}/rotate-secret": {
    id: "rotateSecret",
    tag: "Webhooks",
    summary: "Rotate the signing secret",
    description:
      "Makes a new secret and shows it only once, or takes the one in the request. During the overlap POSTs carry a signature " +
      "of every valid secret, separated by spaces. No older secret outlives the overlap.",
    parameters: { path: webhookPath, header: webhookHeaders },
    request: { content: jsonBody(rotateSecretRequest, { overlap_hours: 24 }), isOptional: true },
    answer: { results: example.rotatedSecret },
    errors: {
      ...json,
      ...oneWebhook,
      conflict:
        "The webhook is not signed, the secret is not new, or it has too many valid secrets, or has too many concurrent updates.",
      invalid: true,
    },
  },
  "POST /v1/webhooks/probe": {
    id: "probeTarget",
    tag: "Webhooks",
    summary: "Test a target without storing it",
    description:
      "Sends a test POST with settings that are not stored. Reports what was sent, what came back, how long it took, and what " +
      "to do about a failure. The status is 200 whatever the target answered: `ok` says whether that was 2xx.",
    parameters: { header: webhookHeaders },
    request: { content: jsonBody(probeRequest, example.probe) },
    answer: { results: example.probeResult },
    errors: { ...json, ...settings, ...oneWebhook },
  },
  "POST /v1/webhooks/filter-test": {
    id: "testFilter",
    tag: "Webhooks",
    summary: "Try a filter and a selection",
    description:
      "Says how many of some events a webhook with this filter would get, and shows the first of them as they would be sent: " +
      "of the events in the request, else of the catalogue's samples. Stores nothing.",
    parameters: { header: webhookHeaders },
    request: { content: jsonBody(filterTestRequest, example.filterTest) },
    answer: { results: example.filterTestResult },
    errors: { ...json, ...subaccounts, invalid: true },
  },
  "POST /v1/webhooks/import": {
    id: "importWebhooks",
    tag: "Webhooks",
    summary: "Import a webhooks.json",
    description:
      "Makes the registered webhooks match Momentum's `webhooks.json`. An entry stands for the webhook with its name, else " +
      "for the one with its target. A row that fails does not stop the others. With `plan=true` nothing changes.",
    parameters: { query: importQuery, header: webhookHeaders },
    request: { content: jsonBody(importRequest, example.importFile) },
    answer: { results: example.importResult },
    errors: {
      ...json,
      ...subaccounts,
      ...fields,
      badParameter: "A switch is neither true nor false.",
      invalid: `${apiErrors.invalid.meaning} Or it is ambiguous which webhook an entry stands for.`,
      largeHeaders: true,
      reservedHeader: true,
      manyHeaders: true,
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
