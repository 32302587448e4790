import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { build, type BuildOptions, buildSync, type OutputFile } from "esbuild";
import { type FunctionName, functionEnv } from "#shared/contract/env.ts";
import { ownSourceMap } from "./own-source-map.ts";

const projectRoot = resolve(import.meta.dirname, "..");

/** Largest code of a function: what Node reads and compiles before its first event (`npm run bench -- cold-start`). */
export const maxBundleBytes = 1_152 * 1_024;

/** Module that a function starts with. */
export const entryOf = (name: string): string => {
  const entry = join(projectRoot, "lambdas", name, "index.ts");
  if (!existsSync(entry)) throw new Error(`There is no function lambdas/${name}/index.ts.`);
  return entry;
};

let bundles: readonly OutputFile[] | undefined;

/** Bytes of the code of each function that was bundled in this process. */
export const bundleSizes = (): ReadonlyMap<string, number> =>
  new Map(
    (bundles ?? [])
      .filter(({ path }) => path.endsWith(".mjs"))
      .map(({ contents, path }) => [basename(dirname(path)), contents.length]),
  );

/** Size of each function's code for people who build the stack; throws when one is over the limit. */
export const bundleReport = (sizes: ReadonlyMap<string, number>): readonly string[] => {
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_024)} KiB`;
  const tooLarge = [...sizes].filter(([, bytes]) => bytes > maxBundleBytes);
  if (tooLarge.length > 0) {
    const list = tooLarge.map(([name, bytes]) => `${name} has ${kilobytes(bytes)}`).join(", ");
    throw new Error(`The code of a function may have ${kilobytes(maxBundleBytes)}: ${list}.`);
  }
  return [...sizes]
    .toSorted(([one], [other]) => one.localeCompare(other, "en"))
    .map(([name, bytes]) => `${name.padEnd(12)} ${kilobytes(bytes).padStart(8)} of ${kilobytes(maxBundleBytes)}`);
};

/** A file of a function's code. */
interface CodeFile {
  readonly name: string;
  readonly contents: string;
}

/** Module and source map of a function. The first call bundles all functions: in one run, esbuild parses what they share once. */
export const bundleOf = (name: FunctionName): readonly CodeFile[] => {
  bundles ??= buildSync(buildOptions()).outputFiles;
  return bundles
    .filter(({ path }) => basename(dirname(path)) === name)
    .map(({ path, text }) => ({ name: basename(path), contents: path.endsWith(".map") ? ownSourceMap(text) : text }));
};

/** Bundles all functions ahead of the synthesis: esbuild is another process, and this one has the CDK to load meanwhile. */
export const bundleAhead = async (): Promise<void> => {
  const { outputFiles } = await build(buildOptions());
  bundles = outputFiles;
};

/** Where the SDK looks for credentials when the environment has none; a function's environment always has them. */
const otherCredentials = ["http", "ini", "login", "process", "sso", "web-identity"].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

const buildOptions = () =>
  ({
    absWorkingDir: projectRoot,
    entryPoints: Object.keys(functionEnv).map((name) => ({ in: entryOf(name), out: `${name}/index` })),
    // Nothing is written there. Sources are named in source maps by their way from it.
    outdir: "dist",
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    // The SDK is bundled. Left out are what no Lambda runs: undici's two HTTP parsers for processors without SIMD, 150 kB,
    // and other sources of credentials than the environment, 80 kB.
    external: ["*/milo/no-simd.js", "*/llhttp/llhttp-wasm.js", ...otherCredentials, "@smithy/credential-provider-imds"],
    // undici's name for "bundled": leaves its experimental second HTTP parser out.
    define: { esbuildDetection: '"1"' },
    // The SDK imports `node:http` so when it first calls a service without TLS, as local ones are. Node then evaluates all that
    // the module exports, its own undici with it: 20 ms and 2.6 MB of each environment. `require`, which this makes of it, does not.
    supported: { "dynamic-import": false },
    // Some bundled packages are CommonJS and call `require` for Node's own modules, which an ES module lacks.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  }) satisfies BuildOptions;
