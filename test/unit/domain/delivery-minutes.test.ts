import fc from "fast-check";
import { expect, it } from "vitest";
import type { DeliveryFact, DeliveryMinute } from "#shared/delivery/hours.ts";
import { minuteCounters, minutesBetween, minutesCountedFrom, minutesIn } from "#shared/delivery/minutes.ts";

const hour = "2026-01-02T03:00:00.000Z";
const start = Date.parse(hour);

const what: fc.Arbitrary<DeliveryFact["what"]> = fc.oneof(
  fc.record({
    kind: fc.constant("delivered" as const),
    events: fc.integer({ min: 1, max: 10_000 }),
    durationMs: fc.integer({ min: 0, max: 60_000 }),
  }),
  fc.record({
    kind: fc.constant("failed" as const),
    attempt: fc.integer({ min: 1, max: 20 }),
    reason: fc.constant("http_5xx" as const),
    durationMs: fc.integer({ min: 0, max: 60_000 }),
  }),
  fc.constant({ kind: "expired" as const }),
);
const fact = fc.record({ at: fc.integer({ min: start, max: start + 3_599_999 }), what });

/** What a table makes of additions, with the numbers that a client of it reads. */
const added = (facts: readonly Pick<DeliveryFact, "at" | "what">[], times = 1n): Record<string, number | bigint> => {
  const item: Record<string, bigint> = {};
  for (const each of facts) {
    for (const [name, sum] of Object.entries(minuteCounters(each))) item[name] = (item[name] ?? 0n) + sum * times;
  }
  const read = (sum: bigint) => (sum <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sum) : sum);
  return Object.fromEntries(Object.entries(item).map(([name, sum]) => [name, read(sum)]));
};

const expected = (facts: readonly Pick<DeliveryFact, "at" | "what">[]): ReadonlyMap<string, DeliveryMinute> => {
  const minutes = new Map<string, DeliveryMinute>();
  for (const { at, what: found } of facts) {
    const minute = new Date(at - (at % 60_000)).toISOString();
    const known = minutes.get(minute) ?? minutesBetween(at, at, [])[0];
    if (known === undefined) throw new Error("no minute");
    minutes.set(minute, {
      minute,
      delivered: known.delivered + (found.kind === "delivered" ? 1 : 0),
      failed: known.failed + (found.kind === "failed" && found.attempt === 1 ? 1 : 0),
      failedAttempts: known.failedAttempts + (found.kind === "failed" ? 1 : 0),
      expired: known.expired + (found.kind === "expired" ? 1 : 0),
      events: known.events + (found.kind === "delivered" ? found.events : 0),
      durationMs: known.durationMs + (found.kind === "expired" ? 0 : found.durationMs),
    });
  }
  return minutes;
};

it("what is added to an hour's item is what its minutes say", () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 200 }), (facts) => {
      const found = minutesIn(hour, { sk: hour, delivered: 5, m: 1, m7: 1, m60: 2, ...added(facts) });
      expect(new Map(found.map((minute) => [minute.minute, minute]))).toEqual(expected(facts));
    }),
  );
});

it("counters of a minute do not run into each other at what a table can take", () => {
  const largest = added(
    [
      { at: start, what: { kind: "delivered", events: 10_000, durationMs: 60_000 } },
      { at: start, what: { kind: "failed", attempt: 1, reason: "http_5xx", durationMs: 60_000 } },
      { at: start, what: { kind: "expired" } },
    ],
    60_000n,
  );
  expect(minutesIn(hour, largest)).toEqual([
    {
      minute: hour,
      delivered: 60_000,
      failed: 60_000,
      failedAttempts: 60_000,
      expired: 60_000,
      events: 600_000_000,
      durationMs: 7_200_000_000,
    },
  ]);
});

it("an hour's attributes for its minutes are short, so that the item stays small", () => {
  const all = Array.from({ length: 60 }, (_, index) => ({
    at: start + index * 60_000,
    what: { kind: "delivered", events: 500, durationMs: 90 } as const,
  }));
  const names = Object.entries(added(all));
  expect(names).toHaveLength(60);
  // DynamoDB keeps two digits in a byte, and needs one more.
  const bytes = names.reduce((sum, [name, value]) => sum + name.length + Math.ceil(String(value).length / 2) + 1, 0);
  expect(bytes).toBeLessThanOrEqual(800);
});

it("minutes begin where an hour's outcomes are all counted by the minute", () => {
  const minutes = minutesIn(
    hour,
    added([20, 40].map((at) => ({ at: start + at * 60_000, what: { kind: "expired" } }))),
  );
  const counted = (outcomes: object, of = minutes) => ({
    webhookId: "1",
    hour,
    delivered: 0,
    failed: 0,
    failedAttempts: 0,
    expired: 2,
    events: 0,
    latencies: {},
    statuses: {},
    reasons: {},
    eventTypes: {},
    minutes: of,
    ...outcomes,
  });
  expect(minutesCountedFrom(start, [counted({})])).toBe(start);
  expect(minutesCountedFrom(start, [counted({ delivered: 1 })])).toBe(start + 20 * 60_000);
  expect(minutesCountedFrom(start + 30 * 60_000, [counted({ failedAttempts: 1 })])).toBe(start + 30 * 60_000);
  expect(minutesCountedFrom(start, [counted({}, []), counted({ delivered: 1 })])).toBe(start + 60 * 60_000);
});
