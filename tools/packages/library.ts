import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "../..");

/** One source as both kinds of module; what is external is imported at run time. */
export const bundleLibrary = async (entry: string, out: string, external: readonly string[] = []): Promise<void> => {
  for (const format of ["esm", "cjs"] as const) {
    const outdir = join(out, format);
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: join(outdir, "index.js"),
      bundle: true,
      external: [...external],
      platform: "node",
      target: "node20",
      format,
      define: format === "cjs" ? { "import.meta.dirname": "__dirname" } : {},
      logLevel: "warning",
    });
    writeFileSync(join(outdir, "package.json"), `{ "type": "${format === "esm" ? "module" : "commonjs"}" }\n`);
  }
};

export const emitTypes = (project: string, outDir: string): void => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "--project", project, "--outDir", outDir], { cwd: root, stdio: "inherit" });
};

/**
 * A library for people's programs: ES modules and CommonJS, each with types of its own kind. The client's one dependency is
 * bundled, because its CommonJS has another shape than its ES module; its types are read from the installed package.
 */
export const buildLibrary = async (source: string, out: string): Promise<void> => {
  await bundleLibrary(`${source}/index.ts`, out);
  emitTypes(`tsconfig.${source}.json`, join(out, "esm"));
  // The same text says other things in a folder of CommonJS.
  cpSync(join(out, "esm"), join(out, "cjs"), {
    recursive: true,
    filter: (path) => !/(index\.js|package\.json)$/.test(path),
  });
};

/** The command as one bundle: Node runs no TypeScript from `node_modules`. */
export const buildCommand = async (out: string): Promise<void> => {
  await build({
    absWorkingDir: root,
    entryPoints: ["cli/main.ts"],
    outdir: join(out, "cli"),
    bundle: true,
    // AWS's clients are loaded by few commands.
    splitting: true,
    minify: true,
    platform: "node",
    target: "node22",
    format: "esm",
    mainFields: ["module", "main"],
    // CommonJS packages ask for Node's modules by `require`.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "warning",
  });
  cpSync(join(root, "packages/tidepost/tidepost.js"), join(out, "tidepost.js"));
};
