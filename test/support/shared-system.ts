import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { SharedSystem } from "./shared-system-child.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly sharedSystem: SharedSystem;
  }
}

/**
 * Starts a local system that test files share, with a window of a second, and answers what ends it.
 *
 * @param options how much faster retries come than in a deployment, and whether the system serves the console
 */
export const shareSystem = async (
  project: TestProject,
  { retryScale, hasConsole = false }: { readonly retryScale: number; readonly hasConsole?: boolean },
): Promise<() => Promise<void>> => {
  // A process of its own: what runs in Vitest's own process holds up the reports of all workers.
  const child = fork(join(import.meta.dirname, "shared-system-child.ts"), [
    String(retryScale),
    ...(hasConsole ? ["console"] : []),
  ]);
  const exited = once(child, "exit");
  const endedEarly = exited.then(() => Promise.reject(new Error("The shared system ended before it was ready.")));
  const [system] = await Promise.race([once(child, "message"), endedEarly]);
  endedEarly.catch(() => undefined);
  project.provide("sharedSystem", system as SharedSystem);
  return async () => {
    child.disconnect();
    await exited;
  };
};
