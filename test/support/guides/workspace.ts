import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const projectRoot = resolve(import.meta.dirname, "../../..");
const left: ReadonlySet<string> = new Set(["node_modules", ".git", ".data", ".venv", "cdk.out", "dist", "coverage"]);

/** A copy of the project, in whose root a page's commands can leave their files. */
export const createWorkspace = async (): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), "tidepost-guide-"));
  await cp(projectRoot, folder, { recursive: true, filter: (path) => !left.has(basename(path)) });
  await linkModules(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  return { folder, remove: async () => await rm(folder, { recursive: true }) };
};

/** Links each package on its own, so that the packages which a copy builds and links are its own. */
const linkModules = async (from: string, to: string): Promise<void> => {
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => !/^tidepost(-|$)/.test(name));
  for (const name of names) await symlink(join(from, name), join(to, name));
};
