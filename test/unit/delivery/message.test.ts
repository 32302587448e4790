import { describe, expect, it } from "vitest";
import { deliveryMessage, type DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { halfOf, parkedOf, redeliveryOf, retryOf } from "#shared/delivery/message.ts";
import type { BatchRecord } from "#shared/delivery/record.ts";

const stored = { kind: "stored", key: "batches/w/b.json.zst" } as const;
const formation = {
  closedBy: "window",
  closedAt: "2026-01-02T03:04:05.000Z",
  batchSize: 10_000,
  eventTypes: { delivery: 2, open: 1 },
} as const;
const stretch = {
  shard: "shardId-000000000000",
  firstSequenceNumber: "100",
  lastSequenceNumber: "109",
  revision: 2,
  first: 7,
  next: 10,
} as const;
const first: DeliveryMessage = {
  version: 1,
  batchId: "0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f",
  webhookId: "1f1f1f1f-1f1f-4f1f-8f1f-1f1f1f1f1f1f",
  customerId: "1",
  settingsRevision: 3,
  createdAt: "2026-01-02T03:04:00.000Z",
  events: 3,
  bytes: 300,
  body: { kind: "inline", zstd: "" },
  attempt: 1,
  stretch,
  formation,
  replayId: "2f2f2f2f-2f2f-4f2f-8f2f-2f2f2f2f2f2f",
};
const asked = { ...first, redelivery: true, parked: true } as const;

describe("a delivery message", () => {
  it("of a retry asks for the next attempt, on the schedule again", () => {
    expect(retryOf(asked, stored)).toEqual({ ...first, body: stored, attempt: 2 });
  });

  it("of a parked batch asks for the same attempt, whoever had asked for it", () => {
    expect(parkedOf(asked, stored)).toEqual({ ...first, body: stored, parked: true });
  });

  it("of a half names the whole, shares its retry window, and counts its own events", () => {
    const half = {
      batchId: "3f3f3f3f-3f3f-4f3f-8f3f-3f3f3f3f3f3f",
      events: 2,
      eventTypes: { delivery: 2 },
      bytes: 200,
      place: stored,
      closedAt: "2026-01-02T03:05:00.000Z",
      firstAttemptAt: 1_000,
      skip: 0,
    } as const;
    const { batchId, events, bytes, firstAttemptAt, closedAt, eventTypes } = half;
    expect(halfOf({ ...asked, attempt: 4 }, half)).toEqual({
      ...first,
      batchId,
      events,
      bytes,
      body: stored,
      firstAttemptAt,
      stretch: { ...stretch, skip: 0 },
      formation: { closedBy: "split", closedAt, batchSize: 10_000, eventTypes, splitFrom: first.batchId },
      half: { rootBatchId: first.batchId, halvings: 1, isOnPath: true },
    });
  });
});

describe("a half of a half", () => {
  it("says how many events of the whole stand before it", () => {
    const of = (message: DeliveryMessage, skip: number): DeliveryMessage =>
      halfOf(message, {
        batchId: first.batchId,
        events: 1,
        eventTypes: {},
        bytes: 100,
        place: stored,
        closedAt: formation.closedAt,
        firstAttemptAt: 1_000,
        skip,
      });
    expect(of(of(first, 2), 1).stretch).toEqual({ ...stretch, skip: 3 });
    expect(of(of(first, 0), 0).stretch).toEqual({ ...stretch, skip: 0 });
  });

  it("of a batch of an earlier version does not know where it came from", () => {
    const { stretch: _stretch, ...earlier } = first;
    const half = { events: 1, eventTypes: {}, bytes: 100, place: stored, closedAt: formation.closedAt, skip: 1 };
    expect(halfOf(earlier, { ...half, batchId: first.batchId, firstAttemptAt: 1_000 })).not.toHaveProperty("stretch");
  });
});

describe("a redelivery", () => {
  const { version: _, formation: __, body: ___, attempt: ____, ...shared } = first;
  const record: BatchRecord & { readonly settingsRevision: number } = {
    ...shared,
    ...formation,
    settingsRevision: 3,
    state: "retrying",
    attempts: [],
    recordedAttempts: 2,
    firstAttemptAt: "2026-01-02T03:04:05.000Z",
    expiresAt: "2026-01-02T07:04:05.000Z",
  };

  it("asks for the next attempt, and knows how the batch was formed", () => {
    const message = redeliveryOf(record, stored);
    expect(message).toEqual({ ...first, body: stored, attempt: 3, redelivery: true });
    expect(deliveryMessage.parse(message)).toEqual(message);
  });

  it("of a half still names the whole", () => {
    expect(redeliveryOf({ ...record, splitFrom: first.batchId }, stored).formation).toEqual({
      ...formation,
      splitFrom: first.batchId,
    });
  });

  it("of a record of an earlier version goes without", () => {
    const { closedBy: _closedBy, ...earlier } = record;
    expect(redeliveryOf(earlier, stored)).not.toHaveProperty("formation");
  });
});
