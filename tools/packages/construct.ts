import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionEnv } from "#shared/contract/env.ts";
import { writeFunctionCode } from "../../cdk/bundled-code.ts";
import { bundleAhead } from "../../cdk/function-bundles.ts";
import { addSite } from "../../console/build/site.ts";
import { bundleLibrary, emitTypes } from "./library.ts";

/** The construct, with the code of its functions as it is deployed. */
export const buildConstruct = async (out: string): Promise<void> => {
  await bundleLibrary("cdk/package.ts", out, ["aws-cdk-lib", "constructs"]);
  await bundleAhead();
  for (const name of Object.keys(functionEnv) as (keyof typeof functionEnv)[]) {
    const folder = join(out, "functions", name);
    mkdirSync(folder, { recursive: true });
    writeFunctionCode(name, folder, addSite);
  }
  const types = join(out, "types");
  emitTypes("tsconfig.cdk.json", types);
  for (const kind of ["esm", "cjs"]) {
    copyTypes(join(types, "cdk"), "package.d.ts", join(out, kind));
    renameSync(join(out, kind, "package.d.ts"), join(out, kind, "index.d.ts"));
  }
  rmSync(types, { recursive: true });
};

/** Copies a file of types and those that it imports, which are few: most of what is emitted is nobody's face. */
const copyTypes = (from: string, file: string, to: string): void => {
  if (existsSync(join(to, file))) return;
  const text = readFileSync(join(from, file), "utf8");
  // The compiler's own way of renaming them refuses imports by #shared, which no type here has.
  writeFileSync(join(to, file), text.replaceAll(/"(\.\/[\w-]+)\.ts"/g, '"$1.js"'));
  for (const [, name] of text.matchAll(/"\.\/([\w-]+)\.ts"/g)) copyTypes(from, `${name}.d.ts`, to);
};
