import { beforeEach, expect, it } from "vitest";
import { type BatchCounter, createBatchCounter } from "../../../local/totals.ts";

let counter: BatchCounter;
beforeEach(() => {
  counter = createBatchCounter(() => "w1");
});
const batch = (message: string, batchId: string, facts: object = {}): void =>
  counter.note({ message, batchId, webhookId: "w1", events: 10, ...facts });
const attempted = (batchId: string, attempt: number, outcome: string, facts: object = {}): void =>
  batch("delivery.attempted", batchId, { attempt, outcome, ...facts });
const totals = (kept: readonly string[] = []) => counter.totals((batchId) => kept.includes(batchId));

it("counts events in, and those that no webhook wanted", () => {
  counter.note({ message: "events.ingested", accepted: 20 });
  counter.note({ message: "events.ingested", accepted: 5 });
  counter.note({ message: "window.finished", unrouted: 3 });
  expect(totals()).toMatchObject({ eventsIn: 25, unrouted: 3 });
});

it("follows batches to their end", () => {
  attempted("b1", 1, "delivered");
  attempted("b2", 1, "failed");
  attempted("b2", 2, "failed");
  expect(totals()).toMatchObject({ batches: 2, delivered: 10, retried: 1, waiting: 10 });
  attempted("b2", 3, "delivered");
  batch("batch.parked", "b3");
  batch("batch.expired", "b3");
  expect(totals()).toMatchObject({ batches: 3, delivered: 20, retried: 2, expired: 10, waiting: 0 });
});

it("does not count as waiting what the target has", () => {
  attempted("b1", 1, "failed");
  expect(totals(["b1"])).toMatchObject({ waiting: 0 });
});

it("counts the halves of a batch in its place", () => {
  attempted("b1", 1, "failed", { events: 11 });
  batch("batch.split", "b1", { events: 11, into: ["h1", "h2"] });
  expect(totals()).toMatchObject({ waiting: 11 });
  attempted("h1", 1, "delivered", { events: 6 });
  expect(totals()).toMatchObject({ delivered: 6 });
  attempted("h2", 1, "delivered", { events: 5 });
  expect(totals()).toMatchObject({ batches: 3, delivered: 11, waiting: 0 });
});

it("takes other webhooks' batches for none of its business", () => {
  attempted("b1", 1, "delivered", { webhookId: "w2" });
  expect(totals()).toMatchObject({ batches: 0, delivered: 0 });
});

it("does not count what a replay delivers, whenever it becomes known", () => {
  counter.replayStarted();
  attempted("r1", 1, "delivered");
  attempted("b1", 1, "delivered");
  expect(totals()).toMatchObject({ delivered: 20, unclear: 2 });
  counter.isReplay("r1");
  counter.isNoReplay("b1");
  attempted("r2", 1, "failed");
  counter.isReplay("r2");
  expect(totals()).toMatchObject({ waiting: 0 });
  attempted("r2", 2, "delivered");
  counter.isReplay("r2");
  expect(totals()).toMatchObject({ delivered: 10, unclear: 0 });
});
