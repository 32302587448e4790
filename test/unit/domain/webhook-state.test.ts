import { describe, expect, it } from "vitest";
import type { DeliveryHour } from "#shared/domain/delivery-hours.ts";
import { webhookStanding } from "#shared/domain/webhook-state.ts";

const known = { active: true, createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-01-02T00:00:00.000Z" };
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

describe("a webhook is", () => {
  it("paused when it is inactive, whatever happened before", () => {
    const standing = webhookStanding({ ...known, active: false }, [failedAt(1, "http_5xx")]);
    expect(standing).toEqual({ state: "paused", reason: "paused", since: known.updatedAt });
  });

  it.each(["open", "half_open"] as const)("parked while its breaker is %s, since it opened", (kind) => {
    const openedAt = Date.parse("2026-01-05T03:00:00.000Z");
    const breaker = { kind, openedAt, reason: "http_5xx", failedProbes: 3, until: openedAt + 60_000 } as const;
    const standing = webhookStanding({ ...known, breaker }, [failedAt(1, "connect_failed")]);
    expect(standing).toEqual({ state: "parked", reason: "http_5xx", since: "2026-01-05T03:00:00.000Z" });
  });

  it("pending since its creation when it never had a batch", () => {
    expect(webhookStanding(known, [])).toEqual({ state: "pending", reason: "no_batch_yet", since: known.createdAt });
  });

  it.each([
    ["2026-01-03T00:00:00.000Z", "2026-01-02T12:00:00.000Z"],
    ["2026-01-02T12:00:00.000Z", "2026-01-03T00:00:00.000Z"],
  ])("pending since its last attempt when that is long ago", (lastSuccessful, lastFailure) => {
    const standing = webhookStanding({ ...known, lastSuccessful, lastFailure }, []);
    expect(standing).toEqual({ state: "pending", reason: "no_recent_batch", since: "2026-01-03T00:00:00.000Z" });
  });

  it("ok when nothing failed, since the last failure before or since its creation", () => {
    expect(webhookStanding(known, [hourAt(1)])).toEqual({ state: "ok", since: known.createdAt });
    const lastFailure = "2026-01-03T00:00:00.000Z";
    expect(webhookStanding({ ...known, lastFailure }, [hourAt(1)])).toEqual({ state: "ok", since: lastFailure });
  });

  it("failed since the first failure, for the reason of the last, in whatever order the hours come", () => {
    const hours = [hourAt(5), failedAt(4, "connect_failed"), hourAt(3), failedAt(2, "http_5xx")];
    const expected = { state: "failed", reason: "connect_failed", since: "2026-01-05T02:30:00.000Z" };
    expect(webhookStanding(known, hours)).toEqual(expected);
    expect(webhookStanding(known, hours.toReversed())).toEqual(expected);
  });

  it("failed when a batch expired, although no failed attempt was counted", () => {
    const standing = webhookStanding(known, [hourAt(2, { expired: 1 })]);
    expect(standing).toEqual({ state: "failed", reason: "expired", since: "2026-01-05T02:00:00.000Z" });
  });
});
