/** Starts the local system that files of end-to-end tests share, before the first of them, and ends it after the last. */
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

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  // A process of its own: what runs in Vitest's own process holds up the reports of all workers.
  const child = fork(join(import.meta.dirname, "shared-system-child.ts"));
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
