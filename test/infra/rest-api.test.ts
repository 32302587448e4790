import { describe, expect, it } from "vitest";
import { gatewayErrors } from "#shared/contract/gateway-errors.ts";
import { resourcesOf, synthTemplate } from "./template.ts";

interface ApiResource {
  readonly ParentId: string;
  readonly PathPart: string;
}

interface Method {
  readonly AuthorizationType: string;
  readonly AuthorizerId?: string;
  readonly HttpMethod: string;
  readonly Integration: { readonly Type: string; readonly Uri: string };
  readonly ResourceId: string;
}

const template = synthTemplate();
const apiResources = resourcesOf<ApiResource>(template, "AWS::ApiGateway::Resource");

const pathOf = (id: string): string => {
  const resource = apiResources.get(id);
  return resource === undefined ? "" : `${pathOf(resource.ParentId)}/${resource.PathPart}`;
};

const describeMethod = (method: Method): string => {
  const lambda = /functions\/(\w+)\/invocations$/.exec(method.Integration.Uri)?.[1] ?? "nothing";
  return `${method.HttpMethod} ${pathOf(method.ResourceId)} ${method.Integration.Type} ${lambda} by ${method.AuthorizerId ?? method.AuthorizationType}`;
};

describe("routes", () => {
  it("has exactly the routes of the contract behind their authorizers", () => {
    const methods = [...resourcesOf<Method>(template, "AWS::ApiGateway::Method").values()];
    expect(methods.map(describeMethod).toSorted()).toEqual([
      "ANY /console AWS_PROXY ConsoleFunction by NONE",
      "ANY /console/{proxy+} AWS_PROXY ConsoleFunction by NONE",
      "ANY /docs AWS_PROXY RoutesApiFunction by NONE",
      "ANY /docs/{proxy+} AWS_PROXY ConsoleFunction by NONE",
      "ANY /v1/events/stream AWS_PROXY ListenFunction by RoutesKeyAuthorizer",
      "ANY /v1/events/{proxy+} AWS_PROXY RoutesApiFunction by RoutesKeyAuthorizer",
      "ANY /v1/ingest/events AWS_PROXY RoutesIngestFunction by RoutesIngestAuthorizer",
      "ANY /v1/ingest/events/documentation AWS_PROXY RoutesApiFunction by NONE",
      "ANY /v1/ingest/events/samples AWS_PROXY RoutesApiFunction by NONE",
      "ANY /v1/openapi.json AWS_PROXY RoutesApiFunction by NONE",
      "ANY /v1/portal/session AWS_PROXY RoutesApiFunction by RoutesPortalAuthorizer",
      "ANY /v1/portal/{proxy+} AWS_PROXY RoutesApiFunction by RoutesPortalAuthorizer",
      "ANY /v1/webhooks AWS_PROXY RoutesApiFunction by RoutesKeyAuthorizer",
      "ANY /v1/webhooks/events/documentation AWS_PROXY RoutesApiFunction by NONE",
      "ANY /v1/webhooks/events/samples AWS_PROXY RoutesApiFunction by NONE",
      "ANY /v1/webhooks/{proxy+} AWS_PROXY RoutesApiFunction by RoutesKeyAuthorizer",
      "ANY /v1/{proxy+} AWS_PROXY RoutesApiFunction by RoutesKeyAuthorizer",
      "POST /v1/portal/session AWS_PROXY RoutesApiFunction by NONE",
    ]);
  });

  it("caches the key's customer for a minute, and nothing where the key may come in either of two headers", () => {
    expect(template.Resources["RoutesKeyAuthorizer"]?.Properties).toMatchObject({
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: "method.request.header.Authorization",
      Type: "TOKEN",
    });
    const ingest = template.Resources["RoutesIngestAuthorizer"]?.Properties;
    expect(ingest).toMatchObject({ AuthorizerResultTtlInSeconds: 0, Type: "REQUEST" });
    expect(ingest).not.toHaveProperty("IdentitySource");
  });

  it("asks the function about every request of the portal, whose denial opens no dialog, and keeps no answer", () => {
    const portal = template.Resources["RoutesPortalAuthorizer"]?.Properties;
    expect(portal).toMatchObject({ AuthorizerResultTtlInSeconds: 0, Type: "REQUEST" });
    expect(portal).not.toHaveProperty("IdentitySource");
  });

  it("logs of each request whose key or portal link it came with, and nothing of its headers", () => {
    const [stage] = resourcesOf(template, "AWS::ApiGateway::Stage").values();
    const { Format = "{}" } = (stage?.["AccessLogSetting"] ?? {}) as { readonly Format?: string };
    expect(JSON.parse(Format)).toMatchObject({
      customerId: "$context.authorizer.customerId",
      keyId: "$context.authorizer.keyId",
      portalLinkId: "$context.authorizer.portalLinkId",
    });
    expect(Format).not.toContain("header");
  });

  it("passes every body through untouched", () => {
    expect(template.Resources["RestApi"]?.Properties).toMatchObject({
      BinaryMediaTypes: ["*/*"],
      EndpointConfiguration: { Types: ["REGIONAL"] },
    });
    expect(template.Resources["RestApi"]?.Properties).not.toHaveProperty("MinimumCompressionSize");
  });

  it("has one invoke permission for each function and authorizer", () => {
    const permissions = [...resourcesOf(template, "AWS::Lambda::Permission").values()];
    expect(permissions.map((permission) => String(permission["FunctionName"])).toSorted()).toEqual([
      "ConsoleFunction",
      "ListenFunction",
      "RoutesApiFunction",
      "RoutesAuthorizeFunction",
      "RoutesAuthorizeFunction",
      "RoutesAuthorizeFunction",
      "RoutesIngestFunction",
    ]);
  });
});

describe("stage", () => {
  const stage = [...resourcesOf(template, "AWS::ApiGateway::Stage").values()][0] ?? {};

  it("is named api, so that paths read /api/v1", () => {
    expect(stage["StageName"]).toBe("api");
    expect(template.Outputs["ApiUrl"]?.Value).toBe("https://RestApi.execute-api.us-east-1.amazonaws.com/api/v1");
  });

  it("throttles, and logs errors without headers or bodies", () => {
    expect(stage["MethodSettings"]).toEqual([
      {
        DataTraceEnabled: false,
        HttpMethod: "*",
        LoggingLevel: "ERROR",
        ResourcePath: "/*",
        ThrottlingBurstLimit: 500,
        ThrottlingRateLimit: 1_000,
      },
    ]);
  });

  it("writes access logs as JSON that never holds a header or a query", () => {
    const { DestinationArn, Format } = stage["AccessLogSetting"] as Readonly<Record<string, string>>;
    expect(DestinationArn).toMatch(/:log-group:RestApiAccessLogs$/);
    expect(template.Resources["RestApiAccessLogs"]?.Properties["RetentionInDays"]).toBe(30);
    expect(JSON.parse(Format ?? "")).toHaveProperty("requestId", "$context.requestId");
    expect(Format).not.toMatch(/header|authorization\b|querystring|input/i);
  });

  it("comes after the account's log role, which outlives the stack", () => {
    expect(template.Resources["RestApiDeploymentStageapi"]?.DependsOn).toEqual(["RestApiAccount"]);
    expect(template.Resources["RestApiAccount"]?.DeletionPolicy).toBe("Retain");
    expect(template.Resources["RestApiCloudWatchRole"]?.DeletionPolicy).toBe("Retain");
    const without = synthTemplate({ createApiLogRole: false });
    expect(resourcesOf(without, "AWS::ApiGateway::Account").size).toBe(0);
  });
});

describe("gateway responses", () => {
  const responses = [...resourcesOf(template, "AWS::ApiGateway::GatewayResponse").values()];

  it("has one for each entry of the contract", () => {
    expect(responses.map(({ ResponseType }) => String(ResponseType)).toSorted()).toEqual(
      Object.keys(gatewayErrors).toSorted(),
    );
  });

  it.each(Object.entries(gatewayErrors))("answers %s in the error envelope", (type, error) => {
    const response = responses.find(({ ResponseType }) => ResponseType === type);
    expect(response?.["StatusCode"]).toBe(error.statusCode === undefined ? undefined : String(error.statusCode));
    const templates = response?.["ResponseTemplates"] as Readonly<Record<string, string>>;
    expect(Object.keys(templates)).toEqual(["application/json"]);
    const text = templates["application/json"] ?? "";
    const { message, description, code } = error;
    expect(JSON.parse(text)).toEqual({ errors: [{ message, description, code }] });
    expect(response?.["ResponseParameters"]).toMatchObject({
      "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
    });
    // API Gateway would read these as the start of a variable or a directive.
    expect(text).not.toMatch(/[$#]/);
  });
});

describe("base URL", () => {
  const baseUrlOf = (of: typeof template) => {
    const environment = of.Resources["RoutesApiFunction"]?.Properties["Environment"];
    return (environment as { readonly Variables: Readonly<Record<string, string>> }).Variables["API_BASE_URL"];
  };

  it("is the stage's own by default", () => {
    expect(baseUrlOf(template)).toBe("https://RestApi.execute-api.us-east-1.amazonaws.com/api");
  });

  it("can be that of a domain that an operator has made", () => {
    const custom = synthTemplate({ publicBaseUrl: "https://webhooks.example.com/api" });
    expect(baseUrlOf(custom)).toBe("https://webhooks.example.com/api");
    expect(custom.Outputs["ApiUrl"]?.Value).toBe("https://webhooks.example.com/api/v1");
    expect(resourcesOf(custom, "AWS::ApiGateway::DomainName").size).toBe(0);
  });
});

describe("domain", () => {
  const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/0a1b2c3d";
  const settings = { certificateArn, domainName: "webhooks.example.com" };
  const custom = synthTemplate(settings);

  it("leads to the stage by a base path of its name, so that paths stay the same", () => {
    expect([...resourcesOf(custom, "AWS::ApiGateway::BasePathMapping").values()]).toEqual([
      { BasePath: "api", DomainName: "Domain", RestApiId: "RestApi", Stage: "RestApiDeploymentStageapi" },
    ]);
    expect(custom.Outputs["ApiUrl"]?.Value).toBe("https://webhooks.example.com/api/v1");
  });

  it("takes TLS 1.2 or newer, with the operator's certificate", () => {
    expect([...resourcesOf(custom, "AWS::ApiGateway::DomainName").values()]).toEqual([
      {
        DomainName: "webhooks.example.com",
        EndpointConfiguration: { Types: ["REGIONAL"] },
        RegionalCertificateArn: certificateArn,
        SecurityPolicy: "TLS_1_2",
      },
    ]);
  });

  it("names what it must point at, and points there itself where the zone is given", () => {
    expect(custom.Outputs["ApiDomainTarget"]?.Value).toBe("Domain.RegionalDomainName");
    expect(resourcesOf(custom, "AWS::Route53::RecordSet").size).toBe(0);
    const inZone = synthTemplate({ ...settings, hostedZoneId: "Z0123456789ABC" });
    expect([...resourcesOf(inZone, "AWS::Route53::RecordSet").values()]).toEqual([
      {
        AliasTarget: {
          DNSName: "Domain.RegionalDomainName",
          HostedZoneId: "Domain.RegionalHostedZoneId",
        },
        HostedZoneId: "Z0123456789ABC",
        Name: "webhooks.example.com.",
        Type: "A",
      },
    ]);
  });
});
