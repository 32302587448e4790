/**
 * The `batch` handler on a window as large as Lambda passes (6 MB of event): generated campaign events, packed as `ingest`
 * packs them, with the events' routes in the header; and as other producers do, without them, so that every event is parsed. Measured: base64, gunzip, reading every event, routing, bodies, gzip. Not measured: parsing the invocation's
 * JSON; ports for storing bodies and sending messages do nothing. Definitions are compiled anew for every window, as when
 * the cache has just run out. One webhook takes every event, the others types that do not occur.
 */
import type { KinesisStreamEvent } from "aws-lambda";
import { type PackableEvent, packRecords } from "#shared/domain/pack-records.ts";
import { compileRouter } from "#shared/domain/routing.ts";
import { type BatchDeps, createHandler } from "../lambdas/batch/handler.ts";
import { maxWindowBytes } from "../local/runtime/kinesis-mapping/window.ts";
import { subscription } from "../test/support/builders.ts";
import { kinesisEvent, lambdaContext } from "../test/support/lambda-events.ts";
import type { Benchmark } from "./support/benchmark.ts";
import { campaign, count, customerId, eventTexts, sizeOf } from "./support/events.ts";
import { measureEvents } from "./support/measure-events.ts";
import { quietTelemetry } from "./support/quiet-telemetry.ts";

/** More than fit a window. */
const generatedEvents = 70_000;
const webhookCounts = [1, 100, 10_000];

const fullWindow = (
  events: readonly PackableEvent[],
): { readonly event: KinesisStreamEvent; readonly bytes: number; readonly events: number } => {
  const packed = packRecords(customerId, events);
  const { Records } = kinesisEvent(packed.map(({ data }) => data));
  let bytes = 0;
  const fitting = Records.findIndex((record) => {
    const size = JSON.stringify(record).length + 1;
    if (bytes + size > maxWindowBytes) return true;
    bytes += size;
    return false;
  });
  if (fitting === -1) throw new Error("The generated events do not fill a window.");
  const held = packed.slice(0, fitting).reduce((sum, { lines }) => sum + lines.length, 0);
  return { event: { Records: Records.slice(0, fitting) }, bytes, events: held };
};

const subscriptions = (total: number) =>
  Array.from({ length: total }, (_, index) =>
    subscription({
      webhookId: crypto.randomUUID(),
      eventsMode: index === 0 ? "all" : "selected",
      events: ["relay_injection", "sms_status"],
    }),
  );

const createDeps = (webhooks: number): BatchDeps => {
  const definitions = subscriptions(webhooks);
  return {
    webhooks: { routerOf: async () => compileRouter(definitions) },
    bodies: { place: async ({ batchId }) => ({ kind: "stored", key: batchId }) },
    deliveries: { sendAll: async () => undefined },
    quarantine: { put: async () => undefined },
    now: Date.now,
    telemetry: quietTelemetry("batch"),
  };
};

export const batchHandler: Benchmark = {
  name: "batch-handler",
  method:
    "A full window of packed records through the handler; storing and sending do nothing, gzip of the bodies is included. " +
    "One webhook takes every event, the others none.",
  run: async (report) => {
    const packable = eventTexts(campaign(generatedEvents));
    const windows = [
      ...webhookCounts.map((webhooks) => ({ webhooks, producer: "ingest", packable })),
      { webhooks: 1, producer: "others", packable: packable.map(({ bytes, line }) => ({ bytes, line })) },
    ];
    for (const { webhooks, producer, packable: packed } of windows) {
      const { event, bytes, events } = fullWindow(packed);
      const size = `${count(events)} in ${event.Records.length} records, ${sizeOf(bytes)}`;
      const handler = createHandler(createDeps(webhooks));
      const run = async (): Promise<void> => {
        const { batchItemFailures } = await handler(event, lambdaContext());
        if (batchItemFailures.length > 0) throw new Error("The window failed.");
      };
      await measureEvents(report, {
        name: `${webhooks.toLocaleString("en")} ${webhooks === 1 ? "webhook" : "webhooks"}, packed by ${producer}`,
        size,
        events,
        run,
      });
    }
  },
};
