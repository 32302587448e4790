import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import pLimit from "p-limit";

// Runs every `check:*` script, two at a time and each to its end, so that one run shows all that is wrong.
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> };
const checks = Object.keys(scripts).filter((name) => name.startsWith("check:"));

const passes = async (name: string): Promise<boolean> => {
  const child = spawn("npm", ["run", "--silent", name], { shell: process.platform === "win32" });
  child.stdin.end();
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const hasPassed = child.exitCode === 0;
  console.log(`${hasPassed ? "passed" : "FAILED"}  ${name}`);
  if (!hasPassed) console.log(`${out}${error}`);
  return hasPassed;
};

const limit = pLimit(2);
const results = await Promise.all(checks.map((name) => limit(() => passes(name))));
const failed = results.filter((isPassed) => !isPassed).length;

console.log(`checks: ${checks.length - failed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
