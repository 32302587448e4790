import { existsSync } from "node:fs";
import { join } from "node:path";
import { devNull } from "node:os";
import * as z from "zod";
import type { FunctionDefinition } from "../functions/environment.ts";
import type { Credentials, Endpoints } from "../services/service.ts";
import { identifyResource, region } from "../template/resource-identity.ts";
import type { Resource } from "../template/template.ts";
import { readProperties } from "./read-properties.ts";

const functionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string().regex(/^[^.]+\.[^.]+$/),
  Runtime: z.string().startsWith("nodejs"),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  LoggingConfig: z.object({ ApplicationLogLevel: z.string().optional() }).default({}),
});

export interface FunctionDefinitionOptions {
  readonly endpoints: Endpoints;
  readonly overrides: Readonly<Record<string, string>>;
  /** Credentials of a function, given its resource and ARN. */
  readonly credentialsOf: (resource: Resource, functionArn: string) => Credentials;
  /** Directory of an asset, by its object key in the template. */
  readonly assetDirectory: (objectKey: string) => string;
}

/** Reads a function from the template and finds its code in the cloud assembly. */
export const functionDefinition = (resource: Resource, options: FunctionDefinitionOptions): FunctionDefinition => {
  const { endpoints } = options;
  const properties = readProperties(functionProperties, resource);
  const { ref: name, attributes } = identifyResource(resource, endpoints);
  const arn = attributes["Arn"] ?? "";
  const taskRoot = options.assetDirectory(properties.Code.S3Key);
  const [fileName = "", handlerName = ""] = properties.Handler.split(".");
  const candidates = [".mjs", ".js", ".cjs"].map((extension) => join(taskRoot, fileName + extension));
  const handlerFile = candidates.find((file) => existsSync(file));
  if (handlerFile === undefined) throw new Error(`${resource.logicalId}: ${taskRoot} has no file ${fileName}.mjs`);
  const logLevel = properties.LoggingConfig.ApplicationLogLevel;
  return {
    logicalId: resource.logicalId,
    name,
    arn,
    handlerFile,
    handlerName,
    timeoutSeconds: properties.Timeout,
    memoryMb: properties.MemorySize,
    environment: functionEnvironment({
      functionName: name,
      memoryMb: properties.MemorySize,
      handler: properties.Handler,
      taskRoot,
      runtime: properties.Runtime,
      declared: {
        ...(logLevel !== undefined && { AWS_LAMBDA_LOG_LEVEL: logLevel }),
        ...properties.Environment.Variables,
      },
      overrides: options.overrides,
      endpoints,
      credentials: options.credentialsOf(resource, arn),
    }),
  };
};

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
  readonly credentials: Credentials;
}

/** The complete environment of a function: nothing of this process, its credentials least of all, leaks into it. */
const functionEnvironment = (options: FunctionEnvironmentOptions): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
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
