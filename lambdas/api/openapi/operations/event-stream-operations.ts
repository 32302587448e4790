import { eventStreamQuery } from "#shared/contract/api/event-stream.ts";
import { webhookHeaders } from "#shared/contract/api/parameters.ts";
import { type Operation, oneWebhook } from "../operation.ts";
import { event } from "./examples.ts";

const cursor = "bDlzV2sxY3VyX2V4YW1wbGUtdl8xMjM0NTY3ODkwYWJjZGVm";

export const eventStreamOperations = {
  "GET /v1/events/stream": {
    id: "pollEvents",
    tag: "Events",
    summary: "Events as they come",
    description:
      "A long poll for the events of the key's customer. It answers as soon as there are events, and after `wait` seconds " +
      "with an empty list. Ask again at once with `next_cursor`. Polls do not affect webhooks, and the server does not keep " +
      "how far you have read. Made for a developer's machine (`tidepost listen` uses it), not for production: all polls " +
      "together read at most 1 MB/s of a shard, two polls of a customer and four of all customers may be under way, and an " +
      "answer has at most 2 MiB. `X-MSYS-SUBACCOUNT` narrows the answer to events of that sub-account. A poll needs the " +
      "grant that creates webhooks, because it gives what a webhook to a target of your own would.",
    parameters: { query: eventStreamQuery, header: webhookHeaders },
    answer: { results: [event], next_cursor: cursor, behind_ms: 0, omitted: 0 },
    errors: {
      ...oneWebhook,
      badParameter: "A query parameter is not valid, or `cursor` is another customer's, altered or expired.",
      conflict: "The stream has more than 100 shards, which a cursor cannot hold.",
      tooManyRequests: "Too many polls are under way. `Retry-After` says when to try again.",
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
