import { type Operation, fields, json, oneWebhook, subaccounts } from "../operation.ts";
import { replayPath, webhookHeaders, webhookPath } from "#shared/contract/api/parameters.ts";
import { replayRequest } from "#shared/contract/api/replay.ts";
import { maxListedReplays } from "#shared/contract/limits.ts";

const started = {
  id: "0f6c1c1e-58a4-4d6b-9a39-3f2d8f3f7f51",
  webhook_id: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
  state: "running",
  dry_run: false,
  from: "2026-01-02T03:00:00.000Z",
  to: "2026-01-02T04:00:00.000Z",
  rate: 5,
  started_at: "2026-01-02T05:00:00.000Z",
  progress: 0,
  records_read: 0,
  events_matched: 0,
  batches_formed: 0,
  batches_sent: 0,
  shards: [],
} as const;

const counts = { records_read: 412, events_matched: 190_422, batches_formed: 31, batches_sent: 31 };
const running = {
  ...started,
  ...counts,
  progress: 0.5,
  estimated_remaining_seconds: 8,
  shards: [{ shard: "shardId-000000000000", progress: 0.5, ...counts }],
};
const cancelled = { ...started, state: "cancelled", ended_at: "2026-01-02T05:00:20.000Z" } as const;
const noReplay = {
  notFound: "There is no such webhook or replay, it is not the caller's, or its record has ended.",
} as const;

export const replayOperations = {
  "POST /v1/webhooks/{id}/replay": {
    id: "startReplay",
    tag: "Replays",
    summary: "Start a replay",
    description:
      "Reads the events that arrived between two times again, as long as the stream keeps them, passes them through the " +
      "webhook's present filters and delivers them in new batches with the header `X-Tidepost-Replay`. With `only` it recovers " +
      "batches instead, each with its own id and events: those that have expired are formed again, those that wait are tried " +
      "now, and nothing that was delivered is sent again. With `dry_run` it only counts, and names the batches. It runs in the " +
      "background. A webhook has one replay at a time.",
    parameters: { path: webhookPath, header: webhookHeaders },
    request: {
      content: {
        "application/json": {
          schema: replayRequest,
          example: { from: "2026-01-02T03:00:00Z", to: "2026-01-02T04:00:00Z", rate: 5, dry_run: false },
        },
      },
    },
    answer: { results: started },
    errors: {
      ...json,
      ...oneWebhook,
      conflict: "The webhook has a running replay, or is paused and this is not a dry run.",
      ...fields,
    },
  },
  "GET /v1/webhooks/{id}/replays": {
    id: "listReplays",
    tag: "Replays",
    summary: "List replays",
    description: `The webhook's newest ${maxListedReplays} replays of the last 14 days, newest first.`,
    parameters: { path: webhookPath, header: webhookHeaders },
    answer: { results: [running] },
    errors: oneWebhook,
  },
  "GET /v1/webhooks/{id}/replays/{replay_id}": {
    id: "readReplay",
    tag: "Replays",
    summary: "Read a replay",
    description: "How far a replay is, in all and in each shard of the stream.",
    parameters: { path: replayPath, header: webhookHeaders },
    answer: { results: running },
    errors: { ...subaccounts, ...noReplay },
  },
  "POST /v1/webhooks/{id}/replays/{replay_id}/cancel": {
    id: "cancelReplay",
    tag: "Replays",
    summary: "Cancel a replay",
    description:
      "Sends no further batches. Those handed over to delivery, at most the next minute's, are still delivered. Cancelling " +
      "again changes nothing.",
    parameters: { path: replayPath, header: webhookHeaders },
    answer: { results: cancelled },
    errors: {
      ...subaccounts,
      ...noReplay,
      conflict: "The replay has finished or failed.",
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;
