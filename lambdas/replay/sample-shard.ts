import type { ReadEstimate, Search } from "#shared/delivery/search.ts";
import type { ReadRecord } from "#shared/stream.ts";
import { ownItems } from "./find-matches.ts";
import { paceAfter } from "./pace.ts";
import type { ReadDeps } from "./read-shard.ts";

/** Places of a time range that are looked at, and records that are read at each. */
const samples = 4;
const sampleRecords = 50;
/** Reads until records are met: where there are few, Kinesis gives empty pages. */
const maxReads = 3;
const throttledPauseMs = 1_000;

/** Judges by a few samples what reading a shard for a search takes. */
export const sampleShard = async (deps: ReadDeps, search: Search, shard: string): Promise<ReadEstimate> => {
  const from = Date.parse(search.from);
  const lengthMs = (Date.parse(search.to) - from) / samples;
  const sum = { records: 0, bytes: 0, readMs: 0 };
  for (let sample = 0; sample < samples; sample += 1) {
    const start = from + sample * lengthMs;
    const part = await sampleAt(deps, search.customerId, { shard, start, end: start + lengthMs });
    sum.records += part.records;
    sum.bytes += part.bytes;
    sum.readMs += part.readMs;
  }
  return { records: Math.round(sum.records), bytes: Math.round(sum.bytes), readMs: Math.round(sum.readMs) };
};

/** Judges a part of the range by its first records, as if it went on like that. */
const sampleAt = async (
  deps: ReadDeps,
  customerId: string,
  { shard, start, end }: { readonly shard: string; readonly start: number; readonly end: number },
): Promise<ReadEstimate> => {
  let iterator: string | undefined = await deps.events.openShard(shard, { kind: "time", at: start });
  for (let read = 0; read < maxReads && iterator !== undefined; read += 1) {
    const page = await deps.events.read(iterator, sampleRecords);
    if (page.kind === "throttled") {
      await deps.pause(throttledPauseMs);
      continue;
    }
    const inPart = page.records.filter(({ arrivedAt }) => arrivedAt < end);
    const bytes = bytesIn(inPart);
    const { pauseMs } = paceAfter({ records: inPart.length, bytes });
    await deps.pause(pauseMs);
    const last = inPart.at(-1);
    const isAll = inPart.length < page.records.length || page.behindMs === 0;
    if (last === undefined && !isAll) {
      iterator = page.iterator;
      continue;
    }
    const seenMs = Math.max((last?.arrivedAt ?? start) - start, 1);
    const times = isAll ? 1 : Math.max((end - start) / seenMs, 1);
    const own = inPart.filter((record) => ownItems(record, customerId).length > 0);
    const perPage = paceAfter({ records: Math.max(inPart.length, 1), bytes: Math.max(bytes, 1) }).records;
    const pages = Math.ceil((inPart.length * times) / perPage) + 1;
    const readMs = Math.max(pages * minPauseMs, (bytes * times) / bytesPerMs);
    return { records: own.length * times, bytes: bytesIn(own) * times, readMs };
  }
  return { records: 0, bytes: 0, readMs: maxReads * minPauseMs };
};

/** What a reader takes of a shard at most: see `paceAfter`. */
const bytesPerMs = 1_000;
const minPauseMs = 500;

const bytesIn = (records: readonly ReadRecord[]): number => records.reduce((sum, { data }) => sum + data.length, 0);
