import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CliError, exitCodes } from "../cli-error.ts";

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
