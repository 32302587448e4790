import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chainCost, ingestCost } from "../../bench/cost/formulae.ts";

const rows = readFileSync("docs/cost.md", "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()));

test.each([500, 50, 1])(
  "docs/cost.md has what the model says that %i events a request cost more",
  (eventsPerRequest) => {
    const { api, lambda, rest, total } = ingestCost(eventsPerRequest);
    const figures = [api, lambda, rest, total].map((dollars) => dollars.toFixed(4));
    expect(rows).toContainEqual(["", String(eventsPerRequest), ...figures, ""]);
  },
);

/** Far more than a message holds, as of any window of ten thousand events. */
const sizes = { gzipBytesOf: () => 700_000 };

test.each([
  [1, 0.05],
  [1, 1],
  [100, 0.05],
  [100, 1],
  [1_000, 0.05],
  [1_000, 1],
])("docs/cost.md has what deliveries in batches of %i to a target of %d s cost", (batchSize, answerSeconds) => {
  const { requests, table, lambda, total } = chainCost({ batchSize, answerSeconds }, sizes);
  const figures = [requests, table, lambda, total].map((dollars) => dollars.toFixed(4));
  expect(rows).toContainEqual(["", batchSize.toLocaleString("en"), `${answerSeconds} s`, ...figures, ""]);
});

test("a request costs what API Gateway asks for, and its functions, whatever is in it", () => {
  const one = ingestCost(1).total - ingestCost(1).lambda;
  expect(ingestCost(500).total - ingestCost(500).lambda).toBeCloseTo(one / 500, 10);
  expect(ingestCost(1).total).toBeGreaterThan(4.5);
});
