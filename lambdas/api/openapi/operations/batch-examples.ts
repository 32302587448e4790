/** Examples of answers about batches. */
import { batchId, probeResult, target, webhookId } from "./examples.ts";

const failure = { status: 503, reason: "http_5xx" } as const;
export const cursor = "NWIwZjZjMTAtM2MxZC00YWVl";
export const batch = {
  batch_id: batchId,
  webhook_id: webhookId,
  created_at: "2026-01-02T03:04:05.000Z",
  state: "retrying",
  events: 4_211,
  bytes: 2_904_118,
  response_code: failure.status,
  reason: failure.reason,
  latency_ms: 180,
  next_attempt_at: "2026-01-02T03:05:07.000Z",
  expires_at: "2026-01-02T07:04:36.000Z",
  body_available: true,
  closed_by: "window",
  closed_at: "2026-01-02T03:04:35.000Z",
  batch_size: 10_000,
  attempts: 1,
};
export const batchWithAttempts = {
  ...batch,
  event_types: { delivery: 4_102, bounce: 109 },
  stretch: {
    shard: "shardId-000000000000",
    first_sequence_number: "49590338271490256608559692538361571095921575989136588898",
    last_sequence_number: "49590338271490256608559692540925702759324208523137515618",
    first_event: 0,
  },
  attempts: [
    {
      n: 1,
      started_at: "2026-01-02T03:04:36.000Z",
      outcome: "failed",
      ...failure,
      likely: "The receiver failed, or a proxy could not reach it.",
      fix: "Look into the receiver's log at the time of the attempt.",
      latency_ms: 180,
      timings: { upload_ms: 31, wait_ms: 149, total_ms: 180 },
      bytes_sent: 2_904_118,
      response_headers: { "content-type": "text/plain", "retry-after": "30" },
      response_excerpt: "Service Unavailable",
      next_attempt_at: "2026-01-02T03:05:07.000Z",
    },
  ],
};
export const batchStatus = {
  batch_id: batchId,
  ts: "2026-01-02T03:04:05.000Z",
  attempts: 1,
  response_code: "503",
  failure_code: "503",
  latency: 180,
  batch_size: 4_211,
  webhook_id: webhookId,
};

const dayStart = Date.UTC(2026, 0, 2);
const hourMs = 3_600_000;
export const summary = {
  id: webhookId,
  name: "warehouse feed",
  target,
  active: true,
  events_mode: "selected",
  events: ["delivery", "bounce"],
  created_at: "2026-01-01T09:00:00.000Z",
  pending_batches: 0,
  pending_events: 0,
  pending_is_complete: true,
  state: "ok",
  state_reason: null,
  state_since: "2026-01-01T09:00:00.000Z",
  expired_24h: 0,
  p95_ms: 200,
  buckets: Array.from({ length: 24 }, (_, hour) => ({
    at: new Date(dayStart + hour * hourMs).toISOString(),
    delivered: 120,
    failed: 0,
    failed_attempts: 0,
    expired: 0,
    events: 480_000,
    p95_ms: 200,
  })),
};

const { buckets, ...row } = summary;
export const summaries = {
  results: [
    {
      ...row,
      hours: {
        events: buckets.map(({ events }) => events),
        delivered: buckets.map(({ delivered }) => delivered),
        failed_attempts: buckets.map(({ failed_attempts: failed }) => failed),
      },
    },
  ],
  next_cursor: cursor,
  total: 9_412,
  matching: 37,
  states: { pending: 12, ok: 9_326, failed: 21, parked: 16, paused: 37 },
  counted_at: "2026-01-02T23:30:00.000Z",
};

const numbers = {
  delivered: 120,
  failed: 1,
  failed_attempts: 2,
  expired: 0,
  events: 480_000,
  p50_ms: 60,
  p95_ms: 250,
  p99_ms: 400,
};
export const metrics = {
  from: "2026-01-02T03:00:00.000Z",
  to: "2026-01-02T03:59:59.000Z",
  step_ms: hourMs,
  series: [{ at: "2026-01-02T03:00:00.000Z", ...numbers }],
  totals: numbers,
  latency_histogram: [
    { le_ms: 60, count: 61 },
    { le_ms: 400, count: 61 },
  ],
  statuses: { "200": 120, "503": 2 },
  reasons: { http_5xx: 2 },
  event_types: { delivery: 470_000, bounce: 10_000 },
};

export const subaccounts = {
  results: [
    {
      subaccount_id: 101,
      webhooks: 3,
      states: { pending: 0, ok: 2, failed: 0, parked: 1, paused: 0 },
      waiting: 1,
      pending_batches: 12,
      pending_events: 96_000,
      half_time: 1,
      next_expiry_at: "2026-01-02T04:50:00.000Z",
    },
    {
      webhooks: 2,
      states: { pending: 0, ok: 2, failed: 0, parked: 0, paused: 0 },
      waiting: 0,
      pending_batches: 0,
      pending_events: 0,
      half_time: 0,
    },
  ],
  total: 2,
  matching: 2,
  counted_at: "2026-01-02T03:04:05.000Z",
  is_complete: true,
};

export const overview = {
  ...metrics,
  is_complete: true,
  total: summaries.total,
  states: summaries.states,
  counted_at: summaries.counted_at,
  at_risk: {
    webhooks: 1,
    batches: 12,
    events: 96_000,
    is_complete: true,
    half_time: 1,
    runway: [{ at: "2026-01-02T04:45:00.000Z", batches: 12, events: 96_000 }],
    first: [
      {
        id: webhookId,
        name: "warehouse feed",
        target,
        state: "parked",
        state_reason: "http_5xx",
        pending_batches: 12,
        pending_events: 96_000,
        pending_is_complete: true,
        half_time_at: "2026-01-02T02:50:00.000Z",
        next_expiry_at: "2026-01-02T04:50:00.000Z",
      },
    ],
  },
};

const { request: _test, ...exchange } = probeResult;
export const sendResult = {
  batch_id: batchId,
  ...exchange,
  request: {
    method: "POST",
    url: "https://me.example.net/try",
    headers: { "Content-Type": "application/json", "X-MessageSystems-Batch-ID": batchId },
    bytes: 2_904_118,
  },
};
