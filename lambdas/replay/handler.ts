import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { replayMessage } from "#shared/contract/replay-message.ts";
import { onEachMessage } from "#shared/runtime/on-each-message.ts";
import { type ReplayDeps, startReplay, takeStep } from "./step.ts";

/** Takes replays a step further: one message, one step of one shard. */
export const createHandler = (deps: ReplayDeps) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .handler(
      onEachMessage({
        schema: replayMessage,
        handle: (message) => (message.kind === "start" ? startReplay(deps, message) : takeStep(deps, message)),
        telemetry: deps.telemetry,
      }),
    );
