import type { Assembly } from "../emulator/assembly.ts";
import type { Runtime } from "../emulator/start-runtime.ts";
import { shortName } from "./function-log.ts";
import { watchTrees } from "./watch-trees.ts";

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
