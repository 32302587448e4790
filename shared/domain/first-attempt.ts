import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Batch } from "./batch.ts";

/** The message that asks for a batch's first attempt. */
export const firstAttempt = (
  { batchId, subscription, window, events }: Batch,
  body: { readonly bytes: number; readonly place: BodyPlace },
): DeliveryMessage => {
  const { webhookId, customerId, settingsRevision } = subscription;
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
    ...(window.replayId === undefined ? {} : { replayId: window.replayId }),
  };
};
