import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { Telemetry } from "./telemetry.ts";

/** Receives from which a message is worked on after the others of its invocation, and from which it is so alone. */
const lateFrom = 3;
const aloneFrom = 10;

/**
 * Handles the messages of one SQS event concurrently; the mapping's batch size bounds how many there are. A message that
 * fails, or does not fit its schema, is reported and stays on the queue; the others are acknowledged. One that has come several
 * times may be what ends the function: it waits until the others are done, and in the end it has the function to itself.
 *
 * @param options.longestMs longest time that a message takes; with less left, messages that have waited come again instead
 */
export const onEachMessage =
  <Schema extends z.ZodType>(options: {
    readonly schema: Schema;
    /** `remainingMs` is how long the invocation may still take. */
    readonly handle: (message: z.output<Schema>, remainingMs: () => number) => Promise<void>;
    readonly longestMs: number;
    readonly telemetry: Pick<Telemetry, "messageFailed">;
  }) =>
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const handleRecord = async (record: SQSRecord): Promise<void> => {
      try {
        const message = options.schema.parse(JSON.parse(record.body));
        await options.handle(message, () => context.getRemainingTimeInMillis());
      } catch (error) {
        options.telemetry.messageFailed({ messageId: record.messageId, error });
        throw error instanceof Error ? error : new Error(String(error));
      }
    };
    const failures: SQSBatchResponse["batchItemFailures"] = [];
    for (const [turn, records] of turnsOf(event.Records).entries()) {
      if (turn > 0 && context.getRemainingTimeInMillis() < options.longestMs) {
        failures.push(...records.map(({ messageId }) => ({ itemIdentifier: messageId })));
        continue;
      }
      const processor = new BatchProcessor(EventType.SQS);
      const settings = { context, throwOnFullBatchFailure: false };
      const answer = await processPartialResponse({ Records: [...records] }, handleRecord, processor, settings);
      failures.push(...answer.batchItemFailures);
    }
    return { batchItemFailures: failures };
  };

/** Messages that are worked on at the same time, turn by turn. */
const turnsOf = (records: readonly SQSRecord[]): readonly (readonly SQSRecord[])[] => {
  const {
    fresh = [],
    late = [],
    alone = [],
  } = Object.groupBy(records, ({ attributes }) => {
    const receives = Number(attributes.ApproximateReceiveCount);
    if (receives >= aloneFrom) return "alone";
    return receives >= lateFrom ? "late" : "fresh";
  });
  return [fresh, late, ...alone.map((record) => [record])].filter(({ length }) => length > 0);
};
