import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AssetHashType } from "aws-cdk-lib";
import { Code, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { FunctionName } from "#shared/contract/env.ts";
import { pageOfFile } from "../tools/api-docs/page.ts";
import { addConsoleSite, siteLater } from "./console-site.ts";
import { bundleOf, entryOf } from "./function-bundles.ts";

const projectRoot = resolve(import.meta.dirname, "..");

/** The Node version that functions run on and are bundled for. */
export const functionRuntime = Runtime.NODEJS_24_X;

/**
 * Code of the function `lambdas/<name>/index.ts`: one module and its source map. The CDK's own bundling would start esbuild
 * through npx for every function, which takes longer than esbuild does.
 */
export const functionCode = (scope: Construct, name: FunctionName): Code =>
  Code.fromAsset(dirname(entryOf(name)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: bundling in this process succeeds or throws.
      image: functionRuntime.bundlingImage,
      local: {
        tryBundle: (directory) => {
          for (const { path, contents } of bundleOf(name)) writeFileSync(join(directory, basename(path)), contents);
          for (const [file, content] of Object.entries(dataFiles[name]?.() ?? {}))
            writeFileSync(join(directory, file), content);
          if (name === "console" && scope.node.tryGetContext(siteLater) !== true) addConsoleSite(directory);
          return true;
        },
      },
    },
  });

/** What a function reads when it is asked for it: apart from the module, it does not lengthen a cold start. */
const dataFiles: Readonly<Partial<Record<FunctionName, () => Readonly<Record<string, string>>>>> = {
  api: () => {
    const document = readFileSync(join(projectRoot, "docs/openapi.json"), "utf8");
    return { "docs.html": pageOfFile(document), "openapi.json": JSON.stringify(JSON.parse(document)) };
  },
};
