import { setTimeout as sleep } from "node:timers/promises";
import type { InvocationResult } from "../functions/environment.ts";
import { type GatewayResponseType, type HttpAnswer, gatewayAnswer } from "./gateway-responses.ts";
import { readProxyAnswer } from "./proxy-answer.ts";
import { type GatewayRequest, headerOf, proxyEvent } from "./proxy-event.ts";
import type { RestApi } from "./rest-api.ts";
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
export const handleRequest = async (api: RestApi, request: GatewayRequest): Promise<HttpAnswer> => {
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
