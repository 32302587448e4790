import type { Runtime } from "../start-runtime.ts";
import { startFixture } from "./fixture-stack.ts";

/** Answers with the event that it got. */
const echo = `export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });`;

/** Allows "good", denies "denied", refuses "unknown", and breaks for all else. */
const authorize = `
  export const handler = async (event) => {
    const token = event.authorizationToken ?? event.headers.Authorization ?? event.headers.authorization;
    console.log(JSON.stringify({ asked: event.type, token }));
    if (token === "unknown") throw new Error("Unauthorized");
    if (token === "malformed") return { principalId: "x", policyDocument: "all" };
    if (token !== "good" && token !== "denied") throw new Error("broken");
    const Effect = token === "good" ? "Allow" : "Deny";
    const Resource = event.methodArn.replace(/\\/api\\/.*/, "/api/*");
    return {
      principalId: "user",
      policyDocument: { Version: "2012-10-17", Statement: [{ Effect, Action: "execute-api:Invoke", Resource }] },
      context: { customerId: 7, grants: "a,b", admin: false },
    };
  };`;

const uriOf = (name: string) => ({
  "Fn::Join": [
    "",
    ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", { "Fn::GetAtt": [name, "Arn"] }, "/invocations"],
  ],
});
const method = (
  resource: object,
  HttpMethod: string,
  { target = "Echo", authorizer }: { target?: string; authorizer?: string } = {},
) => ({
  Type: "AWS::ApiGateway::Method",
  Properties: {
    ResourceId: resource,
    HttpMethod,
    Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: uriOf(target) },
    ...(authorizer === undefined
      ? { AuthorizationType: "NONE" }
      : { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: authorizer } }),
  },
});
const part = (parent: object, PathPart: string) => ({
  Type: "AWS::ApiGateway::Resource",
  Properties: { RestApiId: { Ref: "Api" }, ParentId: parent, PathPart },
});
const root = { "Fn::GetAtt": ["Api", "RootResourceId"] };

const resources = {
  Api: { Type: "AWS::ApiGateway::RestApi", Properties: { BinaryMediaTypes: ["application/octet-stream"] } },
  Stage: { Type: "AWS::ApiGateway::Stage", Properties: { StageName: "api" } },
  V1: part(root, "v1"),
  Proxy: part({ Ref: "V1" }, "{proxy+}"),
  Public: part({ Ref: "V1" }, "public"),
  Custom: part({ Ref: "V1" }, "custom"),
  Ingest: part({ Ref: "V1" }, "ingest"),
  ProxyAny: method({ Ref: "Proxy" }, "ANY", { authorizer: "TokenAuthorizer" }),
  PublicGet: method({ Ref: "Public" }, "GET"),
  CustomPost: method({ Ref: "Custom" }, "POST", { target: "Custom1" }),
  IngestPost: method({ Ref: "Ingest" }, "POST", { authorizer: "RequestAuthorizer" }),
  TokenAuthorizer: {
    Type: "AWS::ApiGateway::Authorizer",
    Properties: {
      Type: "TOKEN",
      AuthorizerUri: uriOf("Authorize"),
      IdentitySource: "method.request.header.Authorization",
      AuthorizerResultTtlInSeconds: 60,
    },
  },
  RequestAuthorizer: {
    Type: "AWS::ApiGateway::Authorizer",
    Properties: { Type: "REQUEST", AuthorizerUri: uriOf("Authorize"), AuthorizerResultTtlInSeconds: 0 },
  },
  Unauthorized: {
    Type: "AWS::ApiGateway::GatewayResponse",
    Properties: {
      ResponseType: "UNAUTHORIZED",
      StatusCode: "401",
      ResponseTemplates: { "application/json": '{"errors":[{"message":$context.error.messageString}]}' },
    },
  },
};

/** Answers with the answer that its request's body describes. */
const custom = `
  export const handler = async ({ body }) => {
    const wanted = JSON.parse(body);
    if (wanted.throws) throw new Error("no");
    return wanted.answer;
  };`;

/** Starts a REST API with a public route, routes behind each kind of authorizer, and a gateway response of its own. */
export const startGatewayStack = () =>
  startFixture({
    functions: { Echo: { code: echo }, Authorize: { code: authorize }, Custom1: { code: custom } },
    resources,
  });

interface CallInit extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request to a path below the stage. */
export const call = async ({ apiUrl }: Runtime, path: string, init: CallInit = {}) => {
  const response = await fetch(apiUrl + path, init);
  const text = await response.text();
  const isJson = text.startsWith("{");
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (isJson ? JSON.parse(text) : undefined) as Readonly<Record<string, never>>,
  };
};
/** Adds an API key to a request. */
export const withKey = (key: string, init: CallInit = {}): CallInit => ({
  ...init,
  headers: { ...init.headers, Authorization: key },
});
