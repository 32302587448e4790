import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { BodyPlace, DeliveryMessage, Formation, Stretch } from "#shared/contract/delivery-message.ts";
import { type Batch, type Origin, typesOf } from "./batch.ts";
import type { Part } from "./cut.ts";
import type { BatchRecord } from "./record.ts";
import type { EventKey } from "#shared/contract/words.ts";
import { eventKeyOf } from "#shared/events/catalogue/event-key.ts";

/** The message that asks for a batch's first attempt. `closedAt` is ISO 8601. */
export const firstAttempt = (
  { batchId, subscription, window, items, events, closedBy, ...part }: Batch,
  body: { readonly bytes: number; readonly place: BodyPlace; readonly closedAt: string },
): DeliveryMessage => {
  const { webhookId, customerId, settingsRevision, batchSize } = subscription;
  return {
    version: 1,
    batchId,
    webhookId,
    customerId,
    settingsRevision,
    createdAt: window.arrivedAt,
    events,
    bytes: body.bytes,
    body: body.place,
    attempt: 1,
    stretch: stretchOf({ ...window, revision: subscription.revision }, part),
    formation: { closedBy, closedAt: body.closedAt, batchSize, eventTypes: countEventTypes(typesOf(items)) },
    ...(window.replayId === undefined ? {} : { replayId: window.replayId }),
  };
};

/** Where on the stream a part of a window's events for one webhook came from. */
export const stretchOf = (
  { shard, firstSequenceNumber, lastSequenceNumber, revision, replayId }: Omit<Origin, "webhookId" | "stream">,
  { first, next }: Pick<Part, "first" | "next">,
): Stretch => ({
  shard,
  firstSequenceNumber,
  lastSequenceNumber,
  revision,
  first,
  next,
  ...(replayId === undefined ? {} : { replayId }),
});

/**
 * The message that asks for a batch's next attempt, after the one that this message asked for.
 *
 * @param refused how often in a row the target has refused the batch with the same status
 */
export const retryOf = (message: Unplaced, body: BodyPlace, refused?: DeliveryMessage["refused"]): DeliveryMessage => {
  const { refused: _before, ...batch } = batchOf(message);
  return { ...batch, body, attempt: message.attempt + 1, ...(refused === undefined ? {} : { refused }) };
};

/** The message of a batch that waits for its webhook's breaker or to be resumed: the same attempt, later. */
export const parkedOf = (message: DeliveryMessage, body: BodyPlace): DeliveryMessage => ({
  ...batchOf(message),
  body,
  parked: true,
});

/** What makes a half of a batch a batch of its own. */
export interface Half {
  readonly batchId: string;
  readonly events: number;
  readonly eventTypes: EventTypeCounts;
  readonly bytes: number;
  readonly place: BodyPlace;
  /** ISO 8601. */
  readonly closedAt: string;
  /** Start of the whole batch's retry window, which its halves share. Unix milliseconds. */
  readonly firstAttemptAt: number;
  /** Events of the batch that stand before it: none if it is the first of the two. */
  readonly skip: number;
}

/** The message that asks for the first attempt of a half of a batch. */
export const halfOf = (message: Unplaced, half: Half): DeliveryMessage => {
  const { batchId, events, eventTypes, bytes, place, closedAt, firstAttemptAt } = half;
  const batchSize = message.formation?.batchSize ?? message.events;
  const formation = { closedBy: "split", closedAt, batchSize, eventTypes, splitFrom: message.batchId } as const;
  const { refused: _refused, half: whole, ...batch } = batchOf(message);
  const path = {
    rootBatchId: whole?.rootBatchId ?? message.batchId,
    halvings: (whole?.halvings ?? 0) + 1,
    isOnPath: (whole?.isOnPath ?? true) && half.skip === 0,
  };
  const { stretch } = message;
  return {
    ...batch,
    batchId,
    events,
    bytes,
    body: place,
    attempt: 1,
    firstAttemptAt,
    ...(stretch === undefined ? {} : { stretch: { ...stretch, skip: (stretch.skip ?? 0) + half.skip } }),
    formation,
    half: path,
  };
};

/** The message that asks for the next attempt of a batch that waits, now: its owner has asked for it. */
export const redeliveryOf = (
  record: BatchRecord & { readonly settingsRevision: number },
  body: BodyPlace,
): DeliveryMessage => {
  const { batchId, webhookId, customerId, settingsRevision, createdAt, events, bytes } = record;
  const { replayId, recovery, stretch } = record;
  const formation = formationOf(record);
  return {
    version: 1,
    batchId,
    webhookId,
    customerId,
    settingsRevision,
    createdAt,
    events,
    bytes,
    body,
    attempt: record.recordedAttempts + 1,
    redelivery: true,
    ...(replayId === undefined ? {} : { replayId }),
    ...(recovery === undefined ? {} : { recovery }),
    ...(stretch === undefined ? {} : { stretch }),
    ...(formation === undefined ? {} : { formation }),
  };
};

/** The message that asks for one more POST of a batch that was delivered, with the present settings: its owner has asked for it. */
export const againOf = (
  record: BatchRecord,
  { body, settingsRevision }: { readonly body: BodyPlace; readonly settingsRevision: number },
): DeliveryMessage & Required<Pick<DeliveryMessage, "again">> => {
  const message = redeliveryOf({ ...record, settingsRevision }, body);
  const again = (record.sentAgain ?? 0) + 1;
  return { ...message, attempt: record.recordedAttempts + again, again };
};

/** How often a batch will have been formed again, when it is once more. */
export const nextRecovery = ({ recovery = 0 }: Pick<BatchRecord, "recovery">): number => recovery + 1;

/**
 * The message that asks for the next attempt of a batch that had expired and was formed again. It is the same batch, with the
 * same id, so that a target that has taken it without saying so recognises it. A breaker holds it back as any other.
 */
export const recoveryOf = (
  record: BatchRecord,
  again: { readonly body: BodyPlace; readonly settingsRevision: number; readonly replayId: string },
): DeliveryMessage => {
  const { body, settingsRevision, replayId } = again;
  const { redelivery: _redelivery, ...message } = redeliveryOf({ ...record, settingsRevision }, body);
  return { ...message, replayId, recovery: nextRecovery(record) };
};

/** How a recorded batch was formed; undefined for records of earlier versions. */
const formationOf = ({ closedBy, closedAt, batchSize, eventTypes, splitFrom }: BatchRecord): Formation | undefined =>
  closedBy === undefined || closedAt === undefined || batchSize === undefined || eventTypes === undefined
    ? undefined
    : { closedBy, closedAt, batchSize, eventTypes, ...(splitFrom === undefined ? {} : { splitFrom }) };

/** The same message for the queue of retries, which it takes because its webhook's target may hold it for seconds. */
export const slowOf = <Message extends QueueMessage>(message: Message): Message => ({ ...message, slow: true });

/** The same message for the queue of retries, where it looks again whether it is its turn. */
export const waitingOf = <Message extends QueueMessage>(message: Message, waitingSince: number): Message => ({
  ...slowOf(message),
  waitingSince,
});

/** Whether a message asks for a first attempt on the queue of deliveries, which no target may hold for long. */
export const isOnFastLane = ({ attempt, slow, parked, redelivery, replayId, formation }: DeliveryMessage): boolean =>
  attempt === 1 &&
  slow !== true &&
  parked !== true &&
  redelivery !== true &&
  replayId === undefined &&
  formation?.closedBy !== "split";

/** A message whose body may be anywhere. */
type Unplaced = Omit<DeliveryMessage, "body">;

/** A message without what holds for its own attempt alone. */
const batchOf = ({
  parked: _parked,
  redelivery: _redelivery,
  slow: _slow,
  waitingSince: _waitingSince,
  ...batch
}: Unplaced): Unplaced => batch;

/**
 * How many events of each type there are; `other` are types that the catalogue does not have. Few keys, whatever producers
 * send.
 */
export type EventTypeCounts = Readonly<Partial<Record<EventKey | "other", number>>>;

/** Counts events by type; an entry stands for one event unless it says for how many. */
export const countEventTypes = (
  events: readonly { readonly type: string; readonly count?: number }[],
): EventTypeCounts => {
  const byType = new Map<string, number>();
  for (const { type, count = 1 } of events) byType.set(type, (byType.get(type) ?? 0) + count);
  const counts: Partial<Record<EventKey | "other", number>> = {};
  for (const [type, count] of byType) {
    const key = eventKeyOf(type) ?? "other";
    counts[key] = (counts[key] ?? 0) + count;
  }
  return counts;
};
