import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished } from "vitest";

const projectRoot = resolve(import.meta.dirname, "../..");
/** A busy machine may take minutes for what takes seconds on a quiet one. */
const patience = { timeout: 540_000, interval: 100 };

/** `npm run dev` as a process without a terminal, in the project or a copy of it, until the test is over. */
export const startDevProcess = (folder: string = projectRoot) => {
  const args = ["--port", "0", "--sink-port", "0", "--window", "1"];
  const child = spawn(process.execPath, ["local/main.ts", ...args], { cwd: folder });
  // All that it has printed is read by then.
  const exited = once(child, "close") as Promise<[number]>;
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const lines: string[] = [];
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on("line", (line) => void lines.push(line));
  const printed = async (text: string): Promise<void> =>
    await expect.poll(() => lines.join("\n"), patience).toContain(text);
  return { child, exited, lines, printed };
};
