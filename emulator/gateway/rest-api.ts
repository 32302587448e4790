import * as z from "zod";
import type { FunctionPool } from "../functions/function-pool.ts";
import { readProperties, unsupported } from "../resources/read-properties.ts";
import { rootResourceId } from "../template/resource-identity.ts";
import type { Resource } from "../template/template.ts";
import { type Authorizer, createAuthorizer } from "./authorizer.ts";
import { type DeclaredGatewayResponse, declaredGatewayResponse } from "./gateway-responses.ts";
import type { ApiFacts } from "./lambda-proxy.ts";
import type { RouteTarget } from "./routes.ts";

/** A method: who may call it and what answers. */
export interface MethodIntegration {
  readonly authorizer: Authorizer | undefined;
  readonly target: FunctionPool;
}

/** The REST API of a template. */
export interface RestApi {
  readonly facts: ApiFacts;
  readonly routes: readonly RouteTarget<MethodIntegration>[];
  readonly gatewayResponses: readonly DeclaredGatewayResponse[];
}

const restApiProperties = z.object({ BinaryMediaTypes: z.array(z.string()).default([]) });
const resourceProperties = z.object({ ParentId: z.string(), PathPart: z.string() });
const stageProperties = z.object({ StageName: z.string() });
const methodProperties = z.object({
  ResourceId: z.string(),
  HttpMethod: z.string(),
  AuthorizationType: z.enum(["NONE", "CUSTOM"]).default("NONE"),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: z.literal(false).default(false),
  RequestValidatorId: unsupported("request validation is"),
  Integration: z.object({ Type: z.literal("AWS_PROXY"), Uri: z.string() }),
});
const authorizerProperties = z.object({
  Type: z.enum(["TOKEN", "REQUEST"]),
  AuthorizerUri: z.string(),
  AuthorizerResultTtlInSeconds: z.coerce.number().default(300),
  IdentitySource: z.string().optional(),
  IdentityValidationExpression: z.string().optional(),
});

const ofType = (resources: readonly Resource[], type: string): readonly Resource[] =>
  resources.filter((resource) => resource.type === type);

const only = (resources: readonly Resource[], type: string): Resource => {
  const [first, ...others] = ofType(resources, type);
  if (first !== undefined && others.length === 0) return first;
  throw new Error(`The local runtime needs exactly one ${type} in the template`);
};

interface RestApiOptions {
  readonly resources: readonly Resource[];
  readonly functions: readonly FunctionPool[];
}

/** Reads the REST API with its resources, methods, authorizers and gateway responses. */
export const readRestApi = ({ resources, functions }: RestApiOptions): RestApi => {
  const restApi = only(resources, "AWS::ApiGateway::RestApi");
  const { BinaryMediaTypes } = readProperties(restApiProperties, restApi);
  const { StageName } = readProperties(stageProperties, only(resources, "AWS::ApiGateway::Stage"));
  const facts: ApiFacts = {
    apiId: restApi.logicalId.toLowerCase(),
    stage: StageName,
    binaryMediaTypes: BinaryMediaTypes,
  };

  const invoked = (uri: string): FunctionPool => {
    const arn = /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
    const target = functions.find(({ definition }) => definition.arn === arn);
    if (target === undefined) throw new Error(`The API calls an unknown function: ${uri}`);
    return target;
  };

  const authorizers = new Map(
    ofType(resources, "AWS::ApiGateway::Authorizer").map((resource) => {
      const properties = readProperties(authorizerProperties, resource);
      const authorizer = createAuthorizer({
        type: properties.Type,
        target: invoked(properties.AuthorizerUri),
        ttlSeconds: properties.AuthorizerResultTtlInSeconds,
        identitySources: (properties.IdentitySource ?? "").split(",").filter((source) => source.trim() !== ""),
        validation: properties.IdentityValidationExpression,
      });
      return [resource.logicalId, authorizer] as const;
    }),
  );

  const parts = new Map(
    ofType(resources, "AWS::ApiGateway::Resource").map(
      (resource) => [resource.logicalId, readProperties(resourceProperties, resource)] as const,
    ),
  );
  const pathOf = (id: string): string => {
    if (id === rootResourceId(restApi.logicalId)) return "";
    const part = parts.get(id);
    if (part === undefined) throw new Error(`The template has no API resource ${id}`);
    return `${pathOf(part.ParentId)}/${part.PathPart}`;
  };

  const routes = new Map<string, Map<string, MethodIntegration>>();
  for (const resource of ofType(resources, "AWS::ApiGateway::Method")) {
    const method = readProperties(methodProperties, resource);
    const authorizer = authorizers.get(method.AuthorizerId ?? "");
    if (method.AuthorizationType === "CUSTOM" && authorizer === undefined) {
      throw new Error(`${resource.logicalId} names no authorizer of the template`);
    }
    const path = pathOf(method.ResourceId) || "/";
    const methods = routes.get(path) ?? new Map<string, MethodIntegration>();
    methods.set(method.HttpMethod, { authorizer, target: invoked(method.Integration.Uri) });
    routes.set(path, methods);
  }

  return {
    facts,
    routes: [...routes].map(([resource, methods]) => ({ resource, methods })),
    gatewayResponses: ofType(resources, "AWS::ApiGateway::GatewayResponse").map(declaredGatewayResponse),
  };
};
