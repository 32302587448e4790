import * as z from "zod";
import { readProperties } from "../resources/read-properties.ts";
import type { Resource } from "../template/template.ts";

/** What API Gateway answers by itself, with AWS's status codes and texts. */
const builtIn = {
  ACCESS_DENIED: { statusCode: 403, message: "User is not authorized to access this resource" },
  API_CONFIGURATION_ERROR: { statusCode: 500, message: "Internal server error" },
  AUTHORIZER_CONFIGURATION_ERROR: { statusCode: 500, message: "Internal server error" },
  AUTHORIZER_FAILURE: { statusCode: 500, message: "Internal server error" },
  BAD_REQUEST_PARAMETERS: { statusCode: 400, message: "Bad Request" },
  INTEGRATION_TIMEOUT: { statusCode: 504, message: "Endpoint request timed out" },
  /** A function that failed or gave an answer of the wrong form; the template knows it as DEFAULT_5XX. */
  MALFORMED_ANSWER: { statusCode: 502, message: "Internal server error" },
  MISSING_AUTHENTICATION_TOKEN: { statusCode: 403, message: "Missing Authentication Token" },
  REQUEST_TOO_LARGE: { statusCode: 413, message: "Request Too Long" },
  UNAUTHORIZED: { statusCode: 401, message: "Unauthorized" },
} as const;

export type GatewayResponseType = keyof typeof builtIn;

/** A `AWS::ApiGateway::GatewayResponse` of the template. */
export interface DeclaredGatewayResponse {
  readonly responseType: string;
  readonly statusCode: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: string | undefined;
}

const properties = z.object({
  ResponseType: z.string(),
  StatusCode: z.coerce.number().optional(),
  ResponseParameters: z.record(z.string(), z.string()).default({}),
  ResponseTemplates: z.record(z.string(), z.string()).default({}),
});

const headerParameter = "gatewayresponse.header.";

/** Reads a gateway response from the template. Headers may only have literal values. */
export const declaredGatewayResponse = (resource: Resource): DeclaredGatewayResponse => {
  const declared = readProperties(properties, resource);
  const headers = Object.entries(declared.ResponseParameters).map(([parameter, value]) => {
    const literal = /^'(.*)'$/.exec(value)?.[1];
    if (!parameter.startsWith(headerParameter) || literal === undefined) {
      throw new Error(`${resource.logicalId}: ${parameter} = ${value} is not supported locally`);
    }
    return [parameter.slice(headerParameter.length), literal] as const;
  });
  return {
    responseType: declared.ResponseType,
    statusCode: declared.StatusCode,
    headers: Object.fromEntries(headers),
    template: declared.ResponseTemplates["application/json"],
  };
};

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | Buffer;
}

interface GatewayAnswerOptions {
  readonly type: GatewayResponseType;
  readonly requestId: string;
}

/** Builds the answer of one kind: the template's own, else its default for the class, else AWS's. */
export const gatewayAnswer = (
  declared: readonly DeclaredGatewayResponse[],
  { type, requestId }: GatewayAnswerOptions,
): HttpAnswer => {
  const { statusCode, message } = builtIn[type];
  const fallback = statusCode < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  const response =
    declared.find(({ responseType }) => responseType === type) ??
    declared.find(({ responseType }) => responseType === fallback);
  const context: Readonly<Record<string, string>> = {
    "$context.error.message": message,
    "$context.error.messageString": JSON.stringify(message),
    "$context.error.responseType": type,
    "$context.requestId": requestId,
  };
  const body = (response?.template ?? '{"message":$context.error.messageString}').replaceAll(
    /\$context\.[A-Za-z.]+/g,
    (variable) => context[variable] ?? "",
  );
  const headers = Object.entries(response?.headers ?? {});
  const hasContentType = headers.some(([name]) => name.toLowerCase() === "content-type");
  return {
    statusCode: response?.statusCode ?? statusCode,
    headers: [...(hasContentType ? [] : [["Content-Type", "application/json"] as const]), ...headers],
    body,
  };
};
