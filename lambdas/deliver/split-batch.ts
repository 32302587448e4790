import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { decodeBody, encodeBody } from "#shared/domain/encoded-body.ts";
import { splitBody } from "#shared/domain/split.ts";
import { loadBody } from "./load-body.ts";
import type { Bodies, RetryQueue } from "./ports.ts";

export interface SplitDeps {
  readonly bodies: Bodies;
  readonly retries: RetryQueue;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Puts the two halves of a batch on the queue as batches of their own, within its retry window, and returns their ids. */
export const splitBatch = async (
  deps: SplitDeps,
  message: DeliveryMessage,
  firstAttemptAt: number,
): Promise<readonly string[]> => {
  const { parked: _, redelivery: _redelivery, ...batch } = message;
  const { webhookId } = batch;
  const closedAt = new Date(deps.now()).toISOString();
  const whole = await loadBody(deps.bodies, message);
  const parts = splitBody(batch.batchId, await decodeBody(whole, batch.bytes));
  for (const { batchId, events, eventTypes, body } of parts) {
    const encoded = await encodeBody(body, whole.encoding);
    const place = await deps.bodies.place({ webhookId, batchId, body: encoded });
    const batchSize = batch.formation?.batchSize ?? batch.events;
    const formation = { closedBy: "split", closedAt, batchSize, eventTypes, splitFrom: batch.batchId } as const;
    const part = { batchId, events, bytes: body.length, body: place, attempt: 1, firstAttemptAt, formation };
    await deps.retries.send({ ...batch, ...part }, 0);
  }
  return parts.map(({ batchId }) => batchId);
};
