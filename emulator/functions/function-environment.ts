import { devNull } from "node:os";
import { region } from "../template/resource-identity.ts";
import type { Endpoints } from "../services/service.ts";

interface FunctionEnvironmentOptions {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly handler: string;
  readonly taskRoot: string;
  readonly runtime: string;
  /** Variables of the template. */
  readonly declared: Readonly<Record<string, string>>;
  /** Local values that win over the template's. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly endpoints: Endpoints;
}

/** The complete environment of a function: nothing of this process, its credentials least of all, leaks into it. */
export const functionEnvironment = (options: FunctionEnvironmentOptions): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: options.endpoints.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: options.endpoints.credentials.secretAccessKey,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // Keeps the SDK away from the profiles of whoever runs this and from the instance metadata service.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_ENDPOINT_URL_DYNAMODB: options.endpoints.dynamodb,
  AWS_ENDPOINT_URL_KINESIS: options.endpoints.kinesis,
  AWS_ENDPOINT_URL_S3: options.endpoints.s3,
  AWS_ENDPOINT_URL_SNS: options.endpoints.sns,
  AWS_ENDPOINT_URL_SQS: options.endpoints.sqs,
  AWS_EXECUTION_ENV: `AWS_Lambda_${options.runtime}`,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb),
  AWS_LAMBDA_FUNCTION_NAME: options.functionName,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${options.functionName}`,
  LAMBDA_TASK_ROOT: options.taskRoot,
  LANG: "en_US.UTF-8",
  TZ: ":UTC",
  _HANDLER: options.handler,
  ...options.declared,
  ...options.overrides,
});
