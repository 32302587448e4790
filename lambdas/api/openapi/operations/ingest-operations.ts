import type { Operation } from "../operation.ts";
import { contentEncoding, eventsBody, ndjsonBody, sesBody } from "#shared/contract/api/ingest.ts";
import * as example from "./examples.ts";

const tooMany =
  "The key sends more requests a second than the stack's setting `keyRequestsPerSecond` admits. `Retry-After` says when to " +
  "send again; no event was accepted.";

export const ingestOperations = {
  "POST /v1/ingest/events": {
    id: "ingestEvents",
    tag: "Ingest",
    summary: "Ingest events",
    description:
      "Takes events as NDJSON, as a JSON array, or one as a JSON object; plain or in gzip. Each event is checked before the " +
      "answer; what is accepted reaches every webhook that asks for it. At most 4.4 MB as sent, 50 MiB decompressed and " +
      "256 KiB an event. The key may also come in `X-MessageSystems-Webhook-Token`, so that a Momentum or SparkPost webhook " +
      "can have this URL as its target.",
    parameters: { header: contentEncoding },
    request: {
      content: {
        "application/x-ndjson": { schema: ndjsonBody, example: JSON.stringify(example.event) },
        "application/json": { schema: eventsBody, example: [example.event] },
      },
    },
    answer: { results: example.ingestResult },
    errors: {
      badBody: true,
      largeBody: "The body is too large, as sent or after decompression, or holds more than 100,000 events.",
      unknownEncoding: true,
      invalid: "No event could be accepted; `ingest` says why, of each. Or a webhook of Tidepost delivers to this URL.",
      tooManyRequests: tooMany,
      unavailable:
        "The event stream is not available. `ingest` says what was accepted, `Retry-After` when to send again.",
    },
  },
  "POST /v1/ingest/ses": {
    id: "ingestSesDocuments",
    tag: "Ingest",
    summary: "Ingest documents of Amazon SES",
    description:
      "Turns what Amazon SES reports about messages into events: documents of event publishing and identity feedback " +
      "notifications, as one object, a JSON array or lines; plain, in the envelope of SNS, as events of EventBridge or as a " +
      "request of Firehose. The events are those of the key's customer. At most 4.4 MB as sent and 8 MiB decompressed. The " +
      "key may also come in `X-MessageSystems-Webhook-Token` or `X-Amz-Firehose-Access-Key`; requests with " +
      "`X-Amz-Firehose-Request-Id` are answered as Firehose asks. The route is there when the stack's setting `sesEvents` is " +
      "on.",
    parameters: { header: contentEncoding },
    request: {
      content: {
        "application/json": { schema: sesBody, example: example.sesDocument },
        "application/x-ndjson": { schema: ndjsonBody, example: JSON.stringify(example.sesDocument) },
      },
    },
    answer: { results: { id: example.ingestResult.id, accepted: 1, ignored: 0, quarantined: 0 } },
    errors: {
      badBody: "Nothing of the body is a document.",
      forbidden: "SNS asks for a confirmation that the stack does not give; see the setting `sesTopics`.",
      largeBody: "The body is too large, as sent or after decompression.",
      unknownEncoding: true,
      invalid: "A webhook of Tidepost delivers to this URL.",
      tooManyRequests: tooMany,
      unavailable:
        "The event stream or SNS is not available. Send the request again, as `Retry-After` says: events that arrive twice " +
        "have the same `event_id`.",
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
