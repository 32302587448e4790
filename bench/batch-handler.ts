/**
 * The `batch` handler on a window as large as Lambda passes (6 MB of event): generated campaign events, packed as `ingest`
 * packs them, with the events' routes in the header; and as other producers do, without them, so that every event is
 * parsed. Measured: base64, decompression, reading every event, routing, bodies and their compression. Not measured: parsing
 * the invocation's JSON; ports for storing bodies and sending messages do nothing. Definitions are compiled anew for every window, as when
 * the cache has just run out. One webhook takes every event; `growth` measures more of them.
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

export const batchHandler: Benchmark = {
  name: "batch-handler",
  method:
    "A full window of packed records through the handler; storing and sending do nothing, compressing the bodies is included. " +
    "One webhook takes every event.",
  run: async (report) => {
    const texts = campaign(generatedEvents);
    const windows = [
      { producer: "ingest", packed: packRecords(customerId, eventTexts(texts)) },
      { producer: "others", packed: recordsOfOthers(texts) },
    ];
    const deps = batchDeps([subscription({ customerId, eventsMode: "all" })]);
    const handler = createHandler(deps);
    for (const { producer, packed } of windows) {
      const { event, bytes, events } = fullWindow(packed);
      const size = `${count(events)} in ${event.Records.length} records, ${sizeOf(bytes)}`;
      const run = async (): Promise<void> => {
        const { batchItemFailures } = await handler(event, lambdaContext());
        if (batchItemFailures.length > 0) throw new Error("The window failed.");
      };
      await measureEvents(report, { name: `packed by ${producer}`, size, events, run });
    }
  },
};
