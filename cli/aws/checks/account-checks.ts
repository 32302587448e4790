import { CloudFormationClient, DescribeStacksCommand, type Stack } from "@aws-sdk/client-cloudformation";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Check } from "../../doctor-checks.ts";
import { type AwsConfig, type Finding, runCheck } from "./run-check.ts";

/** The oldest bootstrap that the stack's template deploys with. */
const minBootstrapVersion = 6;
const bootstrapStack = "CDKToolkit";

/** Whose credentials the environment has, and for which region. */
export const credentialsCheck = async (config: AwsConfig): Promise<Check> =>
  await runCheck("credentials", async () => {
    const client = new STSClient(config);
    try {
      const { Arn = "" } = await client.send(new GetCallerIdentityCommand({}));
      return { state: "ok", detail: `${Arn} in ${await client.config.region()}` };
    } finally {
      client.destroy();
    }
  });

/** Whether the account and region are prepared for the CDK, which only deployments need. */
export const bootstrapCheck = async (config: AwsConfig): Promise<Check> =>
  await runCheck("bootstrap", async () => {
    const stack = await findStack(config, bootstrapStack);
    const version = Number(outputsOf(stack)["BootstrapVersion"]);
    const fix = "To deploy from here: npx cdk bootstrap";
    if (stack === undefined) return { state: "warning", detail: `there is no stack ${bootstrapStack}`, fix };
    if (!(version >= minBootstrapVersion)) {
      return { state: "warning", detail: `version ${version}, ${minBootstrapVersion} or later is needed`, fix };
    }
    return { state: "ok", detail: `version ${version}` };
  });

/** Executions that the stack may take at once by default, and some for the API, the stream and other systems. */
const enoughExecutions = 200;

/** Whether functions may run as often at once as the stack needs: a new account has ten executions for everything. */
export const quotaCheck = async (config: AwsConfig): Promise<Check> =>
  await runCheck("executions", async () => {
    const client = new LambdaClient(config);
    try {
      const { AccountLimit: { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = {} } = await client.send(
        new GetAccountSettingsCommand({}),
      );
      const detail = `${ConcurrentExecutions} at once in the account, ${UnreservedConcurrentExecutions} not reserved`;
      if (UnreservedConcurrentExecutions >= enoughExecutions) return { state: "ok", detail };
      const fix =
        "Ask for more: aws service-quotas request-service-quota-increase --service-code lambda " +
        "--quota-code L-B99A9384 --desired-value 1000";
      return { state: "warning", detail: `${detail}; the stack may take 154 for delivery alone`, fix };
    } finally {
      client.destroy();
    }
  });

/** How the last deployment of the stack ended; with the stack's outputs, unless there is no stack. */
export const stackCheck = async (
  config: AwsConfig,
  stackName: string,
): Promise<{ readonly check: Check; readonly outputs: Readonly<Record<string, string>> }> => {
  let outputs: Readonly<Record<string, string>> = {};
  const check = await runCheck("stack", async () => {
    const stack = await findStack(config, stackName);
    outputs = outputsOf(stack);
    return stackFinding(stackName, stack, outputs);
  });
  return { check, outputs };
};

/** Outputs that the further checks need: an older deployment may not have them. */
const neededOutputs = ["ApiUrl", "BucketName", "DeliverFunctionName", "StreamMappingId", "WebhooksTableName"];

const stackFinding = (
  stackName: string,
  stack: Stack | undefined,
  outputs: Readonly<Record<string, string>>,
): Finding => {
  const fix = `Deploy it: npx cdk deploy -c stackName=${stackName}`;
  if (stack === undefined) {
    return {
      state: "failed",
      detail: `there is no stack ${stackName} in this account and region`,
      fix: "Check --stack, AWS_PROFILE and AWS_REGION; or deploy it: npx cdk deploy",
    };
  }
  const { StackStatus: status = "", StackStatusReason: reason = "" } = stack;
  const detail = `${stackName} is ${status}${reason === "" ? "" : `: ${reason}`}`;
  const missing = neededOutputs.filter((name) => outputs[name] === undefined);
  if (missing.length > 0)
    return { state: "failed", detail: `${detail}, without the outputs ${missing.join(", ")}`, fix };
  if (status.endsWith("_IN_PROGRESS")) return { state: "warning", detail, fix: "Wait until the deployment has ended." };
  if (status === "UPDATE_ROLLBACK_COMPLETE") {
    return { state: "warning", detail: `${detail}, so that the version before runs`, fix };
  }
  return /^(CREATE|IMPORT|UPDATE)_COMPLETE$/.test(status)
    ? { state: "ok", detail }
    : { state: "failed", detail, fix: `See why: aws cloudformation describe-stack-events --stack-name ${stackName}` };
};

const outputsOf = (stack: Stack | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));

const findStack = async (config: AwsConfig, StackName: string): Promise<Stack | undefined> => {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0];
  } catch (error) {
    const isMissing = error instanceof Error && error.name === "ValidationError" && error.message.includes("not exist");
    if (isMissing) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};
