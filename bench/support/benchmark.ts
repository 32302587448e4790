import { availableParallelism, cpus } from "node:os";

/** One quantity, measured several times. */
export interface Figure {
  readonly name: string;
  /** How much work one run was. */
  readonly size: string;
  readonly unit: string;
  readonly runs: readonly number[];
}

/** What a benchmark tells while it runs. */
export interface Report {
  readonly progress: (text: string) => void;
  readonly figure: (figure: Figure) => void;
}

/** How much a run does; what is left out is as it is in the documents. */
export interface RunOptions {
  /** Of benchmarks that ask for it: how many events. */
  readonly events?: number;
}

export interface Benchmark {
  /** How it measures, in two or three sentences. */
  readonly method: string;
  readonly run: (report: Report, options: RunOptions) => Promise<void>;
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The value below which a share of the values lies: the nearest rank. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

/** What is shown of a figure's runs. */
export const summarise = (runs: readonly number[]): Summary => ({
  median: quantile(runs, 0.5),
  min: Math.min(...runs),
  max: Math.max(...runs),
});

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
export const consoleReport = (name: string, { method }: Benchmark, keep: (figure: Figure) => void): Report => {
  console.log(`\n${name}  ${machine.cores} cores, ${machine.processor}, Node ${machine.node}\n  ${method}`);
  return {
    progress: (text) => console.error(`    … ${text}`),
    figure: (figure) => {
      keep(figure);
      console.log(describe(figure));
    },
  };
};
