import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AssetHashType } from "aws-cdk-lib";
import { Code, Runtime } from "aws-cdk-lib/aws-lambda";
import type { FunctionName } from "#shared/contract/env.ts";
import { bundleOf, entryOf } from "./function-bundles.ts";

/** The Node version that functions run on and are bundled for. */
export const functionRuntime = Runtime.NODEJS_24_X;

/**
 * Code of the function `lambdas/<name>/index.ts`: one module, its source map, and the files that it reads at run time. The
 * CDK's own bundling would start esbuild through npx for every function, which takes longer than esbuild does.
 */
export const functionCode = (name: FunctionName, addFiles?: (directory: string) => void): Code =>
  Code.fromAsset(dirname(entryOf(name)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: bundling in this process succeeds or throws.
      image: functionRuntime.bundlingImage,
      local: {
        tryBundle: (directory) => {
          for (const { path, contents } of bundleOf(name)) writeFileSync(join(directory, basename(path)), contents);
          addFiles?.(directory);
          return true;
        },
      },
    },
  });
