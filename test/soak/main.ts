import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { soakCommand } from "./command.ts";
import { type FaultName, faultNames } from "./faults.ts";
import { runSoak } from "./run-soak.ts";
import { promises } from "./violations.ts";

const options = soakCommand.parse().opts<{
  readonly for: number;
  readonly seed?: number;
  readonly kills?: number;
  readonly faults?: readonly FaultName[];
  readonly json?: string;
  readonly log?: string;
}>();

const seconds = options.for;
const seed = options.seed ?? Date.now() % 1_000_000;
const faults = new Set(options.faults ?? faultNames);
const startedAt = performance.now();
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const log = options.log === undefined ? undefined : createWriteStream(options.log);

const interrupted = new AbortController();
process.once("SIGINT", () => {
  print("interrupted: load and faults end, what has happened is judged; again to leave at once");
  interrupted.abort();
});

print(`soak  seed ${seed}, ${seconds} s, faults: ${[...faults].join(", ")}`);
const report = await runSoak({
  seconds,
  seed,
  kills: options.kills ?? seconds,
  faults,
  signal: interrupted.signal,
  progress: (text) => print(`  ${String(Math.round((performance.now() - startedAt) / 1_000)).padStart(4)} s  ${text}`),
  log: (text) => void log?.write(`${text}\n`),
});
print(`\n${report.kills} kills, ${report.accepted} events accepted, ${report.batches} batches`);
print(`${report.expiredEvents} deliveries of events on record as expired, ${report.repeatedEvents} repeated`);
for (const [what, count] of Object.entries(report.counts)) print(`  ${String(count).padStart(8)}  ${what}`);
print("");
for (const [number, promise] of Object.entries(promises)) {
  const broken = report.violations.filter((violation) => violation.startsWith(`${number}:`));
  print(`${broken.length === 0 ? "holds " : "BROKEN"}  ${number}  ${promise}`);
  for (const violation of broken) print(`          ${violation}`);
}
for (const violation of report.violations.filter((text) => !/^\d:/.test(text))) print(`BROKEN  ${violation}`);
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
print(`\nseed ${seed}: ${report.violations.length === 0 ? "nothing lost, nothing mixed" : "a promise was broken"}`);
process.exit(report.violations.length === 0 ? 0 : 1);
