import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { takeMessages, type TakeMessagesDeps } from "./take-messages.ts";

/** Turns documents of Amazon SES into events, and acknowledges a message after the stream has its events. */
export const createHandler = (deps: TakeMessagesDeps) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .handler(async ({ Records }) => await takeMessages(deps, Records));
