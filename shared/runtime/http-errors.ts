import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { type ErrorBody, RequestError } from "#shared/domain/errors.ts";
import { jsonAnswer } from "./http-answer.ts";
import type { Telemetry } from "./telemetry.ts";

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
      const body: ErrorBody = { message: "Internal error.", description: `Request ${requestId} failed.`, code: "1500" };
      request.response = jsonAnswer(500, { errors: [body] });
    }
  },
});
