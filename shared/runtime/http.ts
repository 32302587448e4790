import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import * as z from "zod";
import { type Caller, covers } from "#shared/api-key.ts";
import { type Grant, grants, portalGrants } from "#shared/contract/words.ts";
import { hopHeader } from "#shared/delivery/headers.ts";
import { keyHint } from "#shared/contract/api/errors.ts";
import { RequestError, errors } from "#shared/errors.ts";
import type { MiddlewareObj } from "@middy/core";
import type { Telemetry } from "./telemetry.ts";

const authorizerContext = z.object({
  customerId: z.string().min(1),
  grants: z.string().transform((list) => list.split(",").filter((grant) => grant !== "")),
  keyId: z.string().exactOptional(),
  portalLinkId: z.string().exactOptional(),
  // API Gateway makes text of every value.
  subaccountId: z.coerce.number().int().min(0).exactOptional(),
});

/** The body of a request as sent. */
export const requestBody = (event: APIGatewayProxyEvent): Buffer =>
  Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");

/** A header's value; names are matched without regard to case. */
export const requestHeader = (event: Pick<APIGatewayProxyEvent, "headers">, name: string): string | undefined => {
  const wanted = name.toLowerCase();
  const headers: Readonly<Record<string, string | undefined>> | null = event.headers;
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
};

/** A request's query. What a parameter says repeatedly is one list, separated by commas. */
export const requestQuery = ({
  queryStringParameters,
  multiValueQueryStringParameters,
}: Pick<APIGatewayProxyEvent, "queryStringParameters" | "multiValueQueryStringParameters">): Readonly<
  Record<string, string | undefined>
> => {
  const repeated = Object.entries(multiValueQueryStringParameters ?? {}).map(
    ([name, values = []]) => [name, [...new Set(values)].join(",")] as const,
  );
  return { ...queryStringParameters, ...Object.fromEntries(repeated) };
};

/** The method that a request is served as: HEAD is GET, whose body stays behind. */
export const servedMethod = (method: string): string => (method === "HEAD" ? "GET" : method);

/** The 405 for a path that has these methods alone. */
export const noSuchMethod = (method: string, methods: readonly string[]): RequestError => {
  const allow = methods.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])).join(", ");
  return errors.noSuchMethod(`Method ${method} is not allowed here`, `Allowed: ${allow}.`, { headers: { allow } });
};

/** Refuses every other method than the only one that a path has. */
export const requireMethod = ({ httpMethod }: Pick<APIGatewayProxyEvent, "httpMethod">, only: string): void => {
  if (servedMethod(httpMethod) !== only) throw noSuchMethod(httpMethod, [only]);
};

/** Browsers open no dialog for a scheme that they do not know, as they would for Basic. */
const challenge = 'ApiKey realm="tidepost"';

/** The 401 for a request without a key that is known. */
export const unauthorized = (description: string = keyHint): RequestError =>
  errors.unauthorized("Unauthorized.", description, { headers: { "www-authenticate": challenge } });

/** Who calls; undefined where API Gateway asks for no key. */
export const callerOf = (event: APIGatewayProxyEvent): Caller | undefined => {
  const { data } = authorizerContext.safeParse(event.requestContext.authorizer);
  if (data === undefined) return undefined;
  const grantable: readonly Grant[] = data.portalLinkId === undefined ? grants : portalGrants;
  return { ...data, grants: grantable.filter((grant) => data.grants.includes(grant)) };
};

/**
 * Who calls, checked again although API Gateway's authorizer has let the request pass: a route that lost its authorizer
 * must refuse, not serve.
 *
 * @param needed the grant that the caller must have; `key`: any key will do; `session`: a portal session alone
 */
export const requireCaller = (event: APIGatewayProxyEvent, needed: Grant | "key" | "session"): Caller => {
  const caller = callerOf(event);
  const isSession = caller?.portalLinkId !== undefined;
  if (caller === undefined || (needed === "session" && !isSession)) throw unauthorized();
  if (needed === "key" && isSession) throw errors.forbidden("Forbidden.", "A portal session has no API key.");
  if (needed !== "key" && needed !== "session" && !covers(caller.grants, needed)) {
    throw errors.forbidden(
      "Forbidden.",
      `This ${isSession ? "portal session" : "API key"} lacks the grant '${needed}'.`,
    );
  }
  return caller;
};

/** Refuses events that Tidepost itself delivers. */
export const refuseDeliveries = (event: APIGatewayProxyEvent): void => {
  if (requestHeader(event, hopHeader) === undefined) return;
  throw errors.invalid(
    "Deliveries of a webhook cannot be ingested",
    "The webhook's target leads back to ingest, where each event would become another. Choose another target.",
  );
};

/** Headers of every JSON answer: nobody keeps it, and no browser takes text of a customer in it for a page. */
export const jsonHeaders = {
  "content-type": "application/json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
} as const;

/** A JSON answer of the REST API. */
export const jsonAnswer = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult => ({
  statusCode,
  headers: { ...jsonHeaders, ...headers },
  body: JSON.stringify(body),
});

/** Answers that fit into one packet are not worth compressing. */
const minCompressedBytes = 1_400;
const compress = promisify(gzip);

/** Whether a caller takes gzip (RFC 9110, section 12.5.3). */
export const takesGzip = (event: Pick<APIGatewayProxyEvent, "headers">): boolean => {
  const coding = /(?:^|,)\s*gzip\s*(?:;\s*q\s*=\s*([\d.]+))?\s*(?=,|$)/i;
  const found = coding.exec(requestHeader(event, "accept-encoding") ?? "");
  return found !== null && Number(found[1] ?? 1) > 0;
};

/** Compresses an answer for a caller who takes that. API Gateway would inflate requests, too, if it did this. */
const compressed = async (
  event: APIGatewayProxyEvent,
  answer: APIGatewayProxyResult,
): Promise<APIGatewayProxyResult> => {
  if (answer.isBase64Encoded === true || answer.body.length < minCompressedBytes) return answer;
  const headers = { ...answer.headers, vary: "accept-encoding" };
  if (!takesGzip(event)) return { ...answer, headers };
  const bytes = await compress(answer.body, { level: constants.Z_BEST_SPEED });
  return {
    ...answer,
    headers: { ...headers, "content-encoding": "gzip" },
    body: bytes.toString("base64"),
    isBase64Encoded: true,
  };
};

/** Characters of an error's message that are logged. */
const maxLoggedCharacters = 300;

/** An answer to HEAD is that to GET without its body. */
const withoutBody = (answer: APIGatewayProxyResult): APIGatewayProxyResult => ({
  ...answer,
  body: "",
  isBase64Encoded: false,
});

/**
 * Sends answers compressed, those to HEAD without a body, and renders errors as the contract's envelope. A `RequestError`
 * keeps its status; anything else becomes 500 with the request id and no detail.
 */
export const httpAnswers = (telemetry: Telemetry): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> => ({
  after: async (request) => {
    const { event, response } = request;
    // Without one, another middleware has answered or nobody has.
    if (response === undefined || response === null) return;
    request.response = event.httpMethod === "HEAD" ? withoutBody(response) : await compressed(event, response);
  },
  onError: (request) => {
    const { error } = request;
    if (error instanceof RequestError) {
      telemetry.requestRefused({
        status: error.status,
        messages: error.errors.map(({ message }) => message.slice(0, maxLoggedCharacters)),
      });
      request.response = jsonAnswer(error.status, { errors: error.errors }, error.headers);
    } else {
      telemetry.requestFailed(error);
      const requestId = request.event.requestContext.requestId;
      const { status, errors: list } = errors.internal("Internal error.", `Request ${requestId} failed.`);
      request.response = jsonAnswer(status, { errors: list });
    }
    if (request.event.httpMethod === "HEAD") request.response = withoutBody(request.response);
  },
});
