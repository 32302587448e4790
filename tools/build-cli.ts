/** Bundles the `tidepost` command for the package: Node runs no TypeScript from `node_modules`. */
import { rm } from "node:fs/promises";
import { build } from "esbuild";

const outdir = "dist/cli";
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: ["cli/main.ts"],
  outdir,
  bundle: true,
  // AWS's clients are loaded by few commands.
  splitting: true,
  minify: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  // CommonJS packages ask for Node's modules by `require`.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  logLevel: "warning",
});
