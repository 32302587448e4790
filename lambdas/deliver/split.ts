import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { batchBody, uuidFromText } from "#shared/delivery/batch.ts";
import { decodeBody, encodeBody } from "#shared/delivery/body.ts";
import { type EventTypeCounts, countEventTypes, halfOf } from "#shared/delivery/message.ts";
import { type EventSpan, spanOf } from "#shared/events/span.ts";
import { readEvent } from "#shared/events/read-event.ts";
import { splitJsonArray } from "#shared/events/split.ts";
import { type DueBatch, loadBody } from "./batch-body.ts";
import type { Outcome } from "./outcome.ts";
import type { BodyStore, DeliveryQueue } from "#shared/stores.ts";

/** A batch at least this large may time out, or be cut off, because of its size. */
const largeBytes = 64 * 1_024;
/** Time-outs and resets of a large batch after which it is split. */
const failuresBeforeSplit = 2;
const failuresOfSize: ReadonlySet<string> = new Set(["response_timeout", "upload_timeout", "connection_reset"]);

/** Statuses that speak of the target or of who asks, not of the events. */
const statusesOfTarget: ReadonlySet<number> = new Set([401, 403, 404, 407, 413, 429, 503]);
/** Answers with the same status in a row after which a batch is split: some event in it may be what the target refuses. */
const refusalsBeforeSplit = 3;

/** Halvings of a batch that is too large for its target which need no proof that the target takes anything: eight parts. */
const freeHalvings = 3;

/** Whether a target refuses a batch with a status that may be about its events. */
export const isRefusal = ({ status = 0 }: Outcome): boolean =>
  status >= 400 && status < 600 && !statusesOfTarget.has(status);

/** How often in a row a batch has been refused with the same status, this attempt included; undefined if it was not. */
export const refusedAfter = (outcome: Outcome, before: DeliveryMessage["refused"]): DeliveryMessage["refused"] => {
  const { status } = outcome;
  if (status === undefined || !isRefusal(outcome)) return undefined;
  return { status, times: before?.status === status ? before.times + 1 : 1 };
};

/**
 * Whether a batch is to be split in two: the target answered 413, has timed out or reset the connection repeatedly on a large
 * batch, or has refused it three times with the same status. A single event cannot be split.
 *
 * A target that refuses everything must not be flooded with ever smaller batches. So halving for refusals follows one path,
 * that of the first halves, down to one event; the other halves are halved only once a part of the whole has got through.
 */
export const shouldSplit = (input: {
  readonly outcome: Outcome;
  readonly message: Pick<DeliveryMessage, "events" | "bytes" | "attempt" | "refused" | "half">;
  /** Whether the target has taken some part of the batch that this one is a part of. */
  readonly hasPartGotThrough: boolean;
}): boolean => {
  const { outcome, message, hasPartGotThrough } = input;
  const { half } = message;
  if (outcome.kind === "delivered" || message.events < 2) return false;
  const isLarge = message.bytes >= largeBytes && message.attempt >= failuresBeforeSplit;
  const isOfSize = outcome.status === 413 || (isLarge && failuresOfSize.has(outcome.reason));
  const isRefused = (refusedAfter(outcome, message.refused)?.times ?? 0) >= refusalsBeforeSplit;
  if (!isOfSize && !isRefused) return false;
  if (half === undefined || half.isOnPath || hasPartGotThrough) return true;
  return isOfSize && half.halvings < freeHalvings;
};

/** One half of a split batch. */
interface BatchPart {
  readonly batchId: string;
  readonly events: number;
  readonly eventTypes: EventTypeCounts;
  /** Events of the whole that stand before it. */
  readonly skip: number;
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
    skip: index === 0 ? 0 : middle,
    body: batchBody(half),
  }));
};

const typeOf = (span: EventSpan): string => {
  const reading = readEvent(span);
  return reading.kind === "event" ? reading.event.type : "";
};

interface SplitDeps {
  readonly bodies: Pick<BodyStore, "load" | "place">;
  readonly retries: Pick<DeliveryQueue, "send">;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Puts the two halves of a batch on the queue as batches of their own, within its retry window, and returns their ids. */
export const splitBatch = async (
  deps: SplitDeps,
  message: DueBatch,
  firstAttemptAt: number,
): Promise<readonly string[]> => {
  const closedAt = new Date(deps.now()).toISOString();
  const whole = await loadBody(deps.bodies, message);
  const { body: json } = "encoding" in whole ? await decodeBody(whole, message.bytes) : whole;
  const parts = splitBody(message.batchId, json);
  const encoding = "encoding" in whole && whole.encoding === "gzip" ? "gzip" : "zstd";
  for (const { body, ...part } of parts) {
    const encoded = await encodeBody(body, encoding);
    const place = await deps.bodies.place({ ...message, batchId: part.batchId, body: encoded });
    const half = { ...part, bytes: body.length, place, closedAt, firstAttemptAt };
    await deps.retries.send(halfOf(message, half), 0);
  }
  return parts.map(({ batchId }) => batchId);
};
