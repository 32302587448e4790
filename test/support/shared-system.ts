import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { StackSettings } from "../../local/synthesise.ts";
import type { SharedSystem } from "./shared-system-child.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly sharedSystem: SharedSystem;
  }
}

export interface SystemOptions {
  /** How much faster retries come than in a deployment. */
  readonly retryScale: number;
  /** Whether the system serves the console. @default false */
  readonly hasConsole?: boolean;
  /** Settings of the stack that differ from those of `cdk.json`. */
  readonly settings?: StackSettings;
}

/** Starts a local system with a window of a second, in a process of its own. */
export const startSystem = async ({
  retryScale,
  hasConsole = false,
  settings = {},
}: SystemOptions): Promise<{ readonly system: SharedSystem; readonly stop: () => Promise<void> }> => {
  // What runs in Vitest's own process would hold up the reports of all workers.
  const file = join(import.meta.dirname, "shared-system-child.ts");
  const child = fork(file, [String(retryScale), JSON.stringify(settings), ...(hasConsole ? ["console"] : [])], {
    execArgv: [],
  });
  const exited = once(child, "exit");
  const endedEarly = exited.then(() => Promise.reject(new Error("The system ended before it was ready.")));
  const [system] = await Promise.race([once(child, "message"), endedEarly]);
  endedEarly.catch(() => undefined);
  return {
    system: system as SharedSystem,
    stop: async () => {
      child.disconnect();
      await exited;
    },
  };
};

/** Starts a local system that the test files of a project share, and answers what ends it. */
export const shareSystem = async (project: TestProject, options: SystemOptions): Promise<() => Promise<void>> => {
  const { system, stop } = await startSystem(options);
  project.provide("sharedSystem", system);
  return stop;
};
