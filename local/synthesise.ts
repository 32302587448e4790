import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";

const projectRoot = resolve(import.meta.dirname, "..");
const cacheRoot = join(projectRoot, "node_modules", ".cache", "tidepost-assembly");
const keptAssemblies = 5;
/** One that was used within this time may still be in use: a runtime starts functions from it. */
const keptMs = 60 * 60_000;
/** All that the synthesised template and the bundles depend on. */
const inputs = [
  "local/app.ts",
  "cdk",
  "console",
  "lambdas",
  "shared",
  "docs/openapi.json",
  "tools/api-docs",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** Settings that differ from those of `cdk.json`, by name. */
export type StackSettings = Readonly<Record<string, string>>;

/** What a local stack allows unless it is asked for something else: bodies are kept for as many days as records are. */
const localSettings: StackSettings = { maxKeepBodiesDays: "14" };

const filesOf = async (path: string): Promise<readonly string[]> => {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

const hashInputs = async (settings: StackSettings): Promise<string> => {
  const paths = inputs.map((input) => join(projectRoot, input)).filter((path) => existsSync(path));
  const lists = await Promise.all(paths.map(filesOf));
  const files = lists.flat().toSorted();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash("sha256").update(process.version).update(JSON.stringify(settings));
  for (const [index, content] of contents.entries())
    hash.update(`\0${relative(projectRoot, files[index] ?? "")}\0${content.length}\0`).update(content);
  return hash.digest("hex").slice(0, 32);
};

const synthesiseInto = async (directory: string, settings: StackSettings): Promise<void> => {
  try {
    const app = [join(import.meta.dirname, "app.ts"), directory, JSON.stringify(settings)];
    await promisify(execFile)(process.execPath, app, { cwd: projectRoot });
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string };
    throw new Error(`The stack could not be synthesised.\n${stderr ?? String(error)}`, { cause: error });
  }
};

/** Removes old assemblies, except for the newest ones. */
const removeOld = async (): Promise<void> => {
  const names = await readdir(cacheRoot);
  const entries = await Promise.all(
    names.map(async (name) => {
      const path = join(cacheRoot, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
      return { path, mtimeMs };
    }),
  );
  const oldest = Date.now() - keptMs;
  const beyond = entries.toSorted((left, right) => right.mtimeMs - left.mtimeMs).slice(keptAssemblies);
  const old = beyond.filter(({ mtimeMs }) => mtimeMs < oldest);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
};

/**
 * Synthesises the stack as `cdk synth` does, but for the console's files (`local/console-site.ts` adds them), and returns the
 * cloud assembly's directory. An unchanged project is not synthesised again, which spares about two seconds.
 */
export const synthesise = async (settings: StackSettings = {}): Promise<string> =>
  await synthesiseOnce({ ...localSettings, ...settings });

const synthesiseOnce = async (settings: StackSettings): Promise<string> => {
  const cached = join(cacheRoot, await hashInputs(settings));
  if (!existsSync(join(cached, "manifest.json"))) {
    await mkdir(cacheRoot, { recursive: true });
    const fresh = await mkdtemp(join(cacheRoot, "fresh-"));
    await synthesiseInto(fresh, settings);
    // Another process may have been faster; its assembly is the same.
    await rename(fresh, cached).catch(() => rm(fresh, { recursive: true }));
  }
  const now = new Date();
  await utimes(cached, now, now);
  await removeOld();
  return cached;
};
