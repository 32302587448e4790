import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { docsSite } from "./build/docs-site.ts";
import { compressedSite } from "./build/compressed-site.ts";

/** Where `npm run console:dev` finds the API: where `npm run dev` listens unless it is told otherwise. */
const apiOrigin = process.env["TIDEPOST_ORIGIN"] ?? "http://127.0.0.1:4010";

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  // Built, nothing names a path from the root: the stage is part of the path, and more may stand before it.
  base: command === "build" ? "./" : "/api/console/",
  plugins: [react(), docsSite(), compressedSite()],
  build: {
    target: "es2023",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // The limit that counts is that of the first load, which `compressedSite` checks.
    chunkSizeWarningLimit: 4_000,
    reportCompressedSize: false,
  },
  server: {
    port: 4_012,
    proxy: Object.fromEntries(["/api/v1", "/api/docs", "/api/console/config.json"].map((path) => [path, apiOrigin])),
  },
}));
