import { promisify } from "node:util";
import { gzip } from "node:zlib";
import pLimit from "p-limit";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { inlineMessageBytes } from "#shared/contract/limits.ts";
import { type Batch, batchBody } from "#shared/domain/batch.ts";
import type { QuarantinedRecord } from "#shared/domain/records/quarantined-record.ts";

export interface HandOverDeps {
  readonly bodies: Bodies;
  readonly deliveries: Deliveries;
  readonly quarantine: Quarantine;
}

interface Bodies {
  /** Stores a body under a key that its batch determines, and returns the key. */
  readonly put: (body: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly gzip: Buffer;
  }) => Promise<string>;
}

interface Deliveries {
  readonly sendAll: (messages: readonly DeliveryMessage[]) => Promise<void>;
}

interface Quarantine {
  readonly put: (record: QuarantinedRecord) => Promise<void>;
}

/** Bodies that are compressed and stored at a time: bounds memory and connections. */
const concurrency = 8;
/** What a message holds besides its inline body, generously. */
const messageOverheadBytes = 1_024;
const gzipLevel = 1;
const compress = promisify(gzip);

/** Passes a window's batches on to delivery and its undecodable data to quarantine. Throws when either is not possible. */
export const handOver = async (
  deps: HandOverDeps,
  window: { readonly batches: readonly Batch[]; readonly quarantined: readonly QuarantinedRecord[] },
): Promise<void> => {
  const limit = pLimit(concurrency);
  const [messages] = await Promise.all([
    Promise.all(window.batches.map((batch) => limit(() => toMessage(deps.bodies, batch)))),
    Promise.all(window.quarantined.map((record) => limit(() => deps.quarantine.put(record)))),
  ]);
  await deps.deliveries.sendAll(messages);
};

/** A small body travels in the message, a large one through the bucket. */
const toMessage = async (bodies: Bodies, batch: Batch): Promise<DeliveryMessage> => {
  const { batchId, subscription, window, events } = batch;
  const body = batchBody(events);
  const compressed = await compress(body, { level: gzipLevel });
  const inline = compressed.toString("base64");
  const isSmall = inline.length + messageOverheadBytes <= inlineMessageBytes;
  const { webhookId, customerId, settingsRevision } = subscription;
  return {
    version: 1,
    batchId,
    webhookId,
    customerId,
    settingsRevision,
    createdAt: window.arrivedAt,
    events: events.length,
    bytes: body.length,
    body: isSmall
      ? { kind: "inline", gzip: inline }
      : { kind: "stored", key: await bodies.put({ webhookId, batchId, gzip: compressed }) },
    attempt: 1,
  };
};
