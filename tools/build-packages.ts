/**
 * `npm run build`: makes the packages, each with the version of package.json, in dist/packages/<name>, and packs them into
 * dist/packages/*.tgz. Arguments name the ones to make; without any, all are made.
 *
 * A package is also linked into node_modules, so that programs in this folder import it as everybody else does.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildCommand, buildLibrary } from "./packages/library.ts";

const root = resolve(import.meta.dirname, "..");
const packagesFolder = join(root, "dist/packages");

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const project = readJson(join(root, "package.json")) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const builders: Readonly<Record<string, (out: string) => Promise<void>>> = {
  "tidepost-receiver": async (out) => await buildLibrary("receiver", out),
  "tidepost-producer": async (out) => await buildLibrary("producer", out),
  "tidepost-client": async (out) => await buildLibrary("client", out),
  tidepost: buildCommand,
  "tidepost-cdk": async (out) => {
    // It loads the CDK, which the other packages need not wait for.
    const { buildConstruct } = await import("./packages/construct.ts");
    await buildConstruct(out);
  },
};

/** The manifest with the project's version. Dependencies are named without one, and get that of the project. */
const writeManifest = (name: string, out: string): void => {
  const manifest = readJson(join(root, "packages", name, "package.json")) as Manifest;
  const versions = { ...project.devDependencies, ...project.dependencies };
  const versioned = (names: Readonly<Record<string, string>>, prefix: string) =>
    Object.fromEntries(Object.keys(names).map((dependency) => [dependency, `${prefix}${versions[dependency]}`]));
  const { dependencies, peerDependencies } = manifest;
  const complete = {
    ...manifest,
    version: project.version,
    ...(dependencies === undefined ? {} : { dependencies: versioned(dependencies, "") }),
    ...(peerDependencies === undefined ? {} : { peerDependencies: versioned(peerDependencies, "^") }),
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
const names = asked.length > 0 ? asked : Object.keys(builders);
await Promise.all(names.map(makePackage));
for (const name of names) pack(name);
