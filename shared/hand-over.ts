import pLimit from "p-limit";
import type { DeliveryMessage } from "./contract/delivery-message.ts";
import type { Batch } from "./delivery/batch.ts";
import { bodyOf } from "./delivery/body.ts";
import { firstAttempt } from "./delivery/message.ts";
import type { BodyStore } from "./stores.ts";

/** Bodies that are compressed and stored at a time: bounds memory and connections. */
const concurrency = 8;

/**
 * Finds a place for the body of each batch and makes the messages that ask for their first attempts, in the order of the
 * batches. Doing it again gives the same bodies in the same places. Throws when a body cannot be stored.
 *
 * @param closedAt when the batches were formed, ISO 8601
 */
export const firstMessages = async (
  bodies: Pick<BodyStore, "place">,
  batches: readonly Batch[],
  closedAt: string,
): Promise<readonly DeliveryMessage[]> => {
  const toMessage = async (batch: Batch): Promise<DeliveryMessage> => {
    const { batchId, subscription } = batch;
    const { encoded, bytes } = await bodyOf(batch);
    const place = await bodies.place({ webhookId: subscription.webhookId, batchId, body: encoded });
    return firstAttempt(batch, { bytes, place, closedAt });
  };
  const limit = pLimit(concurrency);
  return await Promise.all(batches.map((batch) => limit(() => toMessage(batch))));
};
