import { type FSWatcher, readdirSync, watch } from "node:fs";
import { dirname, join, relative } from "node:path";

interface WatchOptions {
  /** Called with a path that begins with the name of its tree. */
  readonly onChange: (path: string) => void;
  readonly onProblem: (text: string) => void;
}

/**
 * Watches the files of directory trees. Each directory has a watcher of its own: Node's recursive ones lose a file that an
 * editor replaces by renaming another one to its name.
 */
export const watchTrees = (
  roots: readonly string[],
  { onChange, onProblem }: WatchOptions,
): { readonly stop: () => void } => {
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
