import { execFile, spawnSync } from "node:child_process";
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
import { setPriority } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";

const projectRoot = resolve(import.meta.dirname, "../..");
const cacheRoot = join(projectRoot, "node_modules", ".cache", "tidepost-console");
/** All that the built console depends on, and the documents that it is built with. */
const inputs = [
  "console/**/*",
  "shared/**/*",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "*.md",
  "llms.txt",
  "docs/**/*",
  "examples/**/*.md",
  "tools/docs/*",
];

const keptBuilds = 3;
/** A third of the weight of other processes: with less, a build on a busy machine takes minutes. */
const niceness = 5;

/** Folder of the built console next to the function's module. */
export const siteFolder = "site";

/** Builds the console, unless this was done since its sources changed, and copies it into a function's code. */
export const addSite = (directory: string): void => copySite(buildSite(), directory);

/** Builds the console, unless this was done since its sources changed. Returns the folder of its files. */
export const buildSite = (): string => {
  const built = builtFolder();
  if (existsSync(built)) return built;
  const { args, drop, keep } = beginBuild(built);
  // A synthesis is synchronous.
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8" });
  if (status !== 0) {
    drop();
    throw buildFailure(stderr);
  }
  keep();
  return built;
};

/**
 * Does the same while this process has other things to do, which go first: the build has a lower priority. When the signal
 * comes, the build has ended when this rejects.
 */
export const addSiteQuietly = async (directory: string, signal: AbortSignal): Promise<void> => {
  const built = builtFolder();
  if (!existsSync(built)) {
    const { args, drop, keep } = beginBuild(built);
    try {
      await runQuietly(args, signal);
    } catch (error) {
      drop();
      throw error;
    }
    keep();
  }
  copySite(built, directory);
};

const builtFolder = (): string => join(cacheRoot, hashInputs());

const buildFailure = (output: string): Error => new Error(`The console could not be built.\n${output}`);

/** How to build into a fresh folder, and what to do with it when Vite has ended. */
const beginBuild = (
  built: string,
): { readonly args: readonly string[]; readonly keep: () => void; readonly drop: () => void } => {
  mkdirSync(cacheRoot, { recursive: true });
  const fresh = mkdtempSync(join(cacheRoot, "fresh-"));
  const vite = join(projectRoot, "node_modules", "vite", "bin", "vite.js");
  return {
    args: [vite, "build", join(projectRoot, "console"), "--outDir", fresh, "--logLevel", "warn"],
    keep: () => {
      removeOld();
      renameUnlessThere(fresh, built);
    },
    drop: () => rmSync(fresh, { recursive: true, force: true }),
  };
};

const runQuietly = async (args: readonly string[], signal: AbortSignal): Promise<void> => {
  const running = promisify(execFile)(process.execPath, args, { cwd: projectRoot, signal });
  const { child } = running;
  const ended = new Promise((end) => child.once("close", end));
  if (child.pid !== undefined) setPriority(child.pid, niceness);
  try {
    await running;
  } catch (error) {
    // The signal's error comes before the end.
    await ended;
    const { stderr } = error as { readonly stderr?: string };
    throw buildFailure(stderr ?? String(error));
  }
};

/** Whoever looks into the directory finds all of the site or nothing. */
const copySite = (built: string, directory: string): void => {
  const fresh = mkdtempSync(`${directory}.${siteFolder}-`);
  cpSync(built, fresh, { recursive: true });
  renameUnlessThere(fresh, join(directory, siteFolder));
};

/** Another process may have been faster; its build is the same. */
const renameUnlessThere = (fresh: string, wanted: string): void => {
  try {
    renameSync(fresh, wanted);
  } catch (error) {
    if (!existsSync(wanted)) throw error;
    rmSync(fresh, { recursive: true });
  }
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
    hash.update(`\0${relative(projectRoot, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 32);
};
