import type { Context } from "aws-lambda";
import { expect, it } from "vitest";
import * as z from "zod";
import { onEachMessage } from "#shared/runtime/on-each-message.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";

/** Handles messages that were received so many times; returns which were under way when each began, and the answer. */
const work = async (
  receives: readonly number[],
  remainingMs = 30_000,
  { fails = [] as readonly number[], isDown = false } = {},
) => {
  const hidden: (readonly [string, number])[] = [];
  const running = new Set<number>();
  const began: [number, readonly number[]][] = [];
  const remaining: [number, number][] = [];
  const handle = onEachMessage({
    schema: z.number(),
    handle: async (message, remainsMs) => {
      remaining.push([message, remainsMs()]);
      running.add(message);
      began.push([message, [...running]]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.delete(message);
      if (fails.includes(message)) throw new Error("no");
    },
    longestMs: 20_000,
    deps: {
      returned: {
        hide: async (messages) => {
          hidden.push(...messages.map(({ receiptHandle, seconds }) => [receiptHandle, seconds] as const));
          await Promise.resolve();
          if (isDown) throw new Error("not available");
        },
      },
      jitter: () => 1,
      telemetry: { messageFailed: () => undefined, messagesNotHidden: () => undefined },
    },
  });
  const context: Context = { ...lambdaContext(), getRemainingTimeInMillis: () => remainingMs };
  const { batchItemFailures } = await handle(sqsEvent([...receives.keys()], receives), context);
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { began: Object.fromEntries(began), failed, hidden, remaining: Object.fromEntries(remaining) };
};

it("works at the same time on messages that came once or twice, and on those that came more often after them", async () => {
  const { began, failed } = await work([3, 1, 2, 9]);
  expect(began).toEqual({ 0: [0], 1: [1], 2: [1, 2], 3: [0, 3] });
  expect(failed).toEqual([]);
});

it("works alone on each message that came ten times, at last", async () => {
  const { began } = await work([10, 1, 12, 3]);
  expect(began).toEqual({ 1: [1], 3: [3], 0: [0], 2: [2] });
});

it("lets messages come again for which too little time is left, but never all", async () => {
  expect(await work([1, 3, 10], 19_999)).toMatchObject({ began: { 0: [0] }, failed: ["1", "2"] });
  expect(await work([10, 11], 19_999)).toMatchObject({ began: { 0: [0] }, failed: ["1"] });
});

it("leaves as much time to those that wait for others as one of them takes", async () => {
  expect((await work([1, 3, 1], 50_000)).remaining).toEqual({ 0: 30_000, 1: 50_000, 2: 30_000 });
});

it("lets messages that fail come again after a pause that grows, and those that are done not at all", async () => {
  const { failed, hidden } = await work([1, 2, 3, 1, 50], 30_000, { fails: [0, 1, 2, 4] });
  expect(failed.toSorted()).toEqual(["0", "1", "2", "4"]);
  expect(Object.fromEntries(hidden)).toEqual({ 0: 94, 1: 187, 2: 374, 4: 400 });
});

it("reports messages that fail also when they cannot be hidden", async () => {
  expect((await work([1, 1], 30_000, { fails: [1], isDown: true })).failed).toEqual(["1"]);
});
