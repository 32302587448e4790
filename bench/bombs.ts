/**
 * Memory of the functions on input that is small as it comes and huge once it is inflated: requests of a few kilobytes that
 * make tens of millions of pieces, and windows as large as Lambda passes whose records inflate to gigabytes, or hold
 * millions of equal events. Each goes to its function in a process of its own, which tells the most memory that it has had,
 * Node and the code included. Ports answer from memory. Linux only.
 */
import { gzipSync } from "node:zlib";
import { maxIngestInflatedBytes, maxRecordEvents, maxTextEvents } from "#shared/contract/limits.ts";
import { chainBodyOf } from "#shared/delivery/body.ts";
import { firstHop } from "#shared/delivery/chain.ts";
import { type OwnedFrame, readRecord } from "#shared/events/decode-record.ts";
import { isFrame } from "#shared/events/frames.ts";
import { packRecords, type PackedRecord } from "#shared/events/pack-records.ts";
import { compress } from "#shared/events/zstd.ts";
import { eventTexts, subscription, window } from "../test/support/builders.ts";
import { sqsEvent } from "../test/support/lambda-events.ts";
import { fullWindow } from "./support/batch-window.ts";
import type { Benchmark, Report } from "./support/benchmark.ts";
import { type Defused, startBombed } from "./support/bomb.ts";
import { count, customerId, sizeOf } from "./support/events.ts";
import { startReceiverProcess } from "./support/receiver.ts";

type Bomb = Parameters<ReturnType<typeof startBombed>["ask"]>[0];

/** Nearly as much as a request or a record may inflate to. */
const inflatedBytes = maxIngestInflatedBytes - 1_024;
/** Of a window that takes hundreds of invocations. */
const mostInvocations = 12;
const megabyte = 1_024 * 1_024;

const event = (type: string): string => JSON.stringify({ msys: { message_event: { type, customer_id: customerId } } });
const filled = (start: string, piece: string): Buffer =>
  Buffer.concat([Buffer.from(start), Buffer.alloc(inflatedBytes - start.length, piece)]);

/** Texts of the kinds that have made millions of pieces. */
const texts: Readonly<Record<string, Buffer>> = {
  "[{},{},… in one list": filled("[", "{},"),
  "1 a line": filled("", "1\n"),
  "a list in a list in …": filled('{\n"a":', "["),
  "one event again and again": filled("", `${event("click")}\n`),
};

/** The same record as often as a window holds it. */
const windowOf = (record: PackedRecord) => {
  const bytes = record.data.length * (4 / 3) + 400;
  return fullWindow(Array.from({ length: Math.ceil(6_000_000 / bytes) + 10 }, () => record));
};

const tell = async (report: Report, name: string, size: string, bomb: Bomb): Promise<void> => {
  const child = startBombed();
  let defused: Defused;
  try {
    defused = await child.ask(bomb);
  } finally {
    await child.stop();
  }
  report.progress(`${name}: ${defused.outcome}`);
  report.figure({
    name: `${name}: ${defused.outcome}; before`,
    size,
    unit: "MB RSS",
    runs: [defused.residentBefore / megabyte],
  });
  report.figure({
    name: `${name}: ${defused.outcome}; peak`,
    size,
    unit: "MB RSS",
    runs: [defused.resident / megabyte],
  });
};

export const bombs: Benchmark = {
  method:
    "Input that inflates to tens of megabytes or gigabytes, each in a process of its own. Peak memory of the whole process.",
  run: async (report) => {
    for (const [name, text] of Object.entries(texts)) {
      const body = gzipSync(text);
      const size = `${sizeOf(body.length)} that inflate to ${sizeOf(text.length)}`;
      await tell(report, `ingest, ${name}`, size, { kind: "ingest", body });
    }
    const all = subscription({ customerId, eventsMode: "all", batchSize: 10_000 });
    const some = subscription({ customerId, events: ["click"], batchSize: 10_000 });
    const equal = (types: readonly string[], events: number): readonly string[] =>
      Array.from({ length: events }, (_, at) => event(types[at % types.length] ?? ""));
    const lines = (events: readonly string[]): PackedRecord => ({
      data: compress(Buffer.from(events.join("\n"))),
      partitionKey: customerId,
      lines: events.map((_event, at) => at),
    });
    const frames = packRecords(customerId, eventTexts(equal(["click", "delivery"], maxRecordEvents)));
    const windows = [
      ...Object.entries(texts).map(([name, text]) => ({
        name,
        record: { data: compress(text), partitionKey: customerId, lines: [] },
        webhook: all,
      })),
      { name: "100,000 equal events a record", record: lines(equal(["click"], maxTextEvents)), webhook: all },
      { name: "frames of equal events", record: frames[0], webhook: all },
      { name: "frames of equal events, a part is taken", record: frames[0], webhook: some },
    ];
    for (const { name, record, webhook } of windows) {
      if (record === undefined) throw new Error("Nothing was packed.");
      const { event: windowEvent, bytes, events } = windowOf(record);
      const size = `${windowEvent.Records.length} records, ${sizeOf(bytes)}${events === 0 ? "" : `, ${count(events)}`}`;
      await tell(report, `batch, ${name}`, size, { kind: "batch", event: windowEvent, webhook, most: mostInvocations });
    }
    await tellDeliver(report, frames[0]);
  },
};

/** A chain of as many equal events as a window's frames hold, and of the same ones in batches of ten thousand. */
const tellDeliver = async (report: Report, record: PackedRecord | undefined): Promise<void> => {
  if (record === undefined) return;
  const reading = readRecord(record.data);
  if (reading.kind === "newer") return;
  const own = reading.items.filter((item): item is OwnedFrame => isFrame(item));
  const copies = windowOf(record).event.Records.length;
  const items = Array.from({ length: copies }, () => own).flat();
  const events = items.reduce((sum, frame) => sum + frame.events, 0);
  const body = chainBodyOf(customerId, items);
  const chain = {
    ...firstHop(
      {
        batchId: crypto.randomUUID(),
        subscription: subscription({ customerId, batchSize: 10_000 }),
        window: window(),
        items,
        events,
      },
      { body: { kind: "stored", key: "chain" }, closedAt: new Date().toISOString() },
    ),
    slow: true,
  };
  const receiver = startReceiverProcess();
  try {
    const { url: target } = await receiver.ask({ kind: "listen" });
    await receiver.ask({ kind: "take" });
    await tell(report, "deliver, a chain of equal events", count(events), {
      kind: "deliver",
      event: sqsEvent([chain]),
      target,
      body,
    });
    const { posts, bytes } = await receiver.ask({ kind: "take" });
    report.progress(`deliver: ${posts} POSTs of ${sizeOf(bytes)} together`);
  } finally {
    await receiver.stop();
  }
};
