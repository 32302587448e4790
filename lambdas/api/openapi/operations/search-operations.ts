import { type Operation, json, subaccounts } from "../operation.ts";
import { searchPath, webhookHeaders } from "#shared/contract/api/parameters.ts";
import { searchRequest } from "#shared/contract/api/search.ts";

const started = {
  id: "7d0f0a52-7c1b-4a3e-9f35-5d1c1b6a9f10",
  state: "running",
  dry_run: false,
  criteria: { recipient: "ann@example.com" },
  from: "2026-01-02T03:00:00.000Z",
  to: "2026-01-02T05:00:00.000Z",
  retention_cut: false,
  started_at: "2026-01-02T05:00:00.000Z",
  progress: 0,
  records_read: 0,
  bytes_read: 0,
  truncated: false,
  matches: [],
} as const;

const finished = {
  ...started,
  state: "finished",
  ended_at: "2026-01-02T05:00:09.000Z",
  progress: 1,
  estimate: { shards: 2, records: 410, bytes: 14_200_000, seconds: 8 },
  records_read: 412,
  bytes_read: 14_310_224,
  read_from: "2026-01-02T03:00:00.000Z",
  matches: [
    {
      type: "delivery",
      event_id: "92356927693813856",
      message_id: "0001f361905eb7962500",
      recipient: "a***@example.com",
      timestamp: "1767323045",
      arrived_at: "2026-01-02T03:04:05.120Z",
      bytes: 91,
      event: {
        msys: { message_event: { type: "delivery", event_id: "92356927693813856", rcpt_to: "a***@example.com" } },
      },
      looked_up: true,
      looked_up_at: "2026-01-02T03:06:11.300Z",
      webhooks_total: 1,
      webhooks: [
        {
          webhook_id: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
          name: "CRM",
          target: "https://crm.example.com/hook",
          exact: true,
          batches: [
            {
              batch_id: "0f6c1c1e-58a4-4d6b-9a39-3f2d8f3f7f51",
              state: "delivered",
              created_at: "2026-01-02T03:04:04.900Z",
              events: 1_200,
              attempts: 1,
              response_code: 200,
              last_attempt_at: "2026-01-02T03:04:35.200Z",
              latency_ms: 84,
              expires_at: "2026-01-02T07:04:35.200Z",
              ended_at: "2026-01-02T03:04:35.284Z",
            },
          ],
        },
      ],
    },
  ],
} as const;

const noSearch = { notFound: "There is no such search, it is not the caller's, or its record has ended." } as const;

export const searchOperations = {
  "POST /v1/events/search": {
    id: "startSearch",
    tag: "Search",
    summary: "Look for an event",
    description:
      "Reads the events that arrived between two times on the stream, as long as it keeps them, and finds those with the given " +
      "ids, recipient or campaign. Of each it finds the batches that it went in, for every webhook that takes it. It runs in the " +
      "background, at the pace of a replay, and first estimates by a few samples what reading takes; with `dry_run` it does only " +
      "that. It stops when it has found too many events. A customer may have three searches under way.",
    parameters: { header: webhookHeaders },
    request: {
      content: {
        "application/json": {
          schema: searchRequest,
          example: { recipient: "ann@example.com", from: "2026-01-02T03:00:00Z" },
        },
      },
    },
    answer: { results: started },
    errors: {
      ...json,
      ...subaccounts,
      invalid: true,
      contradictory: "The request acts for a sub-account, and looks for events of another one.",
      conflict: "The customer has as many searches under way as one may have.",
    },
  },
  "GET /v1/events/search/{search_id}": {
    id: "readSearch",
    tag: "Search",
    summary: "Read a search",
    description:
      "How far a search is and what it has found. The states of batches are those of now. A search can be read for 14 days.",
    parameters: { path: searchPath, header: webhookHeaders },
    answer: { results: finished },
    errors: { ...subaccounts, ...noSearch },
  },
  "POST /v1/events/search/{search_id}/cancel": {
    id: "cancelSearch",
    tag: "Search",
    summary: "Cancel a search",
    description: "Stops reading. What has been found stays readable. Cancelling again changes nothing.",
    parameters: { path: searchPath, header: webhookHeaders },
    answer: { results: { ...started, state: "cancelled", ended_at: "2026-01-02T05:00:04.000Z" } },
    errors: { ...subaccounts, ...noSearch, conflict: "The search has finished." },
  },
} as const satisfies Readonly<Record<string, Operation>>;
