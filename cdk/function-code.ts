import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AssetHashType } from "aws-cdk-lib";
import { Code, Runtime } from "aws-cdk-lib/aws-lambda";
import { buildSync, type OutputFile } from "esbuild";
import { type FunctionName, functionEnv } from "#shared/contract/env.ts";
import { addConsoleSite } from "./console-site.ts";

const projectRoot = resolve(import.meta.dirname, "..");

/** The Node version that functions run on and are bundled for. */
export const functionRuntime = Runtime.NODEJS_24_X;

/**
 * Code of the function `lambdas/<name>/index.ts`: one module and its source map. The CDK's own bundling would start esbuild
 * through npx for every function, which takes longer than esbuild does.
 */
export const functionCode = (name: FunctionName): Code =>
  Code.fromAsset(dirname(entryOf(name)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: bundling in this process succeeds or throws.
      image: functionRuntime.bundlingImage,
      local: {
        tryBundle: (directory) => {
          for (const { path, contents } of bundleOf(name)) writeFileSync(join(directory, basename(path)), contents);
          for (const path of dataFiles[name] ?? []) writeFileSync(join(directory, basename(path)), minified(path));
          if (name === "console") addConsoleSite(directory);
          return true;
        },
      },
    },
  });

/** JSON that a function reads when it is asked for it: apart from the module, it does not lengthen a cold start. */
const dataFiles: Readonly<Partial<Record<FunctionName, readonly string[]>>> = { api: ["docs/openapi.json"] };

const minified = (path: string): string =>
  JSON.stringify(JSON.parse(readFileSync(join(projectRoot, path), "utf8")) as unknown);

/** Where the SDK looks for credentials when the environment has none; a function's environment always has them. */
const otherCredentials = ["http", "ini", "login", "process", "sso", "web-identity"].map(
  (source) => `@aws-sdk/credential-provider-${source}`,
);

const entryOf = (name: string): string => {
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

/** The first call bundles all functions: in one run, esbuild parses what they share once. */
const bundleOf = (name: FunctionName): readonly OutputFile[] => {
  bundles ??= bundleAll();
  return bundles.filter(({ path }) => basename(dirname(path)) === name);
};

const bundleAll = (): readonly OutputFile[] =>
  buildSync({
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
    // Some bundled packages are CommonJS and call `require` for Node's own modules, which an ES module lacks.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  }).outputFiles;
