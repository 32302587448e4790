import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";

const projectRoot = resolve(import.meta.dirname, "..");
const cacheRoot = join(projectRoot, "node_modules", ".cache", "tidepost-console");
/** All that the built console depends on; from elsewhere it imports data and types only. */
const inputs = ["console/**/*", "shared/contract/**/*", "package.json", "package-lock.json", "tsconfig.json"];

const keptBuilds = 3;

/** Folder of the built console beside the function's module. */
const siteFolder = "site";

/** Puts the built console into a function's code. It is built anew only when something that it is made of has changed. */
export const addConsoleSite = (directory: string): void => {
  const built = join(cacheRoot, hashInputs());
  if (!existsSync(built)) {
    mkdirSync(cacheRoot, { recursive: true });
    const fresh = mkdtempSync(join(cacheRoot, "fresh-"));
    build(fresh);
    removeOld();
    try {
      renameSync(fresh, built);
    } catch (error) {
      // Another process was faster; its build is the same.
      if (!existsSync(built)) throw error;
      rmSync(fresh, { recursive: true });
    }
  }
  cpSync(built, join(directory, siteFolder), { recursive: true });
};

/** Removes all but the newest builds; one that another process is using is hardly ever old. */
const removeOld = (): void => {
  const builds = readdirSync(cacheRoot)
    .filter((name) => !name.startsWith("fresh-"))
    .map((name) => join(cacheRoot, name))
    .toSorted((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs);
  for (const old of builds.slice(keptBuilds)) rmSync(old, { recursive: true, force: true });
};

const hashInputs = (): string => {
  const hash = createHash("sha256").update(process.version);
  const files = globSync(inputs, { cwd: projectRoot, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
    const content = readFileSync(path);
    hash.update(`\0${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 32);
};

// A synthesis is synchronous and Vite is not, so that it runs in a process of its own.
const build = (directory: string): void => {
  const vite = join(projectRoot, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", join(projectRoot, "console"), "--outDir", directory, "--logLevel", "warn"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8" });
  if (status !== 0) throw new Error(`The console could not be built.\n${stderr}`);
};
