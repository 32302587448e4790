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
import { join, relative, resolve } from "node:path";

const projectRoot = resolve(import.meta.dirname, "..");
const cacheRoot = join(projectRoot, "node_modules", ".cache", "tidepost-console");
/** All that the built console depends on; from elsewhere it imports data and types only. */
const inputs = ["console/**/*", "shared/contract/**/*", "package.json", "package-lock.json", "tsconfig.json"];

const keptBuilds = 3;

/** Folder of the built console beside the function's module. */
export const siteFolder = "site";

/**
 * Context value of a synthesis that leaves the site out, because who asked for it adds the site afterwards: `npm run dev`
 * needs all else sooner. It is none of the settings: what is deployed is complete.
 */
export const siteLater = "tidepost:siteLater";

/** The build of the console from the sources as they are. */
export interface ConsoleBuild {
  readonly isMade: boolean;
  /** Begins it; the caller runs Vite. */
  readonly begin: () => BegunBuild;
  /** Copies it into a function's code; whoever looks there finds all of it or nothing. */
  readonly copyTo: (directory: string) => void;
}

interface BegunBuild {
  /** What Node is started with, in `projectRoot`. */
  readonly args: readonly string[];
  /** Keeps what that process has built. */
  readonly keep: () => void;
  /** Removes what is there of it. */
  readonly drop: () => void;
}

export const consoleBuild = (): ConsoleBuild => {
  const built = join(cacheRoot, hashInputs());
  return {
    isMade: existsSync(built),
    begin: () => {
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
    },
    copyTo: (directory) => {
      const fresh = mkdtempSync(`${directory}.${siteFolder}-`);
      cpSync(built, fresh, { recursive: true });
      renameUnlessThere(fresh, join(directory, siteFolder));
    },
  };
};

export const buildFailure = (output: string): Error => new Error(`The console could not be built.\n${output}`);

/** Puts the built console into a function's code. */
export const addConsoleSite = (directory: string): void => madeConsole().copyTo(directory);

/** The built console. It is built anew only when something that it is made of has changed. */
export const madeConsole = (): ConsoleBuild => {
  const build = consoleBuild();
  if (build.isMade) return build;
  const { args, drop, keep } = build.begin();
  // A synthesis is synchronous.
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: "utf8" });
  if (status !== 0) {
    drop();
    throw buildFailure(stderr);
  }
  keep();
  return build;
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
