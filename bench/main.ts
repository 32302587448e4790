import { writeFile } from "node:fs/promises";
import { Argument, Command } from "commander";
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import {
  type Benchmark,
  type Figure,
  type RunOptions,
  consoleReport,
  machine,
  summarise,
} from "./support/benchmark.ts";

/** Each is loaded when it is to run: what others load would lie in the heap that its garbage collector goes over. */
const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  "batch-handler": async () => (await import("./batch-handler.ts")).batchHandler,
  filters: async () => (await import("./filters.ts")).filters,
  "deliver-handler": async () => (await import("./deliver-handler.ts")).deliverHandler,
  "ingest-handler": async () => (await import("./ingest-handler.ts")).ingestHandler,
  "ses-handler": async () => (await import("./ses-handler.ts")).sesHandler,
  bombs: async () => (await import("./bombs.ts")).bombs,
  growth: async () => (await import("./growth.ts")).growth,
  "whole-path": async () => (await import("./whole-path.ts")).wholePath,
  "dev-memory": async () => (await import("./dev-memory.ts")).devMemory,
  api: async () => (await import("./api.ts")).api,
  find: async () => (await import("./find.ts")).find,
  fleet: async () => (await import("./fleet.ts")).fleet,
  "fleet-console": async () => (await import("./fleet-console.ts")).fleetConsole,
  latency: async () => (await import("./latency.ts")).latency,
  isolation: async () => (await import("./isolation.ts")).isolation,
  [`isolation-${batchWindowSeconds}s`]: async () => (await import("./isolation.ts")).isolationLong,
  "single-events": async () => (await import("./single-events.ts")).singleEvents,
  "slow-targets": async () => (await import("./slow-targets.ts")).slowTargets,
  "start-up": async () => (await import("./start-up.ts")).startUp,
  "cold-start": async () => (await import("./cold-start.ts")).coldStart,
  "cost-model": async () => (await import("./cost-model.ts")).costModel,
  "simulate-windows": async () => (await import("./simulate-windows.ts")).simulateWindowsBenchmark,
};
const known = Object.keys(benchmarks);

const command = new Command("npm run bench --")
  .description("Measures how fast Tidepost is on this machine. Each benchmark's file says how it measures.")
  .addArgument(new Argument("[names...]", "benchmarks to run (default: all)").choices(known))
  .option("--json <file>", "write all results there")
  .option("--events <number>", "of find: how many events, to try it with few (default: 200,000)", Number)
  .parse();
const { json, ...options } = command.opts<{ readonly json?: string } & RunOptions>();
const chosen = command.args.length === 0 ? known : command.args;

const results: (Figure & { readonly benchmark: string })[] = [];
for (const [name, load] of Object.entries(benchmarks)) {
  if (!chosen.includes(name)) continue;
  const benchmark = await load();
  const report = consoleReport(name, benchmark, (figure) => results.push({ benchmark: name, ...figure }));
  await benchmark.run(report, options);
}
if (json !== undefined) {
  const figures = results.map((figure) => ({ ...figure, ...summarise(figure.runs) }));
  await writeFile(
    json,
    `${JSON.stringify({ machine, measuredAt: new Date().toISOString(), figures }, undefined, 2)}\n`,
  );
}
// Connections that are kept open would hold the process for a while.
process.exit();
