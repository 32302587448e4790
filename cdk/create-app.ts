import { App } from "aws-cdk-lib";
import cdkConfiguration from "../cdk.json" with { type: "json" };
import { readSettings } from "./settings.ts";
import { WebhookStack } from "./webhook-stack.ts";

export interface AppOptions {
  /**
   * Puts the console's files into its function's code.
   * @default builds the console, and copies it
   */
  readonly addSite?: (directory: string) => void;
  /**
   * Directory of the cloud assembly.
   * @default a new temporary directory
   */
  readonly outdir?: string;
  /** Context values over those of `cdk.json`, for example `stackName` or `aws:cdk:bundling-stacks`. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Builds the app with its one stack.
 *
 * Feature flags come from `cdk.json` here too, so that a synthesis in process gives the template that the CLI deploys.
 */
export const createApp = ({ addSite, outdir, context }: AppOptions = {}): App => {
  const app = new App({
    autoSynth: false,
    context: { ...cdkConfiguration.context, ...context },
    ...(outdir === undefined ? {} : { outdir }),
  });
  const { stackName, ...props } = readSettings(app.node);
  new WebhookStack(app, stackName, props, addSite);
  return app;
};
