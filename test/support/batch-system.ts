import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { stuckRecords } from "#shared/adapters/s3/stuck-records.ts";
import { deliveryQueue } from "#shared/adapters/sqs/delivery-queue.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import type { BodyStore } from "#shared/stores.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { type BatchDeps, createHandler } from "../../lambdas/batch/handler.ts";
import { routerCache } from "../../lambdas/batch/form-batches.ts";
import type { Aws } from "./aws.ts";
import { asBatch } from "./deliver-deps.ts";
import { bodyText } from "./body-text.ts";
import { eventTexts, webhook } from "./builders.ts";
import { kinesisEvent, lambdaContext } from "./lambda-events.ts";

/** Events that do not compress well, so that their number decides what fits into a message. */
export const eventsOf = (count: number, fields: object = {}): readonly Buffer[] =>
  Array.from({ length: count }, (_, n) => {
    const pad = crypto.getRandomValues(new Uint8Array(20));
    return Buffer.from(
      JSON.stringify({
        msys: { message_event: { type: "delivery", n, pad: Buffer.from(pad).toString("hex"), ...fields } },
      }),
    );
  });

/** The records that `ingest` would write of a customer's events. */
export const packed = (customerId: string, events: readonly Buffer[]): readonly Buffer[] =>
  packRecords(customerId, eventTexts(events)).map(({ data }) => data);

/** `batch` on real adapters, for one customer, with a clock of the test's own (Unix milliseconds). */
export const createBatchSystem = async (aws: Aws, now: () => number) => {
  const customerId = crypto.randomUUID();
  const queue = await aws.createQueue();
  const retries = await aws.createQueue();
  const bodies = batchBodies(aws.bucket);
  const webhooks = webhooksTable(aws.tables.webhooks);
  const deps: BatchDeps & { readonly bodies: BodyStore } = {
    webhooks: routerCache({ webhooks, maxAgeMs: 45_000, now }),
    bodies,
    quarantine: quarantine(aws.bucket),
    stuckRecords: stuckRecords(aws.bucket),
    deliveries: deliveryQueue(queue),
    retries: deliveryQueue(retries),
    now,
    telemetry: createTelemetry("batch"),
  };
  return {
    customerId,
    deps,
    webhooks,
    addWebhook: async (fields: Parameters<typeof webhook>[0] = {}) => {
      const added = webhook({ webhookId: crypto.randomUUID(), customerId, ...fields });
      await webhooks.create(added);
      return added;
    },
    run: async (records: readonly (Buffer | string)[], changes: Partial<BatchDeps> = {}, first?: number) =>
      await createHandler({ ...deps, ...changes })(kinesisEvent(records, first), lambdaContext()),
    messages: async () => (await aws.receiveAll(queue.queueUrl)).map(asBatch),
    slowMessages: async () => (await aws.receiveAll(retries.queueUrl)).map(asBatch),
    /** Batches and chains. */
    received: async () => await aws.receiveAll(queue.queueUrl),
    bodyOf: async (message: DeliveryMessage): Promise<string> => await bodyText(bodies, message),
  };
};
