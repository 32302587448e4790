import { createApp } from "./create-app.ts";

// The CDK CLI names its output directory in CDK_OUTDIR; run by hand, the result lands where the CLI would put it.
createApp({ outdir: process.env["CDK_OUTDIR"] ?? "cdk.out" }).synth();
