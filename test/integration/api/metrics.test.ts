import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DeliveryFact } from "#shared/delivery/hours.ts";
import { type BatchesApi, hour, isoAgo, minute, now, type Row, startBatchesApi } from "./batches-fixture.ts";

let api: BatchesApi;
let webhookId: string;
beforeAll(async () => {
  api = await startBatchesApi();
});
afterAll(async () => await api.stop());
beforeEach(async () => {
  webhookId = await api.addWebhook({});
});

const customerId = "1";
const count = async (ageMs: number, what: DeliveryFact["what"]) =>
  await api.deliveryHours.count({ customerId, webhookId, at: now - ageMs, what });
const metrics = async (query: Readonly<Record<string, string>> = {}) =>
  await api.get(`/v1/webhooks/${webhookId}/metrics`, { query });

describe("metrics", () => {
  it("are 24 empty hours for a webhook without deliveries", async () => {
    const { result } = await metrics();
    expect(result["series"]).toHaveLength(24);
    expect(result["totals"]).toEqual({
      delivered: 0,
      failed: 0,
      failed_attempts: 0,
      expired: 0,
      events: 0,
      p50_ms: null,
      p95_ms: null,
      p99_ms: null,
    });
    expect(result).toMatchObject({ statuses: {}, reasons: {}, event_types: {}, step_ms: hour });
  });

  it("add up batches, events, latencies, statuses, reasons and event types", async () => {
    const eventTypes = { click: 3, delivery: 7 };
    await count(minute, { kind: "delivered", events: 10, durationMs: 20, status: 200, eventTypes });
    await count(2 * hour, { kind: "delivered", events: 5, durationMs: 90, status: 202, eventTypes: { click: 5 } });
    await count(2 * hour, { kind: "failed", attempt: 1, reason: "http_5xx", durationMs: 90, status: 503 });
    await count(2 * hour, { kind: "failed", attempt: 2, reason: "response_timeout", durationMs: 6_500 });
    await count(3 * hour, { kind: "expired" });
    const { result } = await metrics();
    expect(result).toMatchObject({
      totals: { delivered: 2, failed: 1, failed_attempts: 2, expired: 1, events: 15, p50_ms: 100, p99_ms: 7_000 },
      statuses: { 200: 1, 202: 1, 503: 1 },
      reasons: { http_5xx: 1, response_timeout: 1 },
      event_types: { click: 8, delivery: 7 },
    });
    const series = result["series"] as readonly Row[];
    expect(series.at(-3)).toMatchObject({ at: "2026-01-10T10:00:00.000Z", delivered: 1, failed: 1, p50_ms: 100 });
    const histogram = result["latency_histogram"] as readonly Row[];
    expect(histogram.filter((slot) => slot["count"] !== 0)).toEqual([
      { le_ms: 25, count: 1 },
      { le_ms: 100, count: 2 },
      { le_ms: 7_000, count: 1 },
    ]);
  });

  it("reach back 31 days, for a time range", async () => {
    await count(30 * 24 * hour, { kind: "delivered", events: 1, durationMs: 1, status: 200 });
    const { result } = await metrics({ from: isoAgo(31 * 24 * hour) });
    expect(result["series"]).toHaveLength(31 * 24 + 1);
    expect(result["totals"]).toMatchObject({ delivered: 1 });
    const part = await metrics({ from: isoAgo(2 * hour), to: isoAgo(hour) });
    expect((part.result["series"] as readonly Row[]).map(({ at }) => at)).toEqual([
      "2026-01-10T10:00:00.000Z",
      "2026-01-10T11:00:00.000Z",
    ]);
  });

  it("by the minute have each minute of the last hour, and what is counted by the hour for its whole hours", async () => {
    await count(0, { kind: "delivered", events: 10, durationMs: 20, status: 200 });
    await count(1_000, { kind: "failed", attempt: 1, reason: "http_5xx", durationMs: 90, status: 503 });
    await count(3 * minute, { kind: "failed", attempt: 1, reason: "http_5xx", durationMs: 90, status: 503 });
    await count(3 * minute, { kind: "failed", attempt: 2, reason: "http_5xx", durationMs: 6_001, status: 503 });
    await count(4 * minute, { kind: "expired" });
    await count(59 * minute, { kind: "delivered", events: 9_999, durationMs: 6_000, status: 200 });
    // In an hour that is asked for, in a minute that is not.
    await count(61 * minute, { kind: "delivered", events: 1, durationMs: 1, status: 200 });
    const to = isoAgo(-1_000);
    const { result } = await metrics({ precision: "1min", to });
    const series = result["series"] as readonly Row[];
    expect(result).toMatchObject({ from: isoAgo(59 * minute), step_ms: minute });
    expect(series).toHaveLength(60);
    expect(new Set(series.map(({ at }) => at)).size).toBe(60);
    const none = { delivered: 0, failed: 0, failed_attempts: 0, expired: 0, events: 0, mean_ms: null };
    const busy = series.filter(({ delivered, failed_attempts: failed, expired }) =>
      [delivered, failed, expired].some(Boolean),
    );
    const sums = await metrics({ from: isoAgo(59 * minute), to, precision: "1min" });
    expect(sums.result["totals"]).toEqual(result["totals"]);
    expect(busy.map(({ at }) => (now - Date.parse(String(at))) / minute)).toEqual([59, 4, 3, 1, 0]);
    expect(busy[0]).toMatchObject({ ...none, delivered: 1, events: 9_999, mean_ms: 6_000, p95_ms: null });
    expect(busy[1]).toMatchObject({ ...none, expired: 1 });
    expect(busy[2]).toMatchObject({ ...none, failed: 1, failed_attempts: 2, mean_ms: 3_046 });
    expect(series[1]).toMatchObject(none);
    expect(result["totals"]).toMatchObject({ delivered: 2, failed: 2, failed_attempts: 3, expired: 1, events: 10_009 });
    // Of the whole hours.
    expect(result["statuses"]).toEqual({ 200: 3, 503: 3 });
  });

  it("by the minute reach back as far as those by the hour, six hours at a time", async () => {
    const at = 20 * 24 * hour;
    await count(at, { kind: "delivered", events: 3, durationMs: 1, status: 200 });
    const { result } = await metrics({ precision: "1min", from: isoAgo(at + 3 * hour), to: isoAgo(at - 3 * hour) });
    expect(result["series"]).toHaveLength(6 * 60);
    expect(result["totals"]).toMatchObject({ delivered: 1, events: 3 });
  });

  it.each([
    ["more than six hours by the minute", { precision: "1min", from: isoAgo(6 * hour + 1) }],
    ["an unknown precision", { precision: "5min" }],
    ["two precisions", { precision: "hour,1min" }],
    ["a range that ends before it begins", { from: isoAgo(hour), to: isoAgo(2 * hour) }],
    ["more than 31 days", { from: isoAgo(32 * 24 * hour) }],
    ["a time that is none", { from: "yesterday" }],
  ])("refuse %s", async (_, query) => {
    expect(await metrics(query)).toMatchObject({ status: 400, errors: [{ code: "1200" }] });
  });
});
