import type { MiddlewareObj } from "@middy/core";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { shardOf } from "./read-window.ts";

/**
 * Reports the first record of a window that could not be handed over, so that the whole window comes again unsplit and its
 * batches keep their ids. Had the function thrown, Lambda would halve the window.
 */
export const reportWindow = (telemetry: Telemetry): MiddlewareObj<KinesisStreamEvent, KinesisStreamBatchResponse> => ({
  onError: (request) => {
    const first = request.event.Records[0];
    if (first === undefined) return;
    const { sequenceNumber } = first.kinesis;
    telemetry.windowFailed({ shard: shardOf(first), firstSequenceNumber: sequenceNumber, error: request.error });
    request.response = { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  },
});
