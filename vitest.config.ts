import { defineConfig } from "vitest/config";

/**
 * Groups run one after another, the files of a group side by side: synthesis, type-aware tools and whole local systems
 * are heavy enough to starve the timers of the tests beside them on a small machine.
 */
const project = (name: string, { group, timeoutMs }: { readonly group: number; readonly timeoutMs: number }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    sequence: { groupOrder: group },
    fileParallelism: group === 0,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", { group: 0, timeoutMs: 10_000 }),
      project("integration", { group: 0, timeoutMs: 30_000 }),
      project("infra", { group: 1, timeoutMs: 60_000 }),
      project("structure", { group: 2, timeoutMs: 60_000 }),
      project("e2e", { group: 3, timeoutMs: 180_000 }),
    ],
  },
});
