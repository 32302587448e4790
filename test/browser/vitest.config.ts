import { defineConfig } from "vitest/config";

// Apart from the other tests, because it needs a browser.
export default defineConfig({
  test: {
    name: "browser",
    include: ["test/browser/**/*.test.ts"],
    root: new URL("../..", import.meta.url).pathname,
    globalSetup: ["test/browser/prepare.ts"],
    testTimeout: 1_200_000,
    hookTimeout: 600_000,
    // Each file has a browser and a whole local system of its own.
    maxWorkers: 2,
  },
});
