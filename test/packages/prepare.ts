import type { TestProject } from "vitest/node";
import { buildPackages, packageNames } from "../support/packages.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The path of each package's tarball by the package's name. */
    readonly tarballs: Readonly<Record<string, string>>;
  }
}

/** Builds and packs all packages once, before the first file. */
export const setup = (project: TestProject): void => {
  project.provide("tarballs", Object.fromEntries(buildPackages(packageNames)));
};
