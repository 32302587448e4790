import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { FunctionDefinition } from "../functions/environment.ts";
import { functionEnvironment } from "../functions/function-environment.ts";
import type { Endpoints } from "../services/service.ts";
import { identifyResource } from "../template/resource-identity.ts";
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
  /** Directory of an asset, by its object key in the template. */
  readonly assetDirectory: (objectKey: string) => string;
}

/** Reads a function from the template and finds its code in the cloud assembly. */
export const functionDefinition = (resource: Resource, options: FunctionDefinitionOptions): FunctionDefinition => {
  const { endpoints } = options;
  const properties = readProperties(functionProperties, resource);
  const { ref: name, attributes } = identifyResource(resource, endpoints);
  const taskRoot = options.assetDirectory(properties.Code.S3Key);
  const [fileName = "", handlerName = ""] = properties.Handler.split(".");
  const candidates = [".mjs", ".js", ".cjs"].map((extension) => join(taskRoot, fileName + extension));
  const handlerFile = candidates.find((file) => existsSync(file));
  if (handlerFile === undefined) throw new Error(`${resource.logicalId}: ${taskRoot} has no file ${fileName}.mjs`);
  const logLevel = properties.LoggingConfig.ApplicationLogLevel;
  return {
    logicalId: resource.logicalId,
    name,
    arn: attributes["Arn"] ?? "",
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
    }),
  };
};
