import { defineConfig } from "vitest/config";

// A sample of hostile values that takes minutes, and with HOSTILE=full every value in every place. Where values are cheap to
// try, `npm test` tries a sample, too.
export default defineConfig({
  test: {
    name: "hostile",
    include: [
      "test/integration/hostile/*.test.ts",
      "test/integration/api/hostile-input.test.ts",
      "test/e2e/hostile-*.test.ts",
    ],
    root: new URL("../../..", import.meta.url).pathname,
    globalSetup: ["test/e2e/prepare.ts"],
    setupFiles: ["test/support/use-seed.ts"],
    testTimeout: 900_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
    env: { HOSTILE_RUNS: "60", POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
  },
});
