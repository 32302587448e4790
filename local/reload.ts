import { type FSWatcher, readdirSync, watch } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Assembly } from "../emulator/assembly.ts";
import type { Runtime } from "../emulator/start-runtime.ts";
import { shortName } from "./function-log.ts";

interface WatchOptions {
  /** Called with a path that begins with the name of its tree. */
  readonly onChange: (path: string) => void;
  readonly onProblem: (text: string) => void;
}

/**
 * Watches the files of directory trees. Each directory has a watcher of its own: Node's recursive ones lose a file that an
 * editor replaces by renaming another one to its name.
 */
const watchTrees = (roots: readonly string[], { onChange, onProblem }: WatchOptions): { readonly stop: () => void } => {
  const watchers = new Map<string, FSWatcher>();
  const problem = (directory: string, error: unknown): void =>
    onProblem(`Changes in ${directory} are not seen: ${error instanceof Error ? error.message : String(error)}`);

  const add = (root: string, directory: string): void => {
    if (watchers.has(directory)) return;
    try {
      const watcher = watch(directory, (_, name) => {
        if (name === null) return;
        onChange(relative(dirname(root), join(directory, name)));
        // It may be a new directory.
        addTree(root, directory);
      });
      const forget = (): void => {
        watcher.close();
        watchers.delete(directory);
      };
      watcher.on("error", forget);
      watchers.set(directory, watcher);
    } catch (error) {
      problem(directory, error);
    }
  };
  const addTree = (root: string, directory: string): void => {
    add(root, directory);
    try {
      for (const entry of readdirSync(directory, { withFileTypes: true })) {
        if (entry.isDirectory()) addTree(root, join(directory, entry.name));
      }
    } catch (error) {
      // A directory that is gone needs no watching.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") problem(directory, error);
    }
  };
  for (const root of roots) addTree(root, root);

  return {
    stop: () => {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
};

interface ReloadOptions {
  /** Directories whose files are watched. */
  readonly directories: readonly string[];
  readonly runtime: Pick<Runtime, "reload">;
  /** Synthesises the stack. */
  readonly assembly: () => Promise<Assembly>;
  readonly onNote: (text: string) => void;
  readonly onProblem: (text: string) => void;
}

/** Editors write a file in several steps, and switching a branch changes many. */
const quietMs = 200;
const maxErrorLines = 12;

/**
 * Lets functions run changed sources: what waits in queues and streams stays. When the sources do not build, the functions
 * stay as they are.
 */
export const reloadOnChange = (options: ReloadOptions): { readonly stop: () => void } => {
  const { directories, runtime, assembly, onNote, onProblem } = options;
  let timer: NodeJS.Timeout | undefined;
  let isBuilding = false;
  let changed = new Set<string>();

  const build = async (): Promise<void> => {
    const files = [...changed];
    changed = new Set();
    const startedAt = performance.now();
    onNote(`${files[0] ?? ""}${files.length > 1 ? ` and ${files.length - 1} more` : ""} changed: building`);
    try {
      const { functions, needsRestart } = runtime.reload(await assembly());
      const names = functions.map(shortName).join(", ");
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      onNote(names === "" ? "No function has changed" : `Reloaded ${names} after ${seconds} s`);
      if (needsRestart) onNote("The stack has changed beyond its functions: start again to see that");
    } catch (error) {
      const lines = (error instanceof Error ? error.message : String(error)).split("\n").filter((line) => line !== "");
      onProblem(["The functions stay as they were:", ...lines.slice(0, maxErrorLines)].join("\n  "));
    }
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isBuilding || changed.size === 0) return;
      isBuilding = true;
      void build().finally(() => {
        isBuilding = false;
        if (changed.size > 0) schedule();
      });
    }, quietMs);
  };

  const watched = watchTrees(directories, {
    onChange: (path) => {
      if (!/\.(?:tsx?|js|json|html|css|svg)$/.test(path)) return;
      changed.add(path);
      schedule();
    },
    onProblem,
  });
  return {
    stop: () => {
      clearTimeout(timer);
      changed.clear();
      watched.stop();
    },
  };
};
