import { join } from "node:path";
import type { Plugin } from "vite";
import { buildSite } from "../../tools/docs/build-site.ts";

/** Puts the documents next to the console: one function serves both. */
export const docsSite = (): Plugin => ({
  name: "docs-site",
  apply: "build",
  writeBundle: {
    sequential: true,
    handler: ({ dir = "dist" }) => {
      buildSite(join(dir, "docs"));
    },
  },
});
