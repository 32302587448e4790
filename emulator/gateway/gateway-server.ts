import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { closeServer, isLoopbackHost, listenOnLoopback } from "../services/loopback-server.ts";
import { type HttpAnswer, gatewayAnswer, type GatewayResponseType } from "./gateway-responses.ts";
import { type GatewayRequest, headerOf, proxyEvent, readProxyAnswer } from "./lambda-proxy.ts";
import type { RestApi } from "./rest-api.ts";
import type { InvocationResult } from "../functions/environment.ts";
import { matchRoute } from "./routes.ts";

/** API Gateway's limit of an integration's answer. */
const integrationTimeoutMs = 29_000;

const withinLimit = async (invocation: Promise<InvocationResult>): Promise<InvocationResult | "timeout"> => {
  const timer = new AbortController();
  try {
    const limit = sleep(integrationTimeoutMs, "timeout" as const, { signal: timer.signal });
    // The loser of the race may be rejected by the abort below.
    limit.catch(() => undefined);
    return await Promise.race([invocation, limit]);
  } finally {
    timer.abort();
  }
};

/** Answers a request under the API's stage: route, authorizer, function, and gateway responses for what fails. */
const handleRequest = async (api: RestApi, request: GatewayRequest): Promise<HttpAnswer> => {
  const refuse = (type: GatewayResponseType): HttpAnswer =>
    gatewayAnswer(api.gatewayResponses, { type, requestId: request.requestId });

  let route;
  try {
    route = matchRoute(api.routes, request);
  } catch (error) {
    if (error instanceof URIError) return refuse("BAD_REQUEST_PARAMETERS");
    throw error;
  }
  if (route === undefined) return refuse("MISSING_AUTHENTICATION_TOKEN");
  const { integration, resource, pathParameters } = route;
  const parts = { request, api: api.facts, resource, pathParameters };

  const authorization = await integration.authorizer?.(parts);
  if (authorization?.kind === "refused") return refuse(authorization.type);

  const invocation = integration.target.invoke(proxyEvent({ ...parts, authorizer: authorization?.context }));
  const result = await withinLimit(invocation);
  if (result === "timeout") return refuse("INTEGRATION_TIMEOUT");
  if (result.kind === "failed") {
    return refuse(result.error.errorType === "RequestTooLarge" ? "REQUEST_TOO_LARGE" : "MALFORMED_ANSWER");
  }
  const accept = headerOf(request, "accept");
  const { binaryMediaTypes } = api.facts;
  return readProxyAnswer({ payload: result.payload, binaryMediaTypes, accept }) ?? refuse("MALFORMED_ANSWER");
};

/** Largest request that API Gateway takes. */
const maxRequestBytes = 10 * 1024 * 1024;

export interface GatewayServer {
  readonly port: number;
  /** Begins to serve an API; requests until then get 503. */
  readonly serve: (api: RestApi) => void;
  readonly stop: () => Promise<void>;
}

/** Where reading on, only to be able to answer, ends. */
const maxDrainedBytes = 8 * maxRequestBytes;

/** Reads a body; undefined if it is over the limit. The rest of such a body is read as well: the client then hears why. */
const readBody = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxRequestBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > maxDrainedBytes) request.destroy();
    });
    request.on("end", () => resolve(bytes > maxRequestBytes ? undefined : Buffer.concat(chunks)));
    request.on("error", reject);
  });

const plainAnswer = (statusCode: number, message: string): HttpAnswer => ({
  statusCode,
  headers: [["Content-Type", "application/json"]],
  body: JSON.stringify({ message }),
});

const send = (response: ServerResponse, answer: HttpAnswer): void => {
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  response.statusCode = answer.statusCode;
  for (const [name, value] of answer.headers) {
    if (name.toLowerCase() !== "content-length") response.appendHeader(name, value);
  }
  response.end(body);
};

/** Listens for the API's requests, on loopback only. */
export const startGatewayServer = async (port: number): Promise<GatewayServer> => {
  let api: RestApi | undefined;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<HttpAnswer> => {
    if (!isLoopbackHost(request.headers.host)) return plainAnswer(403, "This server answers to loopback names only.");
    if (api === undefined) return plainAnswer(503, "The local runtime is starting.");
    const requestId = randomUUID();
    response.setHeader("x-amzn-RequestId", requestId);
    const url = request.url ?? "/";
    const queryStart = url.indexOf("?");
    const fullPath = queryStart === -1 ? url : url.slice(0, queryStart);
    const prefix = `/${api.facts.stage}`;
    const refused = { requestId, type: "MISSING_AUTHENTICATION_TOKEN" } as const;
    if (fullPath !== prefix && !fullPath.startsWith(`${prefix}/`)) return gatewayAnswer(api.gatewayResponses, refused);
    const body = await readBody(request);
    if (body === undefined) return gatewayAnswer(api.gatewayResponses, { requestId, type: "REQUEST_TOO_LARGE" });
    const gatewayRequest: GatewayRequest = {
      requestId,
      method: request.method ?? "GET",
      path: fullPath.slice(prefix.length) || "/",
      query: queryStart === -1 ? "" : url.slice(queryStart + 1),
      rawHeaders: request.rawHeaders,
      body,
      receivedAt: Date.now(),
    };
    return handleRequest(api, gatewayRequest);
  };

  const server = createServer((request, response) => {
    answer(request, response).then(
      (result) => send(response, result),
      (error: unknown) => {
        if (response.destroyed) return;
        send(response, plainAnswer(500, error instanceof Error ? error.message : String(error)));
      },
    );
  });
  const actualPort = await listenOnLoopback(server, port);
  return {
    port: actualPort,
    serve: (restApi) => {
      api = restApi;
    },
    stop: () => closeServer(server),
  };
};
