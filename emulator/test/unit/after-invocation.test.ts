import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  type FailurePolicy,
  type Piece,
  type PieceOutcome,
  afterInvocation,
  expiredCount,
  retryDelayMs,
} from "../../kinesis-mapping/after-invocation.ts";

const piece: Piece = { start: 0, end: 4, failures: 0 };
const bisecting: FailurePolicy = { bisect: true, maxRetryAttempts: 1 };
const plain: FailurePolicy = { bisect: false, maxRetryAttempts: 1 };

describe("after an invocation", () => {
  test("a success moves the checkpoint past the piece", () => {
    expect(afterInvocation(piece, { kind: "succeeded" }, bisecting)).toEqual({ checkpoint: 4, remaining: [] });
  });

  test("a failure is bisected, at no cost of an attempt", () => {
    expect(afterInvocation(piece, { kind: "failed" }, bisecting)).toEqual({
      checkpoint: 0,
      remaining: [
        { start: 0, end: 2, failures: 0 },
        { start: 2, end: 4, failures: 0 },
      ],
    });
  });

  test("a failure without bisecting repeats the whole piece", () => {
    expect(afterInvocation(piece, { kind: "failed" }, plain)).toEqual({
      checkpoint: 0,
      remaining: [{ ...piece, failures: 1 }],
    });
  });

  test("a reported record cuts the piece: what is before it is done with", () => {
    expect(afterInvocation(piece, { kind: "failed-from", index: 3 }, bisecting)).toEqual({
      checkpoint: 3,
      remaining: [{ start: 3, end: 4, failures: 0 }],
    });
    expect(afterInvocation(piece, { kind: "failed-from", index: 3 }, plain)).toEqual({
      checkpoint: 3,
      remaining: [{ start: 3, end: 4, failures: 1 }],
    });
  });

  test("a reported first record is bisected like a failure", () => {
    const steps = afterInvocation(piece, { kind: "failed-from", index: 0 }, bisecting);
    expect(steps).toEqual(afterInvocation(piece, { kind: "failed" }, bisecting));
  });

  test("a piece out of attempts is given up", () => {
    const last = { start: 2, end: 3, failures: 1 };
    expect(afterInvocation(last, { kind: "failed" }, bisecting)).toEqual({
      checkpoint: 3,
      remaining: [],
      discarded: { ...last, failures: 2 },
    });
  });

  test("attempts without a limit never give up", () => {
    const steps = afterInvocation(
      { ...piece, failures: 500 },
      { kind: "failed" },
      { bisect: false, maxRetryAttempts: -1 },
    );
    expect(steps.discarded).toBeUndefined();
  });
});

/** Sees a window through with a function that fails wherever a poison record is among those it gets. */
const settle = (size: number, poison: ReadonlySet<number>, policy: FailurePolicy, reports: boolean) => {
  const invoke = ({ start, end }: Piece): PieceOutcome => {
    const bad = Array.from({ length: end - start }, (_, offset) => start + offset).find((index) => poison.has(index));
    if (bad === undefined) return { kind: "succeeded" };
    return reports ? { kind: "failed-from", index: bad } : { kind: "failed" };
  };
  const handled: number[] = [];
  const discarded: number[] = [];
  const checkpoints: number[] = [];
  const pieces: Piece[] = [{ start: 0, end: size, failures: 0 }];
  let invocations = 0;
  for (let current = pieces.shift(); current !== undefined && invocations < 100_000; current = pieces.shift()) {
    invocations += 1;
    const outcome = invoke(current);
    const steps = afterInvocation(current, outcome, policy);
    const doneUntil =
      outcome.kind === "succeeded" ? current.end : outcome.kind === "failed-from" ? outcome.index : current.start;
    for (let index = current.start; index < doneUntil; index += 1) handled.push(index);
    const lost = steps.discarded;
    if (lost !== undefined) for (let index = lost.start; index < lost.end; index += 1) discarded.push(index);
    checkpoints.push(steps.checkpoint);
    pieces.unshift(...steps.remaining);
  }
  return { handled, discarded, checkpoints };
};

const windows = fc
  .integer({ min: 1, max: 60 })
  .chain((size) => fc.record({ size: fc.constant(size), poison: fc.uniqueArray(fc.nat(size - 1), { maxLength: 5 }) }));

test.prop([windows, fc.boolean(), fc.nat(3)])(
  "bisecting isolates every poison record and handles all others once, in order",
  ({ size, poison }, reports, maxRetryAttempts) => {
    const { handled, discarded } = settle(size, new Set(poison), { bisect: true, maxRetryAttempts }, reports);
    expect(discarded).toEqual(poison.toSorted((left, right) => left - right));
    expect(handled).toEqual(
      Array.from({ length: size }, (_, index) => index).filter((index) => !poison.includes(index)),
    );
  },
);

test.prop([windows, fc.boolean(), fc.boolean(), fc.nat(3)])(
  "the checkpoint never moves back, and ends behind the window",
  ({ size, poison }, bisect, reports, maxRetryAttempts) => {
    const { checkpoints } = settle(size, new Set(poison), { bisect, maxRetryAttempts }, reports);
    expect(checkpoints).toEqual(checkpoints.toSorted((left, right) => left - right));
    expect(checkpoints.at(-1)).toBe(size);
  },
);

test("retries wait longer and longer, up to a limit; a split does not wait", () => {
  expect([0, 1, 2, 3, 50].map(retryDelayMs)).toEqual([0, 100, 200, 400, 5_000]);
});

describe("record age", () => {
  const arrivedAt = [0, 1_000, 2_000, 3_000];

  test("counts the records at the front that are older than the limit", () => {
    expect(expiredCount({ arrivedAt, now: 62_000, maxAgeSeconds: 60 })).toBe(2);
  });

  test("counts all when all are too old", () => {
    expect(expiredCount({ arrivedAt, now: 900_000, maxAgeSeconds: 60 })).toBe(4);
  });

  test("has no limit at -1", () => {
    expect(expiredCount({ arrivedAt, now: 900_000, maxAgeSeconds: -1 })).toBe(0);
  });
});
