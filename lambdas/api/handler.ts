import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Caller } from "#shared/api-key.ts";
import { keyPaths, portalPath } from "#shared/contract/api-paths.ts";
import { maxApiBodyBytes } from "#shared/contract/limits.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import {
  callerOf,
  httpAnswers,
  jsonAnswer,
  requestBody,
  requestHeader,
  requestQuery,
  requireCaller,
} from "#shared/runtime/http.ts";
import { type RequestLimitDeps, requestLimit } from "#shared/runtime/request-limit.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { ignoredFieldsHeader } from "#shared/text/ignored-fields.ts";
import type { ApiDeps } from "./deps.ts";
import { createFleetCache } from "./fleet/kept.ts";
import { ignoredFields } from "./ignored-fields.ts";
import { matchRoute, routes } from "./routes.ts";

export interface HandlerDeps extends Omit<ApiDeps, "kept" | "telemetry">, RequestLimitDeps {
  readonly telemetry: Telemetry;
}

/** The REST API but for ingest. API Gateway passes everything under `/v1` on; the route table decides. */
export const createHandler = ({ counts, perSecond, telemetry, ...stores }: HandlerDeps) => {
  const deps: ApiDeps = { ...stores, telemetry, kept: createFleetCache() };
  const admit = requestLimit({ counts, perSecond, telemetry, now: stores.now }, "management");
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(telemetry.logger, { resetKeys: true }))
    .use(logMetrics(telemetry.metrics))
    .use(httpAnswers(telemetry))
    .handler(async (event) => {
      const caller = callerOf(event);
      if (caller !== undefined) await admit(caller);
      const { route, parameters } = matchRoute(routes, event.httpMethod, pathOf(event));
      const contentType = requestHeader(event, "content-type");
      const request = {
        parameters,
        endsInSlash: event.path.endsWith("/"),
        query: requestQuery(event),
        body: requestBody(event),
        header: boundHeader(event, caller),
      };
      if (request.body.length > maxApiBodyBytes) throw tooLarge(request.body.length);
      const takesBody = route.method === "POST" || route.method === "PUT";
      if (takesBody && request.body.length > 0) requireJson(contentType, requestHeader(event, "content-encoding"));
      const answer =
        route.grant === "public"
          ? await route.handle(deps, request)
          : await route.handle(deps, { ...request, caller: requireCaller(event, route.grant) });
      if (answer.status === 204) return { statusCode: 204, headers: { ...answer.headers }, body: "" };
      if ("text" in answer) return { statusCode: answer.status, headers: answer.headers, body: answer.text };
      const ignored = takesBody ? ignoredFields(`${route.method} ${route.path}`, request.body) : undefined;
      const more = ignored === undefined ? {} : { [ignoredFieldsHeader]: ignored };
      return jsonAnswer(answer.status, answer.body, { ...answer.headers, ...more });
    });
};

const tooLarge = (bytes: number): RequestError =>
  errors.largeBody(
    `The request body is larger than ${maxApiBodyBytes} bytes`,
    `${bytes} bytes were sent. Events go to the ingest path, which takes more.`,
  );

/** A request's headers. Who is bound to a sub-account acts in its name, whatever the request says. */
const boundHeader = (event: APIGatewayProxyEvent, caller: Caller | undefined) => {
  const bound = caller?.subaccountId;
  return (name: string): string | undefined =>
    bound !== undefined && name.toLowerCase() === "x-msys-subaccount" ? String(bound) : requestHeader(event, name);
};

/**
 * Path below the stage, without a trailing slash; that of the portal is the one that its routes have for API keys. Taken from
 * the resource and its greedy parameter, because `event.path` differs between API Gateway's own host and custom domains.
 */
const pathOf = (event: APIGatewayProxyEvent): string => {
  const resource = event.resource === portalPath ? keyPaths[0] : event.resource;
  // A function, because a text may hold patterns such as `$&`.
  const path = resource.replace("{proxy+}", () => event.pathParameters?.["proxy"] ?? "");
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
};

/** A missing type or encoding passes; one that says the body is something else does not. */
const requireJson = (contentType: string | undefined, contentEncoding: string | undefined): void => {
  const encoding = contentEncoding?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") {
    throw errors.notJson(
      `Content-Encoding '${encoding.slice(0, 40)}' is not supported here`,
      "Send the JSON as it is. Only the ingest paths take compressed bodies.",
    );
  }
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type === "" || type === "application/json" || type.endsWith("+json")) return;
  throw errors.notJson(`Content-Type '${type}' is not supported`, "Send application/json.");
};
