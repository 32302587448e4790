import { gzipSync, zstdCompressSync } from "node:zlib";
import { maxBatchEvents } from "#shared/contract/limits.ts";
import { batchBody } from "#shared/delivery/batch.ts";
import { packRecords } from "#shared/events/pack-records.ts";
import { decodeRecord } from "#shared/events/decode-record.ts";
import { zstdOptionsFor } from "#shared/events/zstd.ts";
import { eventTexts } from "../../test/support/builders.ts";
import { campaign, customerId } from "../support/events.ts";

/** What is measured of generated events. */
export interface Sizes {
  /** Mean of an event's JSON. */
  readonly eventBytes: number;
  /** Mean of a full record as the ingest API packs it. */
  readonly recordBytes: number;
  readonly recordEvents: number;
  /** Length of a batch's body in gzip, as targets get it. */
  readonly gzipBytesOf: (events: number) => number;
  /** CPU time of decoding an event and compressing it into a body: most of what `batch` does. */
  readonly measureSecondsPerEvent: () => number;
}

const gzipLevel = 1;

/** Measures sizes on generated events, as many as a batch holds. */
export const measureSizes = (): Sizes => {
  const texts = eventTexts(campaign(maxBatchEvents));
  const records = packRecords(customerId, texts);
  const full = records.slice(0, -1);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    eventBytes: mean(texts.map(({ start, end }) => end - start)),
    recordBytes: mean(full.map(({ data }) => data.length)),
    recordEvents: mean(full.map(({ lines }) => lines.length)),
    gzipBytesOf: (events) =>
      gzipSync(batchBody(texts.slice(0, Math.max(1, Math.round(events)))), {
        level: gzipLevel,
      }).length,
    measureSecondsPerEvent: () => {
      const startedAt = process.cpuUsage();
      const events = records.flatMap(({ data }) => decodeRecord(data).events);
      const body = batchBody(events);
      zstdCompressSync(body, zstdOptionsFor(body));
      const { user, system } = process.cpuUsage(startedAt);
      return (user + system) / 1e6 / events.length;
    },
  };
};
