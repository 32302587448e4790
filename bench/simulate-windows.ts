/**
 * A simulation, not a measurement: windows and partition keys by the model in bench/simulation, and one million events a
 * second through every step. Prints the tables of docs/scale.md.
 */
import { scaleTables, simulatedWindows } from "./simulation/tables.ts";
import { simulated } from "./simulation/assumptions.ts";
import type { Benchmark } from "./support/benchmark.ts";

export const simulateWindowsBenchmark: Benchmark = {
  method:
    "Ten minutes of 100 customers of unequal size, by the model in bench/simulation; sizes and CPU as measured once. Prints " +
    "the tables of docs/scale.md. Nothing is run, so that every machine prints the same.",
  run: async (report) => {
    report.progress("simulating");
    console.log(
      Object.entries(simulated)
        .map(([name, value]) => `  ${name} = ${value}`)
        .join("\n"),
    );
    for (const [name, text] of Object.entries(scaleTables())) console.log(`\n${name}\n\n${text}`);
    for (const { eventsPerSecond, shards, customers, result } of simulatedWindows()) {
      const name = `${eventsPerSecond.toLocaleString("en")} events/s over ${shards} shards`;
      const size = `${customers} customers; busiest shard at ${Math.round(result.busiestShard * 100)} %`;
      report.figure({
        name: `${name}, median webhook`,
        size,
        unit: "events a batch",
        runs: [result.median.eventsPerBatch],
      });
      report.figure({
        name: `${name}, median webhook`,
        size,
        unit: "s oldest wait",
        runs: [result.median.longestWaitSeconds],
      });
    }
  },
};
