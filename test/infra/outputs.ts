import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Directory for cloud assemblies, which is removed after the tests. */
    readonly outputs: string;
  }
}

/** Provides the directory. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const outputs = await mkdtemp(join(tmpdir(), "tidepost-infra-"));
  project.provide("outputs", outputs);
  return async () => await rm(outputs, { recursive: true });
};
