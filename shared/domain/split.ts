import type { Outcome } from "./attempt.ts";
import { batchBody } from "./batch.ts";
import { countEventTypes, type EventTypeCounts } from "./event-type-counts.ts";
import { type EventSpan, spanOf } from "./records/event-span.ts";
import { splitJsonArray } from "./records/json-array.ts";
import { readEvent } from "./records/read-event.ts";
import { uuidFromText } from "./uuid-from-text.ts";

/** A batch at least this large may time out because of its size. */
const largeBytes = 64 * 1_024;
/** Time-outs of a large batch after which it is split. */
const timeoutsBeforeSplit = 2;

/**
 * Whether a batch is to be split in two: the target answered 413, or has run into its time limit repeatedly with a large
 * batch. A single event cannot be split.
 */
export const shouldSplit = (input: {
  readonly outcome: Outcome;
  readonly message: { readonly events: number; readonly bytes: number; readonly attempt: number };
}): boolean => {
  const { outcome, message } = input;
  if (outcome.kind === "delivered" || message.events < 2) return false;
  if (outcome.status === 413) return true;
  const isTimeout = outcome.reason === "response_timeout" || outcome.reason === "upload_timeout";
  return isTimeout && message.bytes >= largeBytes && message.attempt >= timeoutsBeforeSplit;
};

/** One half of a split batch. */
export interface BatchPart {
  readonly batchId: string;
  readonly events: number;
  readonly eventTypes: EventTypeCounts;
  readonly body: Buffer;
}

/** Splits a batch's body in two. The ids follow from the batch's, so that doing it again gives the same parts. */
export const splitBody = (batchId: string, body: Buffer): readonly BatchPart[] => {
  const { elements } = splitJsonArray(spanOf(body));
  const middle = Math.ceil(elements.length / 2);
  return [elements.slice(0, middle), elements.slice(middle)].map((half, index) => ({
    batchId: uuidFromText(`${batchId}\n${index}`),
    events: half.length,
    eventTypes: countEventTypes(half.map((span) => ({ type: typeOf(span) }))),
    body: batchBody(half),
  }));
};

const typeOf = (span: EventSpan): string => {
  const reading = readEvent(span);
  return reading.kind === "event" ? reading.event.type : "";
};
