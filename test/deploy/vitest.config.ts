import { defineConfig } from "vitest/config";

// Apart from the other tests, because it needs Python and, the first time, the network.
export default defineConfig({
  test: {
    include: ["test/deploy/**/*.test.ts"],
    root: new URL("../..", import.meta.url).pathname,
    // They share the environment of the emulator.
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
