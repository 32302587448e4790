import { Aws, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseType,
  RestApi as ApiGatewayRestApi,
} from "aws-cdk-lib/aws-apigateway";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { apiStage } from "#shared/contract/api-paths.ts";
import { gatewayErrors } from "#shared/contract/gateway-errors.ts";

export interface RestApiProps {
  /** Whether a 401 asks for HTTP Basic authentication, which SNS waits for before it sends the key of a URL. */
  readonly asksForKey: boolean;
  /** Whether the stack sets the account's role with which API Gateway writes logs. */
  readonly createLogRole: boolean;
  /**
   * Base URL that links carry, when the API has a domain of its own.
   * @default the URL that API Gateway gives the stage
   */
  readonly publicBaseUrl?: string | undefined;
  /** Requests that the stage admits at once. */
  readonly throttleBurst: number;
  /** Requests that the stage admits each second. */
  readonly throttleRequestsPerSecond: number;
}

/** The REST API without its routes: stage, logs, throttling and the errors that API Gateway answers by itself. */
export class RestApi extends Construct {
  readonly accessLogs: LogGroup;
  readonly api: ApiGatewayRestApi;
  /** URL up to and including the stage. */
  readonly baseUrl: string;

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    const { createLogRole, publicBaseUrl } = props;
    this.accessLogs = new LogGroup(this, "AccessLogs", { removalPolicy: RemovalPolicy.DESTROY });
    this.api = new ApiGatewayRestApi(this, "Api", {
      restApiName: Stack.of(this).stackName,
      description: "Tidepost: webhooks, API keys, batches and event ingestion",
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      // Bodies may be gzip under any content type. Listing every type makes API Gateway pass them as base64, untouched.
      binaryMediaTypes: ["*/*"],
      cloudWatchRole: createLogRole,
      // Deleting the account's role would stop the logs of every other API in the region.
      ...(createLogRole ? { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN } : {}),
      deployOptions: {
        stageName: apiStage,
        throttlingBurstLimit: props.throttleBurst,
        throttlingRateLimit: props.throttleRequestsPerSecond,
        // Execution logs at ERROR without data trace hold neither headers nor bodies.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(this.accessLogs),
        accessLogFormat,
      },
    });
    // The stack has an output of its own for the URL.
    this.api.node.tryRemoveChild("Endpoint");
    this.baseUrl =
      publicBaseUrl ?? `https://${this.api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${apiStage}`;

    for (const [type, { statusCode, message, description, code }] of Object.entries(gatewayErrors)) {
      this.api.addGatewayResponse(type, {
        type: ResponseType.of(type),
        ...(statusCode === undefined ? {} : { statusCode: String(statusCode) }),
        responseHeaders: {
          "X-Content-Type-Options": "'nosniff'",
          ...(type === "UNAUTHORIZED" ? challengeFor(props) : {}),
        },
        templates: { "application/json": JSON.stringify({ errors: [{ message, description, code }] }) },
      });
    }
    this.#acknowledgeRules();
  }

  #acknowledgeRules(): void {
    const validations = Validations.of(this);
    validations.acknowledge({
      id: "AwsSolutions-APIG2",
      reason: "Each function checks its input against its schema and answers in the contract's error envelope.",
    });
    validations.acknowledge({
      id: "AwsSolutions-APIG3",
      reason:
        "Every route but the static documentation needs an API key, and the stage throttles. An operator may add a web ACL.",
    });
    validations.acknowledge({
      id: "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
      reason: "The role serves every API of the account in the region; AWS's policy is the one made for it.",
    });
  }
}

/** Browsers answer Basic with a dialog of their own, which the console's users would see: only what waits for it gets it. */
const challengeFor = ({ asksForKey }: RestApiProps) => ({
  "WWW-Authenticate": `'${asksForKey ? "Basic" : "ApiKey"} realm="tidepost"'`,
});

// Facts about the request, none of its headers or query: the Authorization header is a secret.
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    extendedRequestId: AccessLogField.contextExtendedRequestId(),
    requestTimeMs: AccessLogField.contextRequestTimeEpoch(),
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    customerId: AccessLogField.contextAuthorizer("customerId"),
    keyId: AccessLogField.contextAuthorizer("keyId"),
    portalLinkId: AccessLogField.contextAuthorizer("portalLinkId"),
    method: AccessLogField.contextHttpMethod(),
    path: AccessLogField.contextPath(),
    resource: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    gatewayError: AccessLogField.contextErrorResponseType(),
    integrationError: AccessLogField.contextIntegrationErrorMessage(),
    responseBytes: AccessLogField.contextResponseLength(),
    latencyMs: AccessLogField.contextResponseLatency(),
    integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
  }),
);
