import { defineConfig } from "vitest/config";

// Apart from the other tests, because it needs the interpreters and compilers of six languages.
export default defineConfig({
  test: {
    name: "receivers",
    include: ["test/receivers/**/*.test.ts"],
    root: new URL("../..", import.meta.url).pathname,
    // Names what is skipped.
    reporters: ["verbose"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
