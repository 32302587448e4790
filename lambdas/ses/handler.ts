import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { httpAnswers } from "#shared/runtime/http.ts";
import { type RequestLimitDeps, requestLimit } from "#shared/runtime/request-limit.ts";
import { firehoseAnswers } from "./firehose-answers.ts";
import { takeMessages } from "./take-messages.ts";
import { takeRequest, type TakeRequestDeps } from "./take-request.ts";

/**
 * Turns documents of Amazon SES into events, and acknowledges them after the stream has the events: messages of the topic's
 * queue, and requests of the API.
 */
export const createHandler = (deps: Omit<TakeRequestDeps, "admit"> & RequestLimitDeps) => {
  const { logger, metrics } = deps.telemetry;
  const admit = requestLimit(deps, "ingest");
  const onMessages = middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .handler(async ({ Records }) => await takeMessages(deps, Records));
  const onRequest = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .use(firehoseAnswers(deps.now))
    .use(httpAnswers(deps.telemetry))
    .handler(async (request) => await takeRequest({ ...deps, admit }, request));

  function handle(event: SQSEvent, context: Context): Promise<SQSBatchResponse>;
  function handle(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult>;
  async function handle(event: SQSEvent | APIGatewayProxyEvent, context: Context) {
    return "Records" in event ? await onMessages(event, context) : await onRequest(event, context);
  }
  return handle;
};
