/**
 * From `npm run dev` to the first batch at the demo's receiver, by the clock, npm's own start included. It runs on a copy of
 * the project, so that its caches can be emptied without harm. Those after an install find what `npm ci` leaves; those after
 * that find what the run before left; those after a change have to synthesise the stack, and to compile all code. The
 * packages are those of this project; what the operating system caches stays cached.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../test/support/tidepost.ts";
import type { Benchmark } from "./support/benchmark.ts";

const projectRoot = resolve(import.meta.dirname, "..");
const windowSeconds = 1;
const runs = 3;
const notCopied = new Set([".git", "cdk.out", "coverage", "dist", "node_modules"]);

/** Copies the project's files, and links its packages. */
const copyProject = async (copy: string): Promise<void> => {
  const names = (await readdir(projectRoot)).filter((name) => !notCopied.has(name));
  await Promise.all(names.map((name) => cp(join(projectRoot, name), join(copy, name), { recursive: true })));
  const packages = join(copy, "node_modules");
  await mkdir(packages);
  const linked = (await readdir(join(projectRoot, "node_modules"))).filter((name) => name !== ".cache");
  await Promise.all(linked.map((name) => symlink(join(projectRoot, "node_modules", name), join(packages, name))));
};

interface StartTimes {
  readonly readyMs: number;
  readonly batchMs: number;
}

/** Starts the project in a directory, and stops it when its first batch has arrived. */
const startOnce = async (directory: string): Promise<StartTimes> => {
  const ports = ["--port", String(await freePort()), "--sink-port", String(await freePort())];
  const args = ["run", "dev", "--", ...ports, "--window", String(windowSeconds)];
  const startedAt = performance.now();
  // A group of its own: npm does not pass signals on to what its shell has started.
  const child = spawn("npm", args, { cwd: directory, detached: true, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  let readyMs = Number.NaN;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes("✔ API ")) readyMs = performance.now() - startedAt;
      if (line.includes("First batch delivered")) return { readyMs, batchMs: performance.now() - startedAt };
    }
    throw new Error("The local system ended before it had delivered a batch.");
  } finally {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await exited;
  }
};

export const startUp: Benchmark = {
  method: `From \`npm run dev -- --window ${windowSeconds}\` to the first delivered batch.`,
  run: async (report) => {
    const copy = await mkdtemp(join(tmpdir(), "tidepost-bench-"));
    try {
      await copyProject(copy);
      const caches = join(copy, "node_modules", ".cache");
      const measured: Readonly<Record<string, StartTimes[]>> = { "after npm ci": [], again: [], "after a change": [] };
      for (let run = 1; run <= runs; run += 1) {
        for (const [start, times] of Object.entries(measured)) {
          report.progress(`${start}: run ${run} of ${runs}`);
          if (start !== "again") await rm(caches, { recursive: true, force: true });
          if (start === "after npm ci") await once(spawn(process.execPath, [join(copy, "tools/warm.js")]), "exit");
          times.push(await startOnce(copy));
        }
      }
      const size = `window ${windowSeconds} s`;
      for (const [start, times] of Object.entries(measured)) {
        const ready = times.map(({ readyMs }) => readyMs / 1_000);
        const batch = times.map(({ batchMs }) => batchMs / 1_000);
        report.figure({ name: `${start}, ready`, size, unit: "s", runs: ready });
        report.figure({ name: `${start}, first batch`, size, unit: "s", runs: batch });
      }
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  },
};
