import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { decideWindow, fetchLimit } from "../../kinesis-mapping/window.ts";

const limits = { windowMs: 2_000, maxRecords: 10, maxBytes: 1_000 };
const decide = (recordBytes: readonly number[], ageMs: number) =>
  decideWindow({ recordBytes, openedAt: 0, now: ageMs }, limits);

describe("a window", () => {
  test("waits for the rest of its time while it is not full", () => {
    expect(decide([10, 10], 500)).toEqual({ kind: "wait", forMs: 1_500 });
  });

  test("closes when its time is over", () => {
    expect(decide([10, 10], 2_000)).toEqual({ kind: "close", count: 2 });
  });

  test("closes at its number of records", () => {
    expect(
      decide(
        Array.from({ length: 12 }, () => 1),
        0,
      ),
    ).toEqual({ kind: "close", count: 10 });
  });

  test("closes before the record that would make it too large", () => {
    expect(decide([400, 400, 400], 0)).toEqual({ kind: "close", count: 2 });
  });

  test("passes a record that is too large by itself alone", () => {
    expect(decide([5_000, 10], 0)).toEqual({ kind: "close", count: 1 });
  });

  test("never closes empty", () => {
    expect(decide([], 9_000)).toEqual({ kind: "wait", forMs: 2_000 });
  });
});

test.prop([fc.array(fc.integer({ min: 1, max: 1_200 }), { maxLength: 40 }), fc.integer({ min: 0, max: 4_000 })])(
  "an event never exceeds a limit, unless one record does so by itself",
  (recordBytes, ageMs) => {
    const decision = decide(recordBytes, ageMs);
    if (decision.kind === "wait") return;
    const taken = recordBytes.slice(0, decision.count);
    const eventBytes = `{"Records":[]}`.length + taken.reduce((sum, size) => sum + size, 0) + taken.length - 1;
    expect(decision.count).toBeGreaterThan(0);
    expect(decision.count).toBeLessThanOrEqual(limits.maxRecords);
    if (decision.count > 1) expect(eventBytes).toBeLessThanOrEqual(limits.maxBytes);
  },
);

test.prop([fc.nat(9), fc.nat(990), fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined })])(
  "a fetch asks for at least one record and for little more than a window holds",
  (recordsInHand, bytesInHand, meanRecordBytes) => {
    const limit = fetchLimit({ recordsInHand, bytesInHand, meanRecordBytes }, limits);
    expect(limit).toBeGreaterThanOrEqual(1);
    expect(limit).toBeLessThanOrEqual(limits.maxRecords + 1);
    if (meanRecordBytes !== undefined) {
      expect((limit - 2) * meanRecordBytes + bytesInHand).toBeLessThanOrEqual(limits.maxBytes);
    }
  },
);
