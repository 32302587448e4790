import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { type AppOptions, createApp } from "./create-app.ts";

/** Builds the app with cdk-nag on: what breaks one of its rules is not synthesised. */
export const createCheckedApp = (options: AppOptions = {}): App => {
  const app = createApp(options);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
};
