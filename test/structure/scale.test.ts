import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { scaleTables } from "../../bench/simulation/tables.ts";
import { simulateWindows } from "../../bench/simulation/windows.ts";

const page = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");

test("the tables of docs/scale.md are those that the simulation prints", () => {
  for (const [name, table] of Object.entries(scaleTables())) {
    expect(page).toContain(`<!-- simulate-windows: ${name} -->\n\n${table}\n`);
  }
});

test("the model keeps the promises of a window", () => {
  for (const eventsPerSecond of [10, 20_000]) {
    const { busiest, median, windowSeconds } = simulateWindows({ eventsPerSecond, shards: 4, customers: 20 });
    expect(windowSeconds).toBeLessThanOrEqual(30);
    for (const { eventsPerBatch, longestWaitSeconds } of [busiest, median]) {
      expect(eventsPerBatch).toBeLessThanOrEqual(10_000);
      // The window, and the second until the shard is looked at; the invocation before takes less than that.
      expect(longestWaitSeconds).toBeLessThanOrEqual(32);
    }
  }
});

test("more shards make windows longer and batches larger when the 6 MB close them", () => {
  const few = simulateWindows({ eventsPerSecond: 50_000, shards: 5, customers: 50 });
  const many = simulateWindows({ eventsPerSecond: 50_000, shards: 40, customers: 50 });
  expect(many.windowSeconds).toBeGreaterThan(few.windowSeconds);
  expect(many.median.eventsPerBatch).toBeGreaterThan(few.median.eventsPerBatch);
});
