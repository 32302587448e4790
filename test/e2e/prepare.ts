import type { TestProject } from "vitest/node";
import { shareSystem } from "../support/shared-system.ts";

/** Before the first file, and after the last. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> =>
  await shareSystem(project, { retryScale: 60 });
