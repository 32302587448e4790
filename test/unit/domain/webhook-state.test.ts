import { describe, expect, it } from "vitest";
import type { DeliveryHour } from "#shared/delivery/hours.ts";
import { webhookStanding } from "#shared/webhooks/state.ts";

const known = { active: true, createdAt: "2026-01-01T00:00:00.000Z" };
const nothing = { batches: 0 };
const waiting = { batches: 2, firstAttemptAt: "2026-01-05T02:10:00.000Z" };
const hourAt = (hour: number, fields: Partial<DeliveryHour> = {}): DeliveryHour => ({
  webhookId: "1",
  hour: `2026-01-05T${String(hour).padStart(2, "0")}:00:00.000Z`,
  delivered: 1,
  failed: 0,
  failedAttempts: 0,
  expired: 0,
  events: 10,
  latencies: {},
  ...fields,
});
const failedAt = (hour: number, lastReason: "http_5xx" | "connect_failed") =>
  hourAt(hour, { failedAttempts: 1, lastReason, firstFailureAt: `2026-01-05T0${hour}:30:00.000Z` });
const expiredAt = (lastExpiredAt: string) => hourAt(2, { expired: 1, lastExpiredAt });

describe("a webhook is", () => {
  it("paused when it is inactive, whatever happened before, since it was paused or created so", () => {
    const activeChangedAt = "2026-01-02T00:00:00.000Z";
    const standing = webhookStanding({ ...known, active: false, activeChangedAt }, [failedAt(1, "http_5xx")], waiting);
    expect(standing).toEqual({ state: "paused", reason: "paused", since: activeChangedAt });
    expect(webhookStanding({ ...known, active: false }, [], nothing)).toMatchObject({ since: known.createdAt });
  });

  it.each(["open", "half_open"] as const)("parked while its breaker is %s, since it opened", (kind) => {
    const openedAt = Date.parse("2026-01-05T03:00:00.000Z");
    const breaker = { kind, openedAt, reason: "http_5xx", failedProbes: 3, until: openedAt + 60_000 } as const;
    const standing = webhookStanding({ ...known, breaker }, [failedAt(1, "connect_failed")], waiting);
    expect(standing).toEqual({ state: "parked", reason: "http_5xx", since: "2026-01-05T03:00:00.000Z" });
  });

  it("pending since its creation when it never had a batch", () => {
    const standing = webhookStanding(known, [], nothing);
    expect(standing).toEqual({ state: "pending", reason: "no_batch_yet", since: known.createdAt });
  });

  it("ok since its batches are delivered as they come, also when its last batch is long ago", () => {
    const healthySince = "2026-01-03T00:10:00.000Z";
    const lastFailure = "2026-01-03T00:00:00.000Z";
    expect(webhookStanding({ ...known, healthySince }, [hourAt(1)], nothing)).toEqual({
      state: "ok",
      since: healthySince,
    });
    const recovered = { ...known, lastFailure, healthySince, lastSuccessful: "2026-01-05T01:00:00.000Z" };
    expect(webhookStanding(recovered, [], nothing)).toEqual({ state: "ok", since: healthySince });
  });

  it("ok not before it was resumed, nor before a batch expired", () => {
    const healthySince = "2026-01-03T00:10:00.000Z";
    const activeChangedAt = "2026-01-04T00:00:00.000Z";
    expect(webhookStanding({ ...known, healthySince, activeChangedAt }, [hourAt(1)], nothing).since).toBe(
      activeChangedAt,
    );
    const at = "2026-01-05T02:40:00.000Z";
    const lastSuccessful = "2026-01-05T03:00:00.000Z";
    const standing = webhookStanding({ ...known, healthySince, lastSuccessful }, [expiredAt(at)], nothing);
    expect(standing).toEqual({ state: "ok", since: at });
  });

  it("ok since the last failure, or since its creation, where no delivery was noted", () => {
    expect(webhookStanding(known, [hourAt(1)], nothing)).toEqual({ state: "ok", since: known.createdAt });
    const lastFailure = "2026-01-03T00:00:00.000Z";
    expect(webhookStanding({ ...known, lastFailure }, [], nothing)).toEqual({ state: "ok", since: lastFailure });
  });

  it("ok again as soon as what had failed is delivered", () => {
    expect(webhookStanding(known, [failedAt(2, "http_5xx")], nothing)).toMatchObject({ state: "ok" });
  });

  it("failed while a batch waits, for the reason of the last failure, in whatever order the hours come", () => {
    const hours = [hourAt(5), failedAt(4, "connect_failed"), hourAt(3), failedAt(2, "http_5xx")];
    const expected = { state: "failed", reason: "connect_failed", since: waiting.firstAttemptAt };
    expect(webhookStanding(known, hours, waiting)).toEqual(expected);
    expect(webhookStanding(known, hours.toReversed(), waiting)).toEqual(expected);
    expect(webhookStanding(known, [], waiting)).toMatchObject({ state: "failed", reason: "retrying" });
  });

  it("failed when a batch expired and none was delivered since", () => {
    const at = "2026-01-05T02:40:00.000Z";
    const hours = [expiredAt(at)];
    const expected = { state: "failed", reason: "expired", since: at };
    expect(webhookStanding(known, hours, nothing)).toEqual(expected);
    const before = "2026-01-05T02:39:00.000Z";
    expect(webhookStanding({ ...known, lastSuccessful: before }, hours, nothing)).toEqual(expected);
    const after = "2026-01-05T02:41:00.000Z";
    expect(webhookStanding({ ...known, lastSuccessful: after }, hours, nothing)).toMatchObject({ state: "ok" });
  });
});
