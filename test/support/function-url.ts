import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { LambdaFunctionURLEvent } from "aws-lambda";

export interface FunctionUrlResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Media types whose bodies Lambda passes as text, unless a content encoding says that they are none. */
const isText = (type = "", encoding = ""): boolean =>
  encoding === "" && /^(text\/|application\/(json|xml|javascript))/.test(type);

/** An HTTP server that calls a handler as a Lambda Function URL does: events of payload format 2.0. */
export const functionUrl = (handler: (event: LambdaFunctionURLEvent) => Promise<FunctionUrlResult>): Server => {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const isBase64Encoded = !isText(headers["content-type"], headers["content-encoding"]);
    const [rawPath = "/", rawQueryString = ""] = (request.url ?? "/").split("?");
    const {
      statusCode,
      headers: answered,
      body: text,
    } = await handler({
      version: "2.0",
      routeKey: "$default",
      rawPath,
      rawQueryString,
      headers,
      requestContext: {
        accountId: "anonymous",
        apiId: "local",
        domainName: "local.lambda-url.us-east-1.on.aws",
        domainPrefix: "local",
        http: {
          method: request.method ?? "",
          path: rawPath,
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "",
        },
        requestId: crypto.randomUUID(),
        routeKey: "$default",
        stage: "$default",
        time: "25/Nov/2026:00:00:00 +0000",
        timeEpoch: Date.UTC(2026, 10, 25),
      },
      isBase64Encoded,
      ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    });
    response.writeHead(statusCode, answered).end(text);
  };
  return createServer((request, response) => void respond(request, response));
};
