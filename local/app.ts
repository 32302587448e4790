/**
 * The CDK app for the local runtime, in a process of its own, which takes its memory along when it ends. Template and code
 * are those of `cdk synth`. What nothing waits for here is left out: the console's files, which `npm run dev` adds later,
 * and all validation of the template, which synthesis for a deployment, and the tests, do.
 */
import { bundleAhead, bundleReport, bundleSizes } from "../cdk/function-bundles.ts";

const [, , outdir = "cdk.out", settings = "{}"] = process.argv;
// CDK would compile a validator for two seconds.
process.env["CDK_VALIDATION"] = "false";
const [{ createApp }] = await Promise.all([import("../cdk/create-app.ts"), bundleAhead()]);
createApp({
  outdir,
  context: JSON.parse(settings) as Readonly<Record<string, unknown>>,
  addSite: () => undefined,
}).synth();
// Throws when a function's code is over its limit; nobody reads the report here.
bundleReport(bundleSizes());
