import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { Telemetry } from "./telemetry.ts";

/**
 * Handles the messages of one SQS event concurrently; the mapping's batch size bounds how many there are. A message that
 * fails, or does not fit its schema, is reported and stays on the queue; the others are acknowledged.
 */
export const onEachMessage =
  <Schema extends z.ZodType>(options: {
    readonly schema: Schema;
    readonly handle: (message: z.output<Schema>) => Promise<void>;
    readonly telemetry: Pick<Telemetry, "messageFailed">;
  }) =>
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const processor = new BatchProcessor(EventType.SQS);
    const handleRecord = async (record: SQSRecord): Promise<void> => {
      try {
        await options.handle(options.schema.parse(JSON.parse(record.body)));
      } catch (error) {
        options.telemetry.messageFailed({ messageId: record.messageId, error });
        throw error instanceof Error ? error : new Error(String(error));
      }
    };
    return await processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false });
  };
