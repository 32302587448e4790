import type { Context } from "aws-lambda";
import { expect, it } from "vitest";
import * as z from "zod";
import { onEachMessage } from "#shared/runtime/on-each-message.ts";
import { lambdaContext, sqsEvent } from "../../support/lambda-events.ts";

/** Handles messages that were received so many times; returns which were under way when each began, and the answer. */
const work = async (receives: readonly number[], remainingMs = 30_000) => {
  const running = new Set<number>();
  const began: [number, readonly number[]][] = [];
  const handle = onEachMessage({
    schema: z.number(),
    handle: async (message) => {
      running.add(message);
      began.push([message, [...running]]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.delete(message);
      if (message === 99) throw new Error("no");
    },
    longestMs: 20_000,
    telemetry: { messageFailed: () => undefined },
  });
  const context: Context = { ...lambdaContext(), getRemainingTimeInMillis: () => remainingMs };
  const { batchItemFailures } = await handle(sqsEvent([...receives.keys()], receives), context);
  return { began: Object.fromEntries(began), failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
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
  expect(await work([1, 3, 10], 19_999)).toEqual({ began: { 0: [0] }, failed: ["1", "2"] });
  expect(await work([10, 11], 19_999)).toEqual({ began: { 0: [0] }, failed: ["1"] });
});
