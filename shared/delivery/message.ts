import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Batch } from "./batch.ts";
import { type EventKey, eventKeyOf } from "#shared/events/catalogue/event-key.ts";

/** The message that asks for a batch's first attempt. `closedAt` is ISO 8601. */
export const firstAttempt = (
  { batchId, subscription, window, events, closedBy }: Batch,
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
    events: events.length,
    bytes: body.bytes,
    body: body.place,
    attempt: 1,
    formation: { closedBy, closedAt: body.closedAt, batchSize, eventTypes: countEventTypes(events) },
    ...(window.replayId === undefined ? {} : { replayId: window.replayId }),
  };
};

/**
 * How many events of each type there are; `other` are types that the catalogue does not have. Few keys, whatever producers
 * send.
 */
export type EventTypeCounts = Readonly<Partial<Record<EventKey | "other", number>>>;

/** Counts events by type. */
export const countEventTypes = (events: readonly { readonly type: string }[]): EventTypeCounts => {
  const byType = new Map<string, number>();
  for (const { type } of events) byType.set(type, (byType.get(type) ?? 0) + 1);
  const counts: Partial<Record<EventKey | "other", number>> = {};
  for (const [type, count] of byType) {
    const key = eventKeyOf(type) ?? "other";
    counts[key] = (counts[key] ?? 0) + count;
  }
  return counts;
};
