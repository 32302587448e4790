import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import type { ReturnedMessages } from "#shared/delivery/returned-messages.ts";
import type { Telemetry } from "./telemetry.ts";

/** Receives from which a message is worked on after the others of its invocation, and from which it is so alone. */
const lateFrom = 3;
const aloneFrom = 10;

/**
 * How long a message stays away that failed for the first time; each later time it is twice as long. Longer than a claim of
 * `deliver`: what fails behind its claim must not find it held, as a copy does, and begin to count anew.
 */
export const firstReturnSeconds = 70;
/** Longest that it stays away: about as long as one whose invocation crashed. */
const lastReturnSeconds = 300;

export interface MessageDeps {
  readonly returned: ReturnedMessages;
  /** From 0 to 1. */
  readonly jitter: () => number;
  readonly telemetry: Pick<Telemetry, "messageFailed" | "messagesNotHidden">;
}

/**
 * Handles the messages of one SQS event concurrently; the mapping's batch size bounds how many there are. A message that
 * fails, or does not fit its schema, is reported and stays on the queue; the others are acknowledged. It comes again after a
 * pause that grows: a table that throttles gets time, and passes soon. One that has come several times may be what ends the
 * function: it waits until the others are done, and in the end it has the function to itself.
 *
 * @param options.longestMs longest time that a message takes; with less left, messages that have waited come again instead
 */
export const onEachMessage =
  <Schema extends z.ZodType>(options: {
    readonly schema: Schema;
    /** `remainingMs` is how long the invocation may still take. */
    readonly handle: (message: z.output<Schema>, remainingMs: () => number) => Promise<void>;
    readonly longestMs: number;
    readonly deps: MessageDeps;
  }) =>
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const { deps } = options;
    const handleRecord = async (record: SQSRecord, keptMs: number): Promise<void> => {
      try {
        const message = options.schema.parse(JSON.parse(record.body));
        await options.handle(message, () => context.getRemainingTimeInMillis() - keptMs);
      } catch (error) {
        deps.telemetry.messageFailed({ messageId: record.messageId, error });
        throw error instanceof Error ? error : new Error(String(error));
      }
    };
    const failures: SQSBatchResponse["batchItemFailures"] = [];
    const turns = turnsOf(event.Records);
    for (const [turn, records] of turns.entries()) {
      if (turn > 0 && context.getRemainingTimeInMillis() < options.longestMs) {
        failures.push(...records.map(({ messageId }) => ({ itemIdentifier: messageId })));
        continue;
      }
      const processor = new BatchProcessor(EventType.SQS);
      const settings = { context, throwOnFullBatchFailure: false };
      // What may go on for as long as there is time leaves enough of it to those that come after.
      const keptMs = turn < turns.length - 1 ? options.longestMs : 0;
      const handle = async (record: SQSRecord): Promise<void> => await handleRecord(record, keptMs);
      const answer = await processPartialResponse({ Records: [...records] }, handle, processor, settings);
      failures.push(...answer.batchItemFailures);
    }
    const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
    await hideForAWhile(
      deps,
      event.Records.filter(({ messageId }) => failed.has(messageId)),
    );
    return { batchItemFailures: failures };
  };

/** Nothing depends on it: a message that is not hidden comes again when its visibility time-out ends. */
const hideForAWhile = async (
  { returned, jitter, telemetry }: MessageDeps,
  records: readonly SQSRecord[],
): Promise<void> => {
  if (records.length === 0) return;
  const messages = records.map(({ attributes, eventSourceARN, receiptHandle }) => ({
    queueArn: eventSourceARN,
    receiptHandle,
    seconds: returnSeconds(Number(attributes.ApproximateReceiveCount), jitter()),
  }));
  try {
    await returned.hide(messages);
  } catch (error) {
    telemetry.messagesNotHidden({ messages: messages.length, error });
  }
};

/** How long a message stays away that has failed so often, and by chance up to a third longer. */
const returnSeconds = (receives: number, random: number): number => {
  const seconds = Math.min(firstReturnSeconds * 2 ** (receives - 1), lastReturnSeconds);
  return Math.ceil(seconds * (1 + random / 3));
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
