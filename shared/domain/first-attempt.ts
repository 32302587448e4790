import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Batch } from "./batch.ts";
import { countEventTypes } from "./event-type-counts.ts";

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
