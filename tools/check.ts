import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

// Runs every `check:*` script, each to its end, so that one run shows all that is wrong.
const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly scripts: Record<string, string> };
const checks = Object.keys(scripts).filter((name) => name.startsWith("check:"));

const failed = checks.filter((name) => {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", name], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  console.log(`${status === 0 ? "passed" : "FAILED"}  ${name}`);
  if (status !== 0) console.log(`${stdout}${stderr}`);
  return status !== 0;
});

console.log(`checks: ${checks.length - failed.length} passed, ${failed.length} failed`);
if (failed.length > 0) process.exitCode = 1;
