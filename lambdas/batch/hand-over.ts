import pLimit from "p-limit";
import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { type Batch, batchBody } from "#shared/delivery/batch.ts";
import { bodyEncodingOf, encodeBody, type EncodedBody } from "#shared/delivery/body.ts";
import { firstAttempt } from "#shared/delivery/message.ts";
import type { QuarantinedRecord } from "#shared/events/decode-record.ts";

export interface HandOverDeps {
  readonly bodies: Bodies;
  readonly deliveries: Deliveries;
  readonly quarantine: Quarantine;
  /** Unix milliseconds. */
  readonly now: () => number;
}

interface Bodies {
  /** Finds a place for a body that its batch determines. */
  readonly place: (body: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly body: EncodedBody;
  }) => Promise<BodyPlace>;
}

interface Deliveries {
  readonly sendAll: (messages: readonly DeliveryMessage[]) => Promise<void>;
}

interface Quarantine {
  readonly put: (record: QuarantinedRecord) => Promise<void>;
}

/** Bodies that are compressed and stored at a time: bounds memory and connections. */
const concurrency = 8;

/** Passes a window's batches on to delivery and its undecodable data to quarantine. Throws when either is not possible. */
export const handOver = async (
  deps: HandOverDeps,
  window: { readonly batches: readonly Batch[]; readonly quarantined: readonly QuarantinedRecord[] },
): Promise<void> => {
  const limit = pLimit(concurrency);
  const closedAt = new Date(deps.now()).toISOString();
  const [messages] = await Promise.all([
    Promise.all(window.batches.map((batch) => limit(() => toMessage(deps.bodies, batch, closedAt)))),
    Promise.all(window.quarantined.map((record) => limit(() => deps.quarantine.put(record)))),
  ]);
  await deps.deliveries.sendAll(messages);
};

const toMessage = async (bodies: Bodies, batch: Batch, closedAt: string): Promise<DeliveryMessage> => {
  const { batchId, subscription, events } = batch;
  const body = batchBody(events);
  const encoded = await encodeBody(body, bodyEncodingOf(subscription.maskedSettings));
  const place = await bodies.place({ webhookId: subscription.webhookId, batchId, body: encoded });
  return firstAttempt(batch, { bytes: body.length, place, closedAt });
};
