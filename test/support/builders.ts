import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import type { Window } from "#shared/delivery/batch.ts";
import { spanOf } from "#shared/events/span.ts";
import type { PackableEvent } from "#shared/events/pack-records.ts";
import { readEvent } from "#shared/events/read-event.ts";
import type { Subscription, Webhook } from "#shared/webhooks/webhook.ts";

/** A subscription that takes deliveries and clicks of customer 1. */
export const subscription = (fields: Partial<Subscription> = {}): Subscription => ({
  webhookId: "1cc94ef0-ab17-41e4-b135-0ff9de159aa7",
  customerId: "1",
  active: true,
  eventsMode: "selected",
  events: ["delivery", "click"],
  batchSize: 10_000,
  maxBatchBytes: 10_000_000,
  revision: 1,
  settingsRevision: 1,
  maskedSettings: {},
  ...fields,
});

/** A message for the first attempt of a batch of customer 1 with one event, whose body is stored by default. */
export const deliveryMessage = (
  fields: Partial<DeliveryMessage> & Pick<DeliveryMessage, "webhookId">,
): DeliveryMessage => ({
  version: 1,
  batchId: crypto.randomUUID(),
  customerId: "1",
  settingsRevision: 1,
  createdAt: "2026-01-02T03:04:00.000Z",
  events: 1,
  bytes: 10,
  body: { kind: "stored", key: "batches/unknown" },
  attempt: 1,
  ...fields,
});

/** A window of ten records. */
export const window = (fields: Partial<Window> = {}): Window => ({
  stream: "arn:aws:kinesis:us-east-1:000000000000:stream/events",
  shard: "shardId-000000000000",
  firstSequenceNumber: "100",
  lastSequenceNumber: "109",
  arrivedAt: "2026-01-02T03:04:05.000Z",
  ...fields,
});

/** An active webhook of customer 1 without authentication. */
export const webhook = (fields: Partial<Webhook> = {}): Webhook => ({
  ...subscription(),
  name: "Example webhook",
  maskedSettings: { target: "https://example.com/hook", authToken: "", auth: { type: "none" }, customHeaders: {} },
  createdAt: "2026-01-02T03:04:05.000Z",
  updatedAt: "2026-01-02T03:04:05.000Z",
  ...fields,
});

/** Events of a request as the ingest function reads them, a line each. */
export const eventTexts = (events: readonly (string | Buffer)[]): readonly PackableEvent[] =>
  events.map((event, index) => {
    const reading = readEvent(spanOf(Buffer.from(event)));
    if (reading.kind !== "event") throw new Error(`Not an event: ${String(event)}`);
    const { text, start, end, type, subaccountId, eventClass } = reading.event;
    return { text, start, end, type, subaccountId, eventClass, line: index + 1 };
  });
