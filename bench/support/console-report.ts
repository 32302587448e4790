import { availableParallelism, cpus } from "node:os";
import { type Benchmark, type Figure, type Report, summarise } from "./benchmark.ts";

/** The machine that figures belong to. */
export const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model.trim() ?? "unknown",
  node: process.version,
} as const;

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

const describe = ({ name, size, unit, runs }: Figure): string => {
  const { median, min, max } = summarise(runs);
  const spread = `min ${number.format(min)}, max ${number.format(max)}, ${runs.length} runs`;
  return `  ${name}: ${number.format(median)} ${unit}  (${spread}; ${size})`;
};

/** Prints a benchmark's heading, and returns a report that prints figures, and progress on standard error. */
export const consoleReport = ({ name, method }: Benchmark, keep: (figure: Figure) => void): Report => {
  console.log(`\n${name}  ${machine.cores} cores, ${machine.processor}, Node ${machine.node}\n  ${method}`);
  return {
    progress: (text) => console.error(`    … ${text}`),
    figure: (figure) => {
      keep(figure);
      console.log(describe(figure));
    },
  };
};
