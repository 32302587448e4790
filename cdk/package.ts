/** What the package exports as `tidepost-cdk`. */
import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { checkProps } from "./settings.ts";
import type { TidepostProps } from "./stack-props.ts";
import { TidepostSystem } from "./tidepost.ts";

export type { TidepostDomain } from "./api-domain.ts";
export type { TidepostProps };

/**
 * Tidepost in an app of your own: `new Tidepost(this, "Events", { alarmTopic })`. Its functions come with the package, built.
 * A stack holds one.
 */
export class Tidepost extends TidepostSystem {
  constructor(scope: Construct, id: string, props: TidepostProps = {}) {
    // What the functions refuse as they start would synthesise and deploy.
    checkProps(props);
    super(scope, id, props, (name) => Code.fromAsset(join(import.meta.dirname, "../functions", name)));
  }
}
