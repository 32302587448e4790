import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { replayMessage } from "#shared/contract/replay-message.ts";
import { type MessageDeps, onEachMessage } from "#shared/runtime/on-each-message.ts";
import type { ReplayDeps } from "./progress.ts";
import { startSearch, takeSearchStep } from "./search.ts";
import { startReplay, takeStep } from "./step.ts";

/** A step reads for 15 s, and compresses and stores what it has read. */
const longestStepMs = 30_000;

/** Takes replays and searches a step further: one message, one step of one shard. */
export const createHandler = (deps: ReplayDeps & MessageDeps) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .handler(
      onEachMessage({
        schema: replayMessage,
        handle: async (message) => {
          switch (message.kind) {
            case "start":
              return await startReplay(deps, message);
            case "step":
              return await takeStep(deps, message);
            case "search":
              return await startSearch(deps, message);
            case "search_step":
              return await takeSearchStep(deps, message);
          }
        },
        longestMs: longestStepMs,
        deps,
      }),
    );
