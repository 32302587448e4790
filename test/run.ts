/**
 * `npm test`: every test, in two runs at the same time: the one that waits for timers leaves processors to the one that
 * computes. Arguments are Vitest's, and lead to one run of what they ask for.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { readTestReport, type TestOutcome } from "./support/test-report.ts";

const projectRoot = resolve(import.meta.dirname, "..");
const vitest = join(projectRoot, "node_modules/vitest/vitest.mjs");
const compileCache = join(projectRoot, "node_modules/.cache/tests-compiled");

/** A run that failed in no test, or ended before it could report, has failed all the same. */
const outcomeOf = async (file: string, status: number): Promise<TestOutcome> => {
  const ended: TestOutcome = { passed: 0, failed: 1, failures: [`FAILED  the run ended with status ${status}`] };
  const outcome = await readTestReport(file).catch(() => ended);
  return status !== 0 && outcome.failed === 0 ? { ...ended, passed: outcome.passed } : outcome;
};

const runProjects = async (projects: readonly string[], file: string): Promise<TestOutcome> => {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [vitest, "run", ...projects.map((name) => `--project=${name}`), ...reporters], {
    cwd: projectRoot,
    // Most files have processes of their own, each of which would compile the same packages.
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Line by line: the runs share the screen.
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output }).on("line", (line) => process.stdout.write(`${line}\n`));
  }
  await once(child, "close");
  return await outcomeOf(file, child.exitCode ?? 1);
};

const runAll = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), "tidepost-tests-"));
  const halves = [["!e2e"], ["e2e"]];
  const outcomes = await Promise.all(
    halves.map(async (projects, index) => await runProjects(projects, join(directory, `${index}.json`))),
  );
  await rm(directory, { recursive: true });
  const sum = (of: "passed" | "failed"): number => outcomes.reduce((total, outcome) => total + outcome[of], 0);
  // Once more at the end, where they are seen: what a run printed of them may be thousands of lines above.
  for (const failure of outcomes.flatMap(({ failures }) => failures)) process.stdout.write(`${failure}\n`);
  process.stdout.write(`tests: ${sum("passed")} passed, ${sum("failed")} failed\n`);
  if (sum("failed") > 0) process.exitCode = 1;
};

const runAsked = async (args: readonly string[]): Promise<void> => {
  const child = spawn(process.execPath, [vitest, "run", ...args], { cwd: projectRoot, stdio: "inherit" });
  await once(child, "exit");
  process.exitCode = child.exitCode ?? 1;
};

const args = process.argv.slice(2);
await (args.length === 0 ? runAll() : runAsked(args));
