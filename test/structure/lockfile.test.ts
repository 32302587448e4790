import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const tool = resolve("tools/complete-lockfile.ts");

/** Runs the tool on a copy of the lock file with a change; returns the result and what it reports. */
const complete = (change: (lock: { packages: Record<string, unknown> }) => void): { text: string; report: string } => {
  const directory = mkdtempSync(join(tmpdir(), "tidepost-lockfile-"));
  const file = join(directory, "package-lock.json");
  cpSync("package-lock.json", file);
  const lock = JSON.parse(readFileSync(file, "utf8"));
  change(lock);
  writeFileSync(file, JSON.stringify(lock));
  const report = execFileSync(process.execPath, [tool], { cwd: directory, encoding: "utf8" });
  const text = readFileSync(file, "utf8");
  rmSync(directory, { recursive: true });
  return { text, report };
};

it("the lock file names the packages of every platform, so that npm ci works on all of them", () => {
  const { text, report } = complete(() => undefined);
  expect(report).toContain(" 0 packages");
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync("package-lock.json", "utf8")));
});

it("a missing platform is found and added", () => {
  const { text, report } = complete(({ packages }) => {
    delete packages["node_modules/@swc/core-darwin-arm64"];
  });
  expect(report).toContain(" 1 packages");
  expect(JSON.parse(text).packages["node_modules/@swc/core-darwin-arm64"]).toMatchObject({
    os: ["darwin"],
    cpu: ["arm64"],
    optional: true,
  });
});

it("no download address is recorded", () => {
  expect(readFileSync("package-lock.json", "utf8")).not.toContain('"resolved": "http');
});
