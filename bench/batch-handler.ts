/**
 * The `batch` handler on a window as large as Lambda passes (6 MB of event): generated campaign events, packed as `ingest`
 * packs them, in frames that a webhook takes whole, or a part of; and as other producers do, so that every event is parsed.
 * Measured: base64, decompression, reading, routing, bodies and their compression. Not measured: parsing the invocation's
 * JSON; ports for storing bodies and sending messages do nothing. Definitions are compiled anew for every window, as when the
 * cache has just run out. There is one webhook; `growth` measures more of them.
 */
import { maxRecordEvents } from "#shared/contract/limits.ts";
import { packRecords, type PackedRecord } from "#shared/events/pack-records.ts";
import { compress } from "#shared/events/zstd.ts";
import { createHandler } from "../lambdas/batch/handler.ts";
import { eventTexts, subscription } from "../test/support/builders.ts";
import { lambdaContext } from "../test/support/lambda-events.ts";
import { batchDeps, fullWindow } from "./support/batch-window.ts";
import type { Benchmark } from "./support/benchmark.ts";
import { campaign, count, customerId, sizeOf } from "./support/events.ts";
import { measureEvents } from "./support/measure-events.ts";

/** More than fit a window. */
const generatedEvents = 90_000;

/** Lines in zstd, without a header. */
const recordsOfOthers = (texts: readonly string[]): readonly PackedRecord[] =>
  Array.from({ length: Math.ceil(texts.length / maxRecordEvents) }, (_, record) => {
    const own = texts.slice(record * maxRecordEvents, (record + 1) * maxRecordEvents);
    return { data: compress(Buffer.from(own.join("\n"))), partitionKey: customerId, lines: own.map((_text, at) => at) };
  });

const windowsToMeasure = () => {
  const texts = campaign(generatedEvents);
  const packed = fullWindow(packRecords(customerId, eventTexts(texts)));
  const all = { customerId, eventsMode: "all" } as const;
  return [
    { name: "packed by ingest", window: packed, webhook: all },
    { name: "packed by ingest, batches of 1", window: packed, webhook: { ...all, batchSize: 1 } },
    {
      name: "packed by ingest, a part is taken",
      window: packed,
      webhook: { customerId, events: ["delivery", "click"] },
    },
    { name: "packed by others", window: fullWindow(recordsOfOthers(texts)), webhook: all },
  ];
};

export const batchHandler: Benchmark = {
  method:
    "A full window of packed records through the handler; storing and sending do nothing, compressing the bodies is included. " +
    "There is one webhook.",
  run: async (report) => {
    // Nothing else stays of what was generated: a function has no such heap, which its garbage collector would go over.
    const windows = windowsToMeasure();
    for (const { name, window, webhook } of windows) {
      const handler = createHandler(batchDeps([subscription(webhook)]));
      const { event, bytes, events } = window;
      const size = `${count(events)} in ${event.Records.length} records, ${sizeOf(bytes)}`;
      const run = async (): Promise<void> => {
        const { batchItemFailures } = await handler(event, lambdaContext());
        if (batchItemFailures.length > 0) throw new Error("The window failed.");
      };
      await measureEvents(report, { name, size, events, run });
    }
  },
};
