import type { APIGatewayProxyEvent, Context, KinesisStreamEvent, SQSEvent } from "aws-lambda";
import { portalPath, portalSessionPath } from "#shared/contract/api-paths.ts";
import type { Caller } from "#shared/api-key.ts";

/** A Lambda context without the callbacks, which Node 24 functions do not have. */
export const lambdaContext = (): Context =>
  ({
    callbackWaitsForEmptyEventLoop: false,
    functionName: "test",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:test",
    memoryLimitInMB: "512",
    awsRequestId: crypto.randomUUID(),
    logGroupName: "test",
    logStreamName: "test",
    getRemainingTimeInMillis: () => 60_000,
  }) as Context;

/** An SQS event with one message a body, received for the first time or so many times; message ids are `0`, `1`, … */
export const sqsEvent = (bodies: readonly unknown[], receives: readonly number[] = []): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: String(index),
    receiptHandle: String(index),
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receives[index] ?? 1),
      SentTimestamp: "0",
      SenderId: "test",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:deliveries",
    awsRegion: "us-east-1",
  })),
});

/** A Kinesis event with one record a piece of data, with consecutive sequence numbers from `first`. */
export const kinesisEvent = (records: readonly (Buffer | string)[], first = 100): KinesisStreamEvent => ({
  Records: records.map((data, index) => ({
    awsRegion: "us-east-1",
    eventID: `shardId-000000000000:${first + index}`,
    eventName: "aws:kinesis:record",
    eventSource: "aws:kinesis",
    eventSourceARN: "arn:aws:kinesis:us-east-1:000000000000:stream/events",
    eventVersion: "1.0",
    invokeIdentityArn: "arn:aws:iam::000000000000:role/test",
    kinesis: {
      approximateArrivalTimestamp: 1_767_323_045.123,
      data: Buffer.from(data).toString("base64"),
      kinesisSchemaVersion: "1.0",
      partitionKey: "1",
      sequenceNumber: String(first + index),
    },
  })),
});

export interface HttpRequest {
  readonly method?: string;
  /** Path below the stage. */
  readonly path: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Absent: no authorizer has run. */
  readonly caller?: Caller;
}

/** The greedy resource of the API that a path belongs to; the session of the portal has one of its own. */
const resourceOf = (path: string): string => {
  if (path === portalSessionPath) return portalSessionPath;
  return path.startsWith("/v1/portal/") ? portalPath : "/v1/{proxy+}";
};

/** A REST proxy event as API Gateway sends it for the resource `/v1/{proxy+}`, or one of the portal's. */
export const proxyEvent = (request: HttpRequest): APIGatewayProxyEvent => {
  const { method = "GET", path, body, headers = {}, query, caller } = request;
  const resource = resourceOf(path);
  const authorizer = caller && { ...caller, grants: caller.grants.join(",") };
  return {
    httpMethod: method,
    path,
    resource,
    pathParameters: { proxy: path.slice(resource.length - "{proxy+}".length) },
    headers: { ...headers },
    multiValueHeaders: {},
    queryStringParameters: query === undefined ? null : { ...query },
    multiValueQueryStringParameters: null,
    stageVariables: null,
    body: body === undefined ? null : Buffer.from(body).toString("base64"),
    isBase64Encoded: body !== undefined,
    requestContext: {
      accountId: "000000000000",
      apiId: "api",
      authorizer,
      protocol: "HTTP/1.1",
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: "127.0.0.1",
        user: null,
        userAgent: null,
        userArn: null,
      },
      path,
      stage: "api",
      requestId: "request-1",
      requestTimeEpoch: 0,
      resourceId: "resource",
      resourcePath: resource,
    },
  };
};
