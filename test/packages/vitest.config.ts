import { defineConfig } from "vitest/config";

// Apart from the other tests, because it needs the network: packages are installed as people install them.
export default defineConfig({
  test: {
    include: ["test/packages/**/*.test.ts"],
    root: new URL("../..", import.meta.url).pathname,
    globalSetup: ["test/packages/prepare.ts"],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
