import { type Operation, fields, json, subaccounts } from "../operation.ts";
import { streamTestPath, webhookHeaders } from "#shared/contract/api/parameters.ts";
import { streamTestRequest } from "#shared/contract/api/stream-test.ts";

const started = {
  id: "0b8f2f5e-6c1f-4f0b-8a35-0c7a4e9d1b22",
  state: "running",
  dry_run: false,
  from: "2026-01-02T02:04:05.000Z",
  to: "2026-01-02T03:04:05.000Z",
  retention_cut: false,
  started_at: "2026-01-02T03:04:05.000Z",
  progress: 0,
  records_read: 0,
  bytes_read: 0,
  truncated: false,
  events: 0,
  of_types: 0,
  matched: 0,
  first: [],
  left_out: [],
} as const;

const bounce = (more: object) => ({ msys: { message_event: { type: "bounce", ...more } } });

const finished = {
  ...started,
  state: "finished",
  ended_at: "2026-01-02T03:04:11.000Z",
  progress: 1,
  estimate: { shards: 1, records: 320, bytes: 4_100_000, seconds: 5 },
  records_read: 318,
  bytes_read: 4_090_114,
  read_from: started.from,
  events: 31_880,
  of_types: 2_310,
  matched: 1_204,
  first: [bounce({ campaign_id: "spring", bounce_class: "10" })],
  left_out: [bounce({ campaign_id: "autumn", bounce_class: "10", rcpt_to: "ann@example.com" })],
} as const;

const noTest = { notFound: "There is no such test, it is not the caller's, or its record has ended." } as const;

export const streamTestOperations = {
  "POST /v1/webhooks/filter-test/stream": {
    id: "startStreamTest",
    tag: "Webhooks",
    summary: "Try a filter on the stream",
    description:
      "Counts what a webhook with these types, sub-accounts and filter would take of the events that arrived between two times: " +
      "in the last hour unless the request says otherwise. It shows some events that the webhook would get, and some that its filter " +
      "leaves out. It runs in the background, at the pace of a replay, and first estimates by a few samples what reading takes; with " +
      "`dry_run` it does only that. It is a search: a customer may have three searches and tests under way. Stores no webhook.",
    parameters: { header: webhookHeaders },
    request: {
      content: {
        "application/json": {
          schema: streamTestRequest,
          example: { events: ["bounce"], filter: { field: "campaign_id", eq: "spring" } },
        },
      },
    },
    answer: { results: started },
    errors: {
      ...json,
      ...subaccounts,
      ...fields,
      contradictory: true,
      conflict: "The customer has as many searches and tests under way as one may have.",
    },
  },
  "GET /v1/webhooks/filter-test/stream/{test_id}": {
    id: "readStreamTest",
    tag: "Webhooks",
    summary: "Read a test on the stream",
    description: "How far a test is, and what it has counted so far. A test can be read for 14 days.",
    parameters: { path: streamTestPath, header: webhookHeaders },
    answer: { results: finished },
    errors: { ...subaccounts, ...noTest },
  },
  "POST /v1/webhooks/filter-test/stream/{test_id}/cancel": {
    id: "cancelStreamTest",
    tag: "Webhooks",
    summary: "Cancel a test on the stream",
    description: "Stops reading. What has been counted stays readable. Cancelling again changes nothing.",
    parameters: { path: streamTestPath, header: webhookHeaders },
    answer: { results: { ...started, state: "cancelled", ended_at: "2026-01-02T03:04:08.000Z" } },
    errors: { ...subaccounts, ...noTest, conflict: "The test has finished." },
  },
} as const satisfies Readonly<Record<string, Operation>>;
