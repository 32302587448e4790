import { defineConfig } from "vitest/config";

// Every hostile value in every place; `npm test` takes a sample of them.
export default defineConfig({
  test: {
    name: "hostile",
    include: ["test/integration/hostile/*.test.ts", "test/e2e/hostile-*.test.ts"],
    root: new URL("../../..", import.meta.url).pathname,
    globalSetup: ["test/e2e/prepare.ts"],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    env: { HOSTILE: "full", POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
  },
});
