import { writeFile } from "node:fs/promises";
import { Argument, Command } from "commander";
import { api } from "./api.ts";
import { batchHandler } from "./batch-handler.ts";
import { bombs } from "./bombs.ts";
import { coldStart } from "./cold-start.ts";
import { costModel } from "./cost-model.ts";
import { deliverHandler } from "./deliver-handler.ts";
import { devMemory } from "./dev-memory.ts";
import { filters } from "./filters.ts";
import { find } from "./find.ts";
import { fleet } from "./fleet.ts";
import { fleetConsole } from "./fleet-console.ts";
import { growth } from "./growth.ts";
import { ingestHandler } from "./ingest-handler.ts";
import { isolation, isolationLong } from "./isolation.ts";
import { latency } from "./latency.ts";
import { sesHandler } from "./ses-handler.ts";
import { singleEvents } from "./single-events.ts";
import { simulateWindowsBenchmark } from "./simulate-windows.ts";
import { slowTargets } from "./slow-targets.ts";
import { startUp } from "./start-up.ts";
import { type Figure, type RunOptions, summarise, consoleReport, machine } from "./support/benchmark.ts";
import { wholePath } from "./whole-path.ts";

const benchmarks = [
  batchHandler,
  filters,
  deliverHandler,
  ingestHandler,
  sesHandler,
  bombs,
  growth,
  wholePath,
  devMemory,
  api,
  find,
  fleet,
  fleetConsole,
  latency,
  isolation,
  isolationLong,
  singleEvents,
  slowTargets,
  startUp,
  coldStart,
  costModel,
  simulateWindowsBenchmark,
];
const known = benchmarks.map(({ name }) => name);

const command = new Command("npm run bench --")
  .description("Measures how fast Tidepost is on this machine. Each benchmark's file says how it measures.")
  .addArgument(new Argument("[names...]", "benchmarks to run (default: all)").choices(known))
  .option("--json <file>", "write all results there")
  .option("--events <number>", "of find: how many events, to try it with few (default: 200,000)", Number)
  .parse();
const { json, ...options } = command.opts<{ readonly json?: string } & RunOptions>();
const chosen = command.args.length === 0 ? known : command.args;

const results: (Figure & { readonly benchmark: string })[] = [];
for (const benchmark of benchmarks.filter(({ name }) => chosen.includes(name))) {
  const report = consoleReport(benchmark, (figure) => results.push({ benchmark: benchmark.name, ...figure }));
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
