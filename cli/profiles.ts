import { readFileSync } from "node:fs";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod";
import { CliError, exitCodes } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

const filled = z.string().min(1, "must not be empty");

const ownProfile = z.strictObject({
  url: filled.optional(),
  /** The API key; sent to `url` alone. */
  key: filled.optional(),
  region: filled.optional(),
  stack: filled.optional(),
});

/** The user's own file: all of a profile, its key too. */
export const userFile = z.strictObject({
  /** The profile in use. */
  profile: filled.optional(),
  profiles: z.record(filled, ownProfile).default({}),
});
export type UserFile = z.output<typeof userFile>;

/** The file of a project, for all who work on it: no secrets. */
export const projectFile = z.strictObject({
  profile: filled.optional(),
  profiles: z.record(filled, ownProfile.omit({ key: true })).default({}),
});
export type ProjectFile = z.output<typeof projectFile>;

/** A file of profiles and where it is. */
export interface Found<Content> {
  readonly path: string;
  readonly content: Content;
}

export const projectFileName = "tidepost.config.json";

/** Where the user's own file is, whether or not it exists. */
export const userFilePath = ({ XDG_CONFIG_HOME: folder = "", HOME: home = homedir() }: Terminal["env"]): string =>
  join(folder === "" ? join(home, ".config") : folder, "tidepost", "config.json");

/** The user's own file; an empty one when there is none. */
export const readUserFile = (env: Terminal["env"]): Found<UserFile> => {
  const path = userFilePath(env);
  return { path, content: readFile(path, userFile) ?? { profiles: {} } };
};

/** The file of the project that a folder is in: in it or in a folder above. */
export const readProjectFile = (folder: string): Found<ProjectFile> | undefined => {
  const path = join(folder, projectFileName);
  const content = readFile(path, projectFile);
  if (content !== undefined) return { path, content };
  const above = dirname(folder);
  return above === folder ? undefined : readProjectFile(above);
};

/** Writes the user's own file, for nobody else to read. */
export const writeUserFile = async ({ path, content }: Found<UserFile>): Promise<void> => {
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
    // The mode of a new file is cut by the umask, that of an old draft stays.
    await chmod(draft, 0o600);
    await rename(draft, path);
  } catch (error) {
    const description = error instanceof Error ? error.message : String(error);
    const fix = "Check the folder, or set XDG_CONFIG_HOME to another.";
    throw new CliError(exitCodes.failed, { message: `${path} cannot be written`, description, fix }, { cause: error });
  }
};

const readFile = <Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> | undefined => {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
  const found = schema.safeParse(jsonOf(path, text));
  if (found.success) return found.data;
  throw unusable(path, found.error.issues.map(problemText).join("; "));
};

const problemText = (issue: z.core.$ZodIssue): string => {
  const field = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return `${field}: ${issue.message}`;
  const names = issue.keys.map((key) => [...issue.path.map(String), key].join("."));
  const hint = issue.keys.includes("key") ? " (keys belong in the user's own file: tidepost config set)" : "";
  return `${names.join(", ")}: unknown here${hint}`;
};

const jsonOf = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
};

const unusable = (path: string, description: string): CliError =>
  new CliError(exitCodes.usage, { message: `${path} cannot be used`, description, fix: "Correct it or remove it." });
