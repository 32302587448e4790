import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import * as z from "zod";
import { type Caller, covers } from "#shared/api-key.ts";
import { type Grant, grants } from "#shared/contract/words.ts";
import { hopHeader } from "#shared/delivery/headers.ts";
import { RequestError, errors } from "#shared/errors.ts";
import type { MiddlewareObj } from "@middy/core";
import type { Telemetry } from "./telemetry.ts";

const authorizerContext = z.object({
  customerId: z.string().min(1),
  grants: z.string().transform((list) => list.split(",").filter((grant) => grant !== "")),
  keyId: z.string().exactOptional(),
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

/**
 * Who calls, checked again although API Gateway's authorizer has let the request pass: a route that lost its authorizer
 * must refuse, not serve.
 *
 * @param needed the grant that the key must have; `key`: any key will do
 */
export const requireCaller = (event: APIGatewayProxyEvent, needed: Grant | "key"): Caller => {
  const context = authorizerContext.safeParse(event.requestContext.authorizer);
  if (!context.success) {
    throw errors.unauthorized("Unauthorized.", "The Authorization header is missing or holds no known API key.");
  }
  const held = grants.filter((grant) => context.data.grants.includes(grant));
  if (needed !== "key" && !covers(held, needed)) {
    throw errors.forbidden("Forbidden.", `This API key lacks the grant '${needed}'.`);
  }
  const { customerId, keyId } = context.data;
  return { customerId, grants: held, ...(keyId === undefined ? {} : { keyId }) };
};

/** Refuses events that Tidepost itself delivers. */
export const refuseDeliveries = (event: APIGatewayProxyEvent): void => {
  if (requestHeader(event, hopHeader) === undefined) return;
  throw errors.invalid(
    "Deliveries of a webhook cannot be ingested",
    "The webhook's target leads back to ingest, where each event would become another. Choose another target.",
  );
};

/** A JSON answer of the REST API. */
export const jsonAnswer = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult => ({
  statusCode,
  headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

/**
 * Renders errors as the contract's envelope. A `RequestError` keeps its status; anything else becomes 500 with the request
 * id and no detail.
 */
export const httpErrors = (telemetry: Telemetry): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> => ({
  onError: (request) => {
    const { error } = request;
    if (error instanceof RequestError) {
      telemetry.requestRefused({ status: error.status, messages: error.errors.map(({ message }) => message) });
      request.response = jsonAnswer(error.status, { errors: error.errors }, error.headers);
    } else {
      telemetry.requestFailed(error);
      const requestId = request.event.requestContext.requestId;
      const { status, errors: list } = errors.internal("Internal error.", `Request ${requestId} failed.`);
      request.response = jsonAnswer(status, { errors: list });
    }
  },
});
