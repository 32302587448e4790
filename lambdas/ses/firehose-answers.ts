import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import * as z from "zod";
import { jsonAnswer, requestHeader } from "#shared/runtime/http.ts";
import { jsonOf } from "#shared/text/json.ts";
import { beginningOf } from "#shared/text/cut.ts";

const errorBody = z.object({ errors: z.array(z.object({ message: z.string(), description: z.string().optional() })) });

/** Gives requests of Firehose, told by their header, the answer that Firehose asks for: anything else it sends again. */
export const firehoseAnswers = (now: () => number): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> => {
  const rewrite = (event: APIGatewayProxyEvent, answer: APIGatewayProxyResult): APIGatewayProxyResult => {
    const requestId = requestHeader(event, "x-amz-firehose-request-id");
    if (requestId === undefined) return answer;
    const body = { requestId, timestamp: now() };
    if (answer.statusCode === 200) return jsonAnswer(200, body);
    const { errors: [error] = [] } = errorBody.safeParse(jsonOf(answer.body)).data ?? {};
    const errorMessage = [error?.message, error?.description].filter((text) => text !== undefined).join(": ");
    return jsonAnswer(answer.statusCode, { ...body, errorMessage: beginningOf(errorMessage, maxErrorCharacters) });
  };
  const after: NonNullable<MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>["after"]> = (request) => {
    if (request.response !== null && request.response !== undefined) {
      request.response = rewrite(request.event, request.response);
    }
  };
  return { after, onError: after };
};

/** Firehose cuts what is longer. */
const maxErrorCharacters = 8_000;
