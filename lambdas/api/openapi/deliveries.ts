import * as z from "zod";
import type { ZodOpenApiPathItemObject } from "zod-openapi";
import { id } from "#shared/contract/api/common.ts";
import { eventEnvelope } from "#shared/contract/api/event.ts";
import { maxBatchEvents } from "#shared/contract/limits.ts";
import { hopHeader, testBatchId } from "#shared/delivery/headers.ts";

const text = (description: string, example: string) => z.string().meta({ description, examples: [example] });

/** Headers of the POST, but for `Content-Type` and `Authorization`, which OpenAPI does not let a document declare. */
const deliveryHeaders = z.object({
  "User-Agent": text("Name and version of Tidepost, unless `custom_headers` names another.", "Tidepost/1.0.0"),
  traceparent: text(
    "W3C Trace Context, unless `custom_headers` has another: a trace for each batch, whose id is the batch's without the hyphens, " +
      "and a span for each attempt. No signature covers it.",
    "00-5b0f6c103c1d4aee9a2f0242ac120002-00f067aa0ba902b7-01",
  ),
  "X-MessageSystems-Batch-ID": id(
    `Id of the batch, the same on every attempt. Use it as the idempotency key. \`${testBatchId}\` on every test POST.`,
  ),
  [hopHeader]: text("Marks every POST of Tidepost's, which its own ingest refuses.", "1"),
  "X-MessageSystems-Webhook-Token": text(
    "`auth_token` of the webhook, where it has one.",
    "a-long-shared-secret",
  ).exactOptional(),
  "Content-Encoding": z
    .enum(["gzip", "zstd"])
    .exactOptional()
    .meta({ description: "The webhook's `compression`, unless that is `none`." }),
  "X-Tidepost-Replay": id("The replay that the batch belongs to, where it belongs to one.").exactOptional(),
  "webhook-id": text(
    "Of a signed POST: the id of the batch; of a test POST, an id of its own.",
    "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
  ).exactOptional(),
  "webhook-timestamp": text("Of a signed POST: when it was sent, in Unix seconds.", "1767323045").exactOptional(),
  "webhook-signature": text(
    "Of a signed POST: one signature (Standard Webhooks, `v1`) for each valid secret, separated by spaces. It covers " +
      "`webhook-id`, `webhook-timestamp` and the JSON as it is after decompression, joined by dots.",
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  ).exactOptional(),
});

/** What receivers get: the POST of a batch. */
export const deliveries = {
  batch: {
    post: {
      operationId: "receiveBatch",
      summary: "Receive a batch",
      description:
        "What Tidepost POSTs to a webhook's target: a batch of events. `Authorization` and the webhook's custom headers go with " +
        "it. The target has 6 seconds to answer. Any 2xx means that the batch has arrived; after anything else Tidepost retries " +
        "it for 4 hours. Delivery is at-least-once, and neither batches nor their events are ordered. A test POST has the body " +
        '`[{"msys":{}}]`.',
      security: [],
      requestParams: { header: deliveryHeaders },
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: z.array(eventEnvelope).min(1).max(maxBatchEvents).meta({ description: "The events." }),
            example: [{ msys: { message_event: { type: "delivery", event_id: "1", timestamp: "1767323045" } } }],
          },
        },
      },
      responses: {
        "2XX": { description: "The batch has arrived." },
        "413": { description: "Tidepost sends the batch again in two halves." },
        default: { description: "Tidepost retries the batch. `Retry-After` is honoured up to 15 minutes." },
      },
    },
  },
} as const satisfies Readonly<Record<string, ZodOpenApiPathItemObject>>;
