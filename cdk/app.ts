import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { type AppOptions, createApp } from "./create-app.ts";
import { orTellSetting } from "./setting-readers.ts";
import { bundleReport, bundleSizes } from "./function-bundles.ts";

/**
 * Builds the app with cdk-nag on: what breaks one of its rules is not synthesised. Apart from `createApp`, because loading the
 * rules takes a quarter of a second of the local runtime's start, which does not check them.
 */
export const createCheckedApp = (options: AppOptions = {}): App => {
  const app = createApp(options);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
};

if (import.meta.main) {
  // The CDK CLI names its output directory in CDK_OUTDIR; run by hand, the result lands where the CLI would put it.
  orTellSetting(() => {
    createCheckedApp({ outdir: process.env["CDK_OUTDIR"] ?? "cdk.out" }).synth();
    for (const line of bundleReport(bundleSizes())) process.stderr.write(`${line}\n`);
  });
}
