import { expect, test } from "vitest";
import type { InvocationResult } from "../../functions/environment.ts";
import { readOutcome } from "../../kinesis-mapping/after-invocation.ts";
import { divideBySize, succeededMessages } from "../../sqs-mapping/event.ts";

const answered = (answer: unknown): InvocationResult => ({
  kind: "answered",
  requestId: "1",
  payload: JSON.stringify(answer),
});
const failed: InvocationResult = { kind: "failed", requestId: "1", error: { errorType: "Error", errorMessage: "no" } };
const report = (...ids: readonly (string | null)[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

const sequenceNumbers = ["10", "11", "12", "13"];
const outcomeOf = (result: InvocationResult, reportsFailures = true) =>
  readOutcome({ result, piece: { start: 1, end: 4, failures: 0 }, sequenceNumbers, reportsFailures });

test.each([
  ["null", null],
  ["no list", {}],
  ["a null list", { batchItemFailures: null }],
  ["an empty list", report()],
])("a window with %s has succeeded", (_name, answer) => {
  expect(outcomeOf(answered(answer))).toEqual({ kind: "succeeded" });
});

test("the lowest reported sequence number counts", () => {
  expect(outcomeOf(answered(report("13", "12")))).toEqual({ kind: "failed-from", index: 2 });
});

test.each([
  ["an empty identifier", report("")],
  ["a null identifier", report(null)],
  ["an unknown identifier beside a known one", report("12", "99")],
  ["an identifier of another piece", report("10")],
  ["an answer of another form", { batchItemFailures: "12" }],
])("a window with %s has failed", (_name, answer) => {
  expect(outcomeOf(answered(answer))).toEqual({ kind: "failed" });
});

test("a function error fails the window", () => {
  expect(outcomeOf(failed)).toEqual({ kind: "failed" });
});

test("without ReportBatchItemFailures any answer is a success", () => {
  expect(outcomeOf(answered(report("12")), false)).toEqual({ kind: "succeeded" });
});

const messages = ["a", "b", "c"].map((MessageId) => ({ MessageId, Body: MessageId }));
const deletedAfter = (result: InvocationResult, reportsFailures = true) =>
  succeededMessages({ result, messages, reportsFailures }).map(({ MessageId }) => MessageId);

test.each([
  ["a function error", failed, true, []],
  ["an empty report", answered(report()), true, ["a", "b", "c"]],
  ["a report of one", answered(report("b")), true, ["a", "c"]],
  ["an unknown identifier", answered(report("b", "z")), true, []],
  ["an empty identifier", answered(report("")), true, []],
  ["any answer when reports are off", answered(report("b")), false, ["a", "b", "c"]],
])("messages deleted after %s", (_name, result, reportsFailures, expected) => {
  expect(deletedAfter(result, reportsFailures)).toEqual(expected);
});

test("messages that do not fit one event are divided, in order", () => {
  const large = Array.from({ length: 5 }, (_, index) => ({ MessageId: String(index), Body: "x".repeat(1_000_000) }));
  const parts = divideBySize(large);
  expect(parts.map((part) => part.length)).toEqual([2, 2, 1]);
  expect(parts.flat()).toEqual(large);
  expect(divideBySize([])).toEqual([]);
});
