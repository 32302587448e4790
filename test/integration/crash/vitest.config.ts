import { defineConfig } from "vitest/config";

// The crash tests of `npm test` once more, with a kill at every await.
export default defineConfig({
  test: {
    name: "crash",
    include: ["test/integration/crash/**/*-crash.test.ts"],
    root: new URL("../../..", import.meta.url).pathname,
    env: { CRASH_SWEEP: "full", POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" },
  },
});
