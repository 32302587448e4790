/** The packages as somebody gets them who installs them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const projectRoot = resolve(import.meta.dirname, "../..");

/** The packages that are small and quickly built: all but the construct. */
const smallPackages = ["tidepost-receiver", "tidepost-producer", "tidepost-client", "tidepost"] as const;

/** All packages. */
export const packageNames = [...smallPackages, "tidepost-cdk"] as const;

/** Builds and packs packages; the path of each tarball by the package's name. */
export const buildPackages = (names: readonly string[] = smallPackages): ReadonlyMap<string, string> => {
  const build = [join(projectRoot, "tools/build-packages.ts"), ...names];
  const output = execFileSync(process.execPath, build, { cwd: projectRoot, encoding: "utf8" });
  const tarballs = output.split("\n").filter((line) => line.endsWith(".tgz"));
  return new Map(tarballs.map((path) => [/([a-z-]+)-\d/.exec(path)?.[1] ?? "", join(projectRoot, path)]));
};

export const projectManifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};
