import pLimit from "p-limit";
import type { DeliveryMessage } from "./contract/delivery-message.ts";
import type { Batch } from "./delivery/batch.ts";
import { bodyOf } from "./delivery/body.ts";
import { firstAttempt } from "./delivery/message.ts";
import { isDependencyFault } from "./errors.ts";
import type { BodyStore } from "./stores.ts";

/** Bodies that are compressed and stored at a time: bounds memory and connections. */
const concurrency = 8;

/**
 * Finds a place for the body of each batch and makes the messages that ask for their first attempts, in the order of the
 * batches. Doing it again gives the same bodies in the same places. Throws when a store is not there.
 *
 * @param closedAt when the batches were formed, ISO 8601
 * @param giveUp takes a batch for which trying again would not help; without it such a batch throws, too
 */
export const firstMessages = async (
  bodies: Pick<BodyStore, "place">,
  batches: readonly Batch[],
  closedAt: string,
  giveUp?: (batch: Batch, error: unknown) => Promise<void>,
): Promise<readonly DeliveryMessage[]> => {
  const toMessage = async (batch: Batch): Promise<DeliveryMessage> => {
    const { batchId, subscription } = batch;
    const { encoded, bytes } = await bodyOf(batch);
    const place = await bodies.place({ webhookId: subscription.webhookId, batchId, body: encoded });
    return firstAttempt(batch, { bytes, place, closedAt });
  };
  const attempt = async (batch: Batch): Promise<DeliveryMessage | undefined> => {
    try {
      return await toMessage(batch);
    } catch (error) {
      if (giveUp === undefined || !isHopeless(error)) throw error;
      await giveUp(batch, error);
      return undefined;
    }
  };
  const limit = pLimit(concurrency);
  const messages = await Promise.all(batches.map((batch) => limit(() => attempt(batch))));
  return messages.filter((message) => message !== undefined);
};

/** What S3 answers to a body that it will never take; what is no fault of a store is a fault of this body, too. */
const isHopeless = (error: unknown): boolean =>
  !isDependencyFault(error) || (error instanceof Error && error.name === "EntityTooLarge");
