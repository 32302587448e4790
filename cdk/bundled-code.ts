import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AssetHashType } from "aws-cdk-lib";
import { Code, Runtime } from "aws-cdk-lib/aws-lambda";
import type { FunctionName } from "#shared/contract/env.ts";
import { pageOfFile } from "../tools/api-docs/page.ts";
import { bundleOf, entryOf } from "./function-bundles.ts";
import type { FunctionCode } from "./function-code.ts";

/** Puts the console's files into the folder of its function's module. */
export type AddSite = (directory: string) => void;

/** Writes the code of `lambdas/<name>/index.ts`: one module, its source map, and the files that it reads at run time. */
export const writeFunctionCode = (name: FunctionName, directory: string, addSite: AddSite): void => {
  for (const file of bundleOf(name)) writeFileSync(join(directory, file.name), file.contents);
  if (name === "api") addDocuments(directory);
  if (name === "console") addSite(directory);
};

/**
 * Code bundled from the sources. The CDK's own bundling would start esbuild through npx for every function, which takes
 * longer than esbuild does.
 */
export const bundledCode =
  (addSite: AddSite): FunctionCode =>
  (name) =>
    Code.fromAsset(dirname(entryOf(name)), {
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // Never started: bundling in this process succeeds or throws.
        image: Runtime.NODEJS_24_X.bundlingImage,
        local: {
          tryBundle: (directory) => {
            writeFunctionCode(name as FunctionName, directory, addSite);
            return true;
          },
        },
      },
    });

/** What the function answers as it is: apart from its module, it does not lengthen a cold start. */
const addDocuments = (directory: string): void => {
  const document = readFileSync(resolve(import.meta.dirname, "../docs/openapi.json"), "utf8");
  writeFileSync(join(directory, "docs.html"), pageOfFile(document));
  writeFileSync(join(directory, "openapi.json"), JSON.stringify(JSON.parse(document)));
};
