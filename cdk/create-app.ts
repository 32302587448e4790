import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import cdkConfiguration from "../cdk.json" with { type: "json" };
import { readSettings } from "./settings.ts";
import { WebhookStack } from "./webhook-stack.ts";

export interface AppOptions {
  /**
   * Directory of the cloud assembly.
   * @default a new temporary directory
   */
  readonly outdir?: string;
  /** Context values over those of `cdk.json`, for example `stackName` or `aws:cdk:bundling-stacks`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Builds the app with its one stack and with cdk-nag on.
 *
 * Feature flags come from `cdk.json` here too, so that a synthesis in process gives the template that the CLI deploys.
 */
export const createApp = ({ outdir, context }: AppOptions = {}): App => {
  const app = new App({
    autoSynth: false,
    context: { ...cdkConfiguration.context, ...context },
    ...(outdir === undefined ? {} : { outdir }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const { stackName, ...props } = readSettings(app.node);
  new WebhookStack(app, stackName, props);
  return app;
};
