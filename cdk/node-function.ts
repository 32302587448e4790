import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  SystemLogLevel,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionEnv, FunctionName } from "#shared/contract/env.ts";
import { ownNamespace } from "./stack-metrics.ts";
import { allowNetworkInterfaces, type StaticEgress } from "./static-egress.ts";
import { functionCodeOf } from "./function-code.ts";

export interface NodeFunctionProps<Name extends FunctionName> {
  /** What the function does, for the Lambda console. */
  readonly description: string;
  /**
   * Network that the function's calls leave by.
   * @default none: the function is in no network of the account's
   */
  readonly egress?: StaticEgress | undefined;
  /** Variables of the function: its schema in `shared/contract/env.ts` decides which. */
  readonly environment: FunctionEnv<Name>;
  /** Memory, and with it the share of a vCPU: 1,769 MB is one. */
  readonly memoryMb: number;
  /** Time-out of one invocation. */
  readonly timeoutSeconds: number;
  /**
   * What Lambda does when it sees the function invoke itself through a queue.
   * @default Lambda's own: the chain ends after 16 rounds
   */
  readonly recursiveLoop?: RecursiveLoop;
  /**
   * Concurrent executions set aside for the function.
   * @default none: it shares the account's
   */
  readonly reservedConcurrency?: number | undefined;
}

/** Creates the function of `lambdas/<name>/index.ts` with the defaults that every function has. */
export const nodeFunction = <Name extends FunctionName>(
  scope: Construct,
  name: Name,
  props: NodeFunctionProps<Name>,
): LambdaFunction => {
  const logGroup = new LogGroup(scope, "Logs", { removalPolicy: RemovalPolicy.DESTROY });
  // A role of its own without AWSLambdaBasicExecutionRole, which may write to every log group of the account.
  const role = new Role(scope, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  logGroup.grantWrite(role);

  const lambda = new LambdaFunction(scope, "Function", {
    description: `Tidepost ${name}: ${props.description}`,
    code: functionCodeOf(scope, name),
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memoryMb,
    timeout: Duration.seconds(props.timeoutSeconds),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    applicationLogLevelV2: ApplicationLogLevel.INFO,
    systemLogLevelV2: SystemLogLevel.WARN,
    environment: {
      NODE_OPTIONS: "--enable-source-maps",
      // Host names are looked up on libuv's threads; with the default of 4 a few dead names hold up all others.
      UV_THREADPOOL_SIZE: "16",
      POWERTOOLS_METRICS_NAMESPACE: ownNamespace,
      ...toVariables(props.environment),
    },
    ...props.egress?.functionOptions(),
    ...(props.recursiveLoop === undefined ? {} : { recursiveLoop: props.recursiveLoop }),
    ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
  });
  if (props.egress !== undefined) allowNetworkInterfaces(lambda);
  acknowledgeFunctionRules(lambda);
  return lambda;
};

/** Adds a statement of exact actions on exact resources to the function's role. */
export const allow = (lambda: LambdaFunction, actions: readonly string[], resources: readonly string[]): void => {
  lambda.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
};

// The types allow what the schemas coerce, such as numbers; CloudFormation takes text only.
const toVariables = (environment: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      if (typeof value !== "string") throw new TypeError(`The variable ${name} must be text.`);
      return [name, value];
    }),
  );

const acknowledgeFunctionRules = (lambda: LambdaFunction): void => {
  Validations.of(lambda).acknowledge({
    id: "Serverless-LambdaDLQ",
    reason: "Nothing invokes the function asynchronously: API Gateway and the mappings call it and see its failures.",
  });
};
