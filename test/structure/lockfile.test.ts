import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, LockedPackage>>;

const read = (): Packages =>
  (JSON.parse(readFileSync("package-lock.json", "utf8")) as { readonly packages: Packages }).packages;

/** Packages that npm would install whatever their content is. Bundled ones are part of a package that has its hash. */
const withoutIntegrity = (packages: Packages): readonly string[] =>
  Object.entries(packages)
    .filter(
      ([path, { inBundle, integrity = "" }]) => path !== "" && inBundle !== true && !integrity.startsWith("sha512-"),
    )
    .map(([path]) => path);

/** Optional packages that are not in the file: npm leaves out those of other platforms when it cannot read what they are. */
const missing = (packages: Packages): readonly string[] =>
  Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) => {
    const folders = [...path.matchAll(/\/node_modules\//g)].map(({ index }) => path.slice(0, index));
    const places = ["", ...folders.map((folder) => `${folder}/`), ...(path === "" ? [] : [`${path}/`])];
    const isLocked = (name: string): boolean =>
      places.some((place) => packages[`${place}node_modules/${name}`] !== undefined);
    return Object.keys(optionalDependencies).filter((name) => !isLocked(name));
  });

describe("the lock file", () => {
  it("has the hash of every package, those of other platforms included", () => {
    expect(withoutIntegrity(read())).toEqual([]);
  });

  it("names the packages of every platform, so that npm ci works on all of them; 'npm run lockfile' adds them", () => {
    expect(missing(read())).toEqual([]);
  });

  it("records no address of a registry", () => {
    expect(Object.values(read()).filter(({ resolved = "" }) => /^https?:/.test(resolved))).toEqual([]);
  });

  it("is found incomplete when a hash or a platform is not there", () => {
    const path = "node_modules/@swc/core-darwin-arm64";
    const { [path]: locked, ...others } = read();
    expect(missing(others)).toEqual(["@swc/core-darwin-arm64"]);
    const { integrity: _, ...bare } = locked ?? {};
    expect(withoutIntegrity({ ...others, [path]: bare })).toEqual([path]);
  });
});
