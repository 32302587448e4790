import type { ChainMessage } from "#shared/contract/chain-message.ts";
import { chainIdOf } from "#shared/delivery/batch.ts";
import { chainBodyOf } from "#shared/delivery/body.ts";
import { firstHop } from "#shared/delivery/chain.ts";
import { inlinePlace } from "#shared/delivery/inline-body.ts";
import { packFrame } from "#shared/events/frames.ts";
import type { Aws } from "./aws.ts";
import { eventTexts, subscription, window } from "./builders.ts";

/** A chain on its first hop, whose body is stored, or travels inside the message. */
export const chainOf = async (
  { storeObject }: Pick<Aws, "storeObject">,
  input: {
    readonly webhookId: string;
    readonly customerId: string;
    readonly createdAt: string;
    readonly events: readonly unknown[];
    readonly batchSize: number;
    readonly maxBatchBytes?: number;
    /** @default 5 */
    readonly frameEvents?: number;
    /** Index of a frame whose checksum is wrong. @default none */
    readonly damagedFrame?: number;
    /** @default false */
    readonly isInline?: boolean;
    /** Unlike that of every other chain of the webhook. @default 100 */
    readonly sequenceNumber?: number;
    /** When the window was closed, ISO 8601. @default when its first record arrived */
    readonly closedAt?: string;
  },
): Promise<ChainMessage> => {
  const { customerId, createdAt: arrivedAt, webhookId, frameEvents = 5, sequenceNumber = 100 } = input;
  const { batchSize, maxBatchBytes = 10_000_000 } = input;
  const own = subscription({ webhookId, customerId, batchSize, maxBatchBytes });
  const place = {
    arrivedAt,
    firstSequenceNumber: String(sequenceNumber),
    lastSequenceNumber: String(sequenceNumber + 9),
  };
  const chain = { subscription: own, window: window(place), events: input.events.length };
  const batchId = chainIdOf({ ...chain.window, ...own }, 0);
  const texts = eventTexts(input.events.map((event) => JSON.stringify(event)));
  const items = Array.from({ length: Math.ceil(texts.length / frameEvents) }, (_, frame) =>
    packFrame(texts.slice(frame * frameEvents, (frame + 1) * frameEvents)),
  );
  const damaged = items[input.damagedFrame ?? -1]?.data;
  if (damaged !== undefined) damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
  const encoded = chainBodyOf(customerId, items);
  const body = input.isInline
    ? inlinePlace(encoded)
    : await storeObject(`batches/${webhookId}/${batchId}.frames`, encoded.bytes);
  return firstHop({ ...chain, batchId, items }, { body, closedAt: input.closedAt ?? arrivedAt });
};
