import pLimit from "p-limit";
import type { QueueMessage } from "./contract/chain-message.ts";
import type { Batch } from "./delivery/batch.ts";
import { bodyOf, chainBodyOf } from "./delivery/body.ts";
import { type Chain, firstHop, isUncut } from "./delivery/chain.ts";
import { firstAttempt } from "./delivery/message.ts";
import { isDependencyFault } from "./errors.ts";
import type { BodyStore } from "./stores.ts";

/** Bodies that are compressed and stored at a time: bounds memory and connections. */
const concurrency = 8;

/**
 * Finds a place for the body of each batch or chain and makes the messages that ask for their first attempts, in their order.
 * Doing it again gives the same bodies in the same places. Throws when a store is not there.
 *
 * @param closedAt when the batches were formed, ISO 8601
 * @param giveUp takes a batch for which trying again would not help; without it such a batch throws, too
 */
export const firstMessages = async <Share extends Batch | Chain>(
  bodies: Pick<BodyStore, "place">,
  shares: readonly Share[],
  closedAt: string,
  giveUp?: (share: Share, error: unknown) => Promise<void>,
): Promise<readonly QueueMessage[]> => {
  const toMessage = async (share: Share): Promise<QueueMessage> => {
    const { batchId, items, subscription } = share;
    const { customerId, webhookId } = subscription;
    if (isUncut(share)) {
      const body = await bodies.place({ webhookId, batchId, body: chainBodyOf(customerId, items, share.rewrite) });
      return firstHop(share, { body, closedAt });
    }
    const { encoded, bytes } = await bodyOf(share);
    const place = await bodies.place({ webhookId, batchId, body: encoded });
    return firstAttempt(share, { bytes, place, closedAt });
  };
  const attempt = async (batch: Share): Promise<QueueMessage | undefined> => {
    try {
      return await toMessage(batch);
    } catch (error) {
      if (giveUp === undefined || !isHopeless(error)) throw error;
      await giveUp(batch, error);
      return undefined;
    }
  };
  const limit = pLimit(concurrency);
  const messages = await Promise.all(shares.map((share) => limit(() => attempt(share))));
  return messages.filter((message) => message !== undefined);
};

/** What S3 answers to a body that it will never take; what is no fault of a store is a fault of this body, too. */
const isHopeless = (error: unknown): boolean =>
  !isDependencyFault(error) || (error instanceof Error && error.name === "EntityTooLarge");
