import { bundleReport } from "./bundle-report.ts";
import { createCheckedApp } from "./create-checked-app.ts";
import { bundleSizes } from "./function-bundles.ts";

// The CDK CLI names its output directory in CDK_OUTDIR; run by hand, the result lands where the CLI would put it.
createCheckedApp({ outdir: process.env["CDK_OUTDIR"] ?? "cdk.out" }).synth();
for (const line of bundleReport(bundleSizes())) process.stderr.write(`${line}\n`);
