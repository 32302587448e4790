import { defineConfig } from "vitest/config";

// Apart from the other tests, because it takes both processors for minutes.
export default defineConfig({
  test: {
    name: "soak",
    include: ["test/soak/**/*.test.ts"],
    root: new URL("../..", import.meta.url).pathname,
  },
});
