import { App, Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { PublicHostedZone } from "aws-cdk-lib/aws-route53";
import { Topic } from "aws-cdk-lib/aws-sns";
import cdkConfiguration from "../cdk.json" with { type: "json" };
import { addSite as addBuiltSite } from "../console/build/site.ts";
import { type AddSite, bundledCode } from "./bundled-code.ts";
import { readSettings } from "./settings.ts";
import type { TidepostProps, WebhookStackProps } from "./stack-props.ts";
import { TidepostSystem } from "./tidepost.ts";

export interface AppOptions {
  /**
   * Puts the console's files into its function's code.
   * @default builds the console, and copies it
   */
  readonly addSite?: AddSite;
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
export const createApp = ({ addSite = addBuiltSite, outdir, context }: AppOptions = {}): App => {
  const app = new App({
    autoSynth: false,
    context: { ...cdkConfiguration.context, ...context },
    ...(outdir === undefined ? {} : { outdir }),
  });
  const { stackName, ...settings } = readSettings(app.node);
  const description = "Tidepost: event webhooks in batches";
  const stack = new Stack(app, stackName, { analyticsReporting: false, description });
  // The id "Default" has no part in logical ids: those of stacks that are deployed stay as they are.
  new TidepostSystem(stack, "Default", propsOf(stack, settings), bundledCode(addSite));
  return app;
};

/** Settings name what exists by ARN or id. */
const propsOf = (stack: Stack, settings: WebhookStackProps): TidepostProps => {
  const { alarmTopicArn, certificateArn, domainName, hostedZoneId, ...rest } = settings;
  return {
    ...rest,
    ...(alarmTopicArn === undefined ? {} : { alarmTopic: Topic.fromTopicArn(stack, "AlarmTopic", alarmTopicArn) }),
    ...(certificateArn === undefined || domainName === undefined
      ? {}
      : {
          domain: {
            certificate: Certificate.fromCertificateArn(stack, "Certificate", certificateArn),
            domainName,
            ...(hostedZoneId === undefined
              ? {}
              : {
                  hostedZone: PublicHostedZone.fromHostedZoneAttributes(stack, "Zone", {
                    hostedZoneId,
                    zoneName: domainName,
                  }),
                }),
          },
        }),
  };
};
