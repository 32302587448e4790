import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CliError, type ExitCode, exitCodes } from "../errors.ts";

/** What to do about errors of the AWS SDK, by what their names and messages have in common. */
const explanations: readonly { readonly of: RegExp; readonly exitCode: ExitCode; readonly fix: string }[] = [
  {
    of: /Credentials|Token|SignatureDoesNotMatch|UnrecognizedClient/i,
    exitCode: exitCodes.notAllowed,
    fix: "Sign in to AWS, or set AWS_PROFILE to a profile that is signed in.",
  },
  {
    of: /AccessDenied|not authorized/i,
    exitCode: exitCodes.notAllowed,
    fix: "Use a role that may do what the message names.",
  },
  { of: /Region is missing/i, exitCode: exitCodes.usage, fix: "Set AWS_REGION to the region of the stack." },
  {
    of: /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|Timeout/i,
    exitCode: exitCodes.unreachable,
    fix: "Check the network, AWS_REGION and, if it is set, AWS_ENDPOINT_URL.",
  },
];

/** Does work on AWS; an error of AWS or of the way to it becomes one that says what to do. */
export const explainAwsErrors = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error)) throw error;
    const { code = "" } = error as { readonly code?: string };
    const text = `${error.name} ${code} ${error.message}`;
    const { exitCode = exitCodes.failed, fix } = explanations.find(({ of }) => of.test(text)) ?? {};
    const detail = error.message === "" ? code : error.message;
    const problem = { message: "AWS did not do it", description: `${error.name}: ${detail}` };
    throw new CliError(exitCode, { ...problem, ...(fix === undefined ? {} : { fix }) }, { cause: error });
  }
};

/** Outputs of a deployed stack by name, read with the AWS credentials and region of the environment. */
export const readStackOutputs = async (stackName: string): Promise<Readonly<Record<string, string>>> => {
  const client = new CloudFormationClient();
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (!(error instanceof CloudFormationServiceException) || error.name !== "ValidationError") throw error;
    throw new CliError(
      exitCodes.failed,
      {
        message: `There is no stack ${stackName} in this account and region`,
        description: error.message,
        fix: "Check --stack, AWS_PROFILE and AWS_REGION; deploy the stack first with: npx cdk deploy",
      },
      { cause: error },
    );
  } finally {
    client.destroy();
  }
};
