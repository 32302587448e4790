/** The simulations as tables of a document. */
import { maxBatchEvents } from "#shared/contract/limits.ts";
import { closedBreaker } from "#shared/delivery/breaker.ts";
import { mostTurns, needsTurn } from "#shared/delivery/turns.ts";
import { millionCosts, millionSteps } from "./million.ts";
import { simulateWindows, type WindowsCase, type WindowsResult } from "./windows.ts";

const customers = 100;
const rates = [10, 1_000, 100_000];
const shardCounts = [1, 10, 100];

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits });

const seconds = (value: number): string => `${number(value, 1)} s`;

/** Rows with a heading; the columns are as wide as their widest cell, as the formatter wants them. */
const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = heading.map((cell, column) =>
    Math.max(cell.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(heading), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
};

/** What the simulation finds for each rate over each number of shards. */
export const simulatedWindows = (): readonly (WindowsCase & { readonly result: WindowsResult })[] =>
  rates.flatMap((eventsPerSecond) =>
    shardCounts.map((shards) => {
      const windowsCase = { eventsPerSecond, shards, customers };
      return { ...windowsCase, result: simulateWindows(windowsCase) };
    }),
  );

/** Events per batch and oldest wait, for the busiest webhook and the one in the middle. */
const windowsTable = (): string =>
  table(
    ["events/s", "shards", "window", "busiest: events a batch", "oldest wait", "median: events a batch", "oldest wait"],
    simulatedWindows().map(({ eventsPerSecond, shards, result }) => {
      const { busiest, median, busiestShard, windowSeconds } = result;
      const place = [number(eventsPerSecond), number(shards)];
      if (busiestShard > 1) return [...place, `needs ${number(busiestShard, 1)} × the shard`, "", "", "", ""];
      return [
        ...place,
        seconds(windowSeconds),
        number(busiest.eventsPerBatch),
        seconds(busiest.longestWaitSeconds),
        number(median.eventsPerBatch),
        seconds(median.longestWaitSeconds),
      ];
    }),
  );

/** What a webhook's target takes at most, by how long it takes for a POST. */
const turnsTable = (): string =>
  table(
    ["a POST takes", "POSTs at once", "POSTs/s", "events/s in batches of 10,000"],
    [0.1, 0.25, 0.5, 1, 2, 4].map((postSeconds) => {
      const answerMs = postSeconds * 1_000;
      if (!needsTurn({ active: true, breaker: closedBreaker, answerMs }, 0, false)) {
        return [`${number(postSeconds, 2)} s`, "no limit", "no limit", "no limit"];
      }
      const atOnce = mostTurns(answerMs);
      const postsPerSecond = atOnce / postSeconds;
      const events = number(postsPerSecond * maxBatchEvents);
      return [`${number(postSeconds, 2)} s`, number(atOnce), number(postsPerSecond, 2), events];
    }),
  );

/** Names of the document's tables, and what belongs there. */
export const scaleTables = (): Readonly<Record<"windows" | "turns" | "million" | "cost", string>> => ({
  windows: windowsTable(),
  turns: turnsTable(),
  million: table(
    ["step", "carries", "first limit", "what to do"],
    millionSteps().map(({ step, carries, firstLimit, remedy }) => [step, carries, firstLimit, remedy]),
  ),
  cost: table(
    ["bodies", "$ per million events", "$ per month"],
    millionCosts().map(({ bodies, perMillion, perMonth }) => [
      bodies,
      number(perMillion, 3),
      number(perMonth / 1_000) + ",000",
    ]),
  ),
});
