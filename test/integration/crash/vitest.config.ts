import { defineConfig } from "vitest/config";

// The kills of `deliver` and `replay` once more, at all moments that leave something else behind; those of `batch` are all in `npm test`.
export default defineConfig({
  test: {
    name: "crash",
    include: ["test/integration/crash/{deliver,replay}-crash.test.ts"],
    root: new URL("../../..", import.meta.url).pathname,
    setupFiles: ["test/support/use-seed.ts"],
    testTimeout: 900_000,
    hookTimeout: 600_000,
    env: { CRASH_SWEEP: "full", POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
  },
});
