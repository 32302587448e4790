import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

/** Gives the code of a function by its name: bundled from the sources here, built beforehand in the package. */
export type FunctionCode = (name: string) => Code;

const contextKey = "tidepost:function-code";

/** Sets where all functions within a construct get their code from. */
export const provideFunctionCode = (scope: Construct, functionCode: FunctionCode): void =>
  scope.node.setContext(contextKey, functionCode);

/** Code of a function within a construct for which `provideFunctionCode` has been called. */
export const functionCodeOf = (scope: Construct, name: string): Code =>
  (scope.node.getContext(contextKey) as FunctionCode)(name);
