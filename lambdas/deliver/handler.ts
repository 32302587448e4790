import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { keepBodyTimeoutMs, maxAttemptMs } from "#shared/contract/limits.ts";
import { isChain, queueMessage } from "#shared/contract/chain-message.ts";
import { type MessageDeps, onEachMessage } from "#shared/runtime/on-each-message.ts";
import { isAgain, settleAgain } from "./again.ts";
import { settleChain } from "./chain.ts";
import type { ChainDeps } from "./rest.ts";
import { settle } from "./settle.ts";

/** One attempt, the time to compress its body and keep it, and a second for what comes before and after. */
export const longestAttemptMs = maxAttemptMs + keepBodyTimeoutMs + 2_000;

/**
 * Makes the attempts that the messages of `deliveries` and `retries` ask for: all of an invocation at the same time, but those of
 * a chain one after the other.
 */
export const createHandler = (deps: ChainDeps & MessageDeps) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .handler(
      onEachMessage({
        schema: queueMessage,
        handle: async (message, remainingMs) => {
          if (isAgain(message)) return await settleAgain(deps, message);
          if (!isChain(message)) return await settle(deps, message);
          const hasTime = () => remainingMs() >= longestAttemptMs;
          await settleChain(deps, message, hasTime);
        },
        longestMs: longestAttemptMs,
        deps,
      }),
    );
