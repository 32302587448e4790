/**
 * `npm run build`: makes the packages, each with the version of package.json, in dist/packages/<name>. Arguments name the
 * ones to make; without any, all are made and packed into dist/packages/*.tgz.
 *
 * A package is also linked into node_modules, so that programs in this folder import it as everybody else does.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const packagesFolder = join(root, "dist/packages");

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const project = readJson(join(root, "package.json")) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/**
 * A library for people's programs: ES modules and CommonJS, each with types of its own kind. The client's one dependency is
 * bundled, because its CommonJS has another shape than its ES module; its types are read from the installed package.
 */
const buildLibrary = async (source: string, out: string): Promise<void> => {
  for (const [kind, format] of [["esm", "esm"] as const, ["cjs", "cjs"] as const]) {
    const outdir = join(out, kind);
    await build({
      absWorkingDir: root,
      entryPoints: [`${source}/index.ts`],
      outfile: join(outdir, "index.js"),
      bundle: true,
      platform: "node",
      target: "node20",
      format,
      logLevel: "warning",
    });
    writeFileSync(join(outdir, "package.json"), `{ "type": "${format === "esm" ? "module" : "commonjs"}" }\n`);
  }
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "--project", `tsconfig.${source}.json`, "--outDir", join(out, "esm")], {
    cwd: root,
    stdio: "inherit",
  });
  // The same text says other things in a folder of CommonJS.
  cpSync(join(out, "esm"), join(out, "cjs"), {
    recursive: true,
    filter: (path) => !/(index\.js|package\.json)$/.test(path),
  });
};

/** The command as one bundle: Node runs no TypeScript from `node_modules`. */
const buildCommand = async (out: string): Promise<void> => {
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

const builders: Readonly<Record<string, (out: string) => Promise<void>>> = {
  "tidepost-receiver": async (out) => await buildLibrary("receiver", out),
  "tidepost-producer": async (out) => await buildLibrary("producer", out),
  "tidepost-client": async (out) => await buildLibrary("client", out),
  tidepost: buildCommand,
};

/** The manifest with the project's version; dependencies are named without one, and get the project's, too. */
const writeManifest = (name: string, out: string): void => {
  const manifest = readJson(join(root, "packages", name, "package.json")) as Manifest;
  const versions = { ...project.devDependencies, ...project.dependencies };
  const dependencies = Object.keys(manifest.dependencies ?? {}).map((dependency) => [dependency, versions[dependency]]);
  const complete = {
    ...manifest,
    version: project.version,
    ...(dependencies.length > 0 ? { dependencies: Object.fromEntries(dependencies) as object } : {}),
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(complete, null, 2)}\n`);
};

/** Junctions need no rights on Windows; elsewhere the word is ignored. */
const link = (name: string, out: string): void => {
  const place = join(root, "node_modules", name);
  rmSync(place, { recursive: true, force: true });
  symlinkSync(out, place, "junction");
};

const makePackage = async (name: string): Promise<void> => {
  const builder = builders[name];
  if (builder === undefined)
    throw new Error(`There is no package ${name}; there are ${Object.keys(builders).join(", ")}.`);
  const out = join(packagesFolder, name);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await builder(out);
  writeManifest(name, out);
  for (const file of ["LICENSE", `packages/${name}/README.md`]) {
    cpSync(join(root, file), join(out, file.slice(file.lastIndexOf("/") + 1)));
  }
  link(name, out);
};

const pack = (name: string): void => {
  const args = ["pack", "--silent", "--pack-destination", packagesFolder];
  const options = { cwd: join(packagesFolder, name), encoding: "utf8", shell: process.platform === "win32" } as const;
  process.stdout.write(`dist/packages/${execFileSync("npm", args, options)}`);
};

const asked = process.argv.slice(2);
await Promise.all((asked.length > 0 ? asked : Object.keys(builders)).map(makePackage));
if (asked.length === 0) for (const name of Object.keys(builders)) pack(name);
