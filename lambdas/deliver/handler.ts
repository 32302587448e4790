import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { answerTimeoutMs, connectTimeoutMs, uploadTimeoutMs } from "#shared/contract/limits.ts";
import { deliveryMessage } from "#shared/contract/delivery-message.ts";
import { onEachMessage } from "#shared/runtime/on-each-message.ts";
import { type SettleDeps, settle } from "./settle.ts";

/** One attempt, and a second for what comes before and after it. */
const longestAttemptMs = connectTimeoutMs + uploadTimeoutMs + answerTimeoutMs + 1_000;

/** Makes the attempts that the messages of `deliveries` and `retries` ask for, all of an invocation at the same time. */
export const createHandler = (deps: SettleDeps) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .handler(
      onEachMessage({
        schema: deliveryMessage,
        handle: (message) => settle(deps, message),
        longestMs: longestAttemptMs,
        telemetry: deps.telemetry,
      }),
    );
