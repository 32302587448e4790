import { bundleReport } from "./bundle-report.ts";
import { createApp } from "./create-app.ts";
import { bundleSizes } from "./function-code.ts";

// The CDK CLI names its output directory in CDK_OUTDIR; run by hand, the result lands where the CLI would put it.
createApp({ outdir: process.env["CDK_OUTDIR"] ?? "cdk.out" }).synth();
for (const line of bundleReport(bundleSizes())) process.stderr.write(`${line}\n`);
