import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReplayRequest } from "../../../lambdas/api/replays.ts";
import { cutBatches } from "#shared/delivery/batch.ts";
import { spanOf } from "#shared/events/span.ts";
import { firstAttempt } from "#shared/delivery/message.ts";
import {
  initialProgress,
  remainingMs,
  type Replay,
  replayCounts,
  replayShare,
  shareRead,
  type ShardProgress,
} from "#shared/delivery/replay.ts";
import { batchesAtOnce, firstReadRecords, nextStepAt, paceAfter, slotsFor } from "../../../lambdas/replay/pace.ts";
import { subscription, window } from "../../support/builders.ts";

const now = Date.parse("2026-01-02T12:00:00Z");
const replay = (fields: Partial<Replay> = {}): Replay => ({
  replayId: "0f6c1c1e-58a4-4d6b-9a39-3f2d8f3f7f51",
  customerId: "1",
  webhookId: "1cc94ef0-ab17-41e4-b135-0ff9de159aa7",
  number: 1,
  state: "running",
  from: "2026-01-02T10:00:00.000Z",
  to: "2026-01-02T11:00:00.000Z",
  rate: 5,
  dryRun: false,
  startedAt: "2026-01-02T11:59:50.000Z",
  scheduledUntil: 0,
  ...fields,
});
const progress = (fields: Partial<ShardProgress> = {}): ShardProgress => ({
  ...initialProgress(replay(), "shard-0"),
  ...fields,
});

describe("slots", () => {
  const load = fc.record({
    rate: fc.integer({ min: 1, max: 50 }),
    requests: fc.array(fc.record({ count: fc.nat(200), waitMs: fc.nat(60_000) }), { minLength: 1, maxLength: 10 }),
  });

  it("never exceed the rate, whatever is asked for and when, and lie in the future", () => {
    fc.assert(
      fc.property(load, ({ rate, requests }) => {
        let time = now;
        let scheduledUntil = 0;
        const all: number[] = [];
        for (const { count, waitMs } of requests) {
          time += waitMs;
          const slots = slotsFor({ count, rate, scheduledUntil, now: time });
          expect(slots.at).toHaveLength(count);
          for (const at of slots.at) expect(at).toBeGreaterThanOrEqual(time);
          ({ scheduledUntil } = slots);
          all.push(...slots.at);
        }
        for (const [index, at] of all.entries()) {
          const oneSecondOn = all[index + rate];
          if (oneSecondOn !== undefined) expect(oneSecondOn - at).toBeGreaterThan(999.9);
        }
      }),
    );
  });

  it("are used one after the other while there is work", () => {
    const first = slotsFor({ count: 4, rate: 2, scheduledUntil: 0, now });
    expect(first).toEqual({ at: [now, now + 500, now + 1_000, now + 1_500], scheduledUntil: now + 2_000 });
    expect(slotsFor({ count: 1, rate: 2, scheduledUntil: first.scheduledUntil, now }).at).toEqual([now + 2_000]);
  });

  it("of one step are few enough for the longest delay of a message, and the next step comes before they end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), (rate) => {
        const { scheduledUntil } = slotsFor({ count: batchesAtOnce(rate), rate, scheduledUntil: 0, now });
        expect(scheduledUntil - now).toBeLessThanOrEqual(10_000);
        expect(nextStepAt(scheduledUntil)).toBeLessThan(scheduledUntil);
      }),
    );
  });
});

describe("pace", () => {
  it("leaves half of a shard's throughput and most of its calls to live delivery", () => {
    const page = fc.record({
      records: fc.integer({ min: 0, max: 400 }),
      bytesEach: fc.integer({ min: 1, max: 10_000_000 }),
    });
    fc.assert(
      fc.property(page, ({ records, bytesEach }) => {
        const bytes = records * bytesEach;
        const pace = paceAfter({ records, bytes });
        expect(bytes / (pace.pauseMs / 1_000)).toBeLessThanOrEqual(1_000_000 + 1e-6);
        expect(pace.pauseMs).toBeGreaterThanOrEqual(500);
        expect(pace.records).toBeGreaterThanOrEqual(1);
        if (records > 0) expect(Math.max(pace.records - 1, 0) * bytesEach).toBeLessThanOrEqual(500_000);
      }),
    );
  });

  it("starts over behind an empty page", () => {
    expect(paceAfter({ records: 0, bytes: 0 })).toEqual({ records: firstReadRecords, pauseMs: 500 });
  });
});

describe("progress", () => {
  it("of a shard is the share of the time range that was read", () => {
    expect(shareRead(replay(), progress())).toBe(0);
    expect(shareRead(replay(), progress({ readTo: "2026-01-02T10:15:00.000Z" }))).toBe(0.25);
    expect(shareRead(replay(), progress({ readTo: "2026-01-02T11:00:03.000Z" }))).toBe(1);
    expect(shareRead(replay(), progress({ isDone: true }))).toBe(1);
  });

  it("of a replay counts the shards that it has not begun to read", () => {
    const openShards = new Set(["shard-0", "shard-1"]);
    expect(replayShare(replay(), [])).toBe(0);
    expect(replayShare(replay({ openShards }), [progress({ readTo: "2026-01-02T10:30:00.000Z" })])).toBe(0.25);
    expect(replayShare(replay({ state: "finished" }), [])).toBe(1);
  });

  it("adds up the counts of its shards", () => {
    const one = progress({ records: 1, events: 20, batchesFormed: 3, batchesSent: 2 });
    expect(replayCounts([one, one])).toEqual({ records: 2, events: 40, batchesFormed: 6, batchesSent: 4 });
  });

  it("gives an estimate once there is something to judge by, never below what is scheduled", () => {
    expect(remainingMs({ replay: replay(), share: 0, now })).toBeUndefined();
    expect(remainingMs({ replay: replay(), share: 0.25, now })).toBe(30_000);
    expect(remainingMs({ replay: replay({ scheduledUntil: now + 40_000 }), share: 0.25, now })).toBe(40_000);
  });
});

describe("batches of a replay", () => {
  const events = [{ type: "delivery", ...spanOf(Buffer.from("{}")) }];
  const cut = (replayId?: string) =>
    cutBatches({
      subscription: subscription(),
      window: window(replayId === undefined ? {} : { replayId }),
      items: events,
      open: () => [],
    });

  it("have ids of their own, the same each time", () => {
    const ids = [cut(), cut("a"), cut("b"), cut("a")].map(([batch]) => batch?.batchId);
    expect(new Set(ids).size).toBe(3);
    expect(ids[1]).toBe(ids[3]);
  });

  it("name their replay in the message, others do not", () => {
    const closedAt = "2026-01-02T03:04:35.000Z";
    const body = { bytes: 4, place: { kind: "inline", zstd: "" }, closedAt } as const;
    const [first, second] = [...cut(), ...cut("a")].map((batch) => firstAttempt(batch, body));
    expect(first).not.toHaveProperty("replayId");
    expect(second).toMatchObject({ replayId: "a", attempt: 1, bytes: 4, events: 1 });
  });
});

describe("a request", () => {
  const createdAt = new Date(now - 90 * 24 * 3_600_000).toISOString();
  const read = (body: object) => readReplayRequest(body, { now, retentionHours: 24, createdAt });
  const valid = { from: "2026-01-02T10:00:00Z", to: "2026-01-02T11:00:00+00:00" };

  it("has a rate of 5 and is no dry run unless it says so", () => {
    expect(read(valid)).toEqual({
      from: "2026-01-02T10:00:00.000Z",
      to: "2026-01-02T11:00:00.000Z",
      rate: 5,
      dry_run: false,
    });
  });

  it("may begin where the stream does, and end now", () => {
    expect(() => read({ from: "2026-01-01T12:01:00Z", to: "2026-01-02T12:00:00Z" })).not.toThrow();
  });

  it.each([
    ["no times", {}, "'from' is required"],
    ["a time without a zone", { ...valid, from: "2026-01-02T10:00:00" }, "'from' must be a time in ISO 8601"],
    ["a time that is none", { ...valid, to: "yesterday" }, "'to' must be a time in ISO 8601"],
    ["a range that is empty", { ...valid, to: valid.from }, "'from' must be earlier than 'to'"],
    ["a range in the future", { ...valid, to: "2026-01-02T12:00:01Z" }, "'to' must not be in the future"],
    ["a year past 9999 in UTC", { ...valid, to: "9999-12-31T23:30:00-23:00" }, "'to' must be a time in the years"],
    ["a year before 0 in UTC", { ...valid, from: "0000-01-01T00:30:00+23:00" }, "'from' must be a time in the years"],
    ["a range that is gone", { ...valid, from: "2026-01-01T11:00:00Z" }, "'from' must be within the 24 hours"],
    ["a rate of none", { ...valid, rate: 0 }, "'rate' must be at least 1"],
    ["a rate that is too high", { ...valid, rate: 51 }, "'rate' must be at most 50"],
    ["half a batch a second", { ...valid, rate: 0.5 }, "'rate' must be an integer"],
    ["a word for a switch", { ...valid, dry_run: "yes" }, "'dry_run' must be a boolean"],
  ])("with %s is refused", (_, body, message) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({ status: 422, message: expect.stringContaining(message) }),
    );
  });
});
