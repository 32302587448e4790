import type { ReadEstimate, Search } from "#shared/delivery/search.ts";
import type { ReadRecord } from "#shared/stream.ts";
import { ownItems } from "./find-matches.ts";
import { firstReadRecords, paceAfter } from "./pace.ts";
import type { ReadDeps } from "./read-shard.ts";

/** Places of a time range that are looked at, and records that are read at each at most. */
const samples = 4;
const sampleRecords = 50;
/** Shorter parts are not looked at apart: they would be the same records again. */
const minPartMs = 10_000;
/** What comes in a burst is not taken for what always comes. */
const minSeenMs = 1_000;
/** Reads until records are met: where there are few, Kinesis gives empty pages. */
const maxReads = 3;
const throttledPauseMs = 1_000;

/** Judges by a few samples what reading a shard for a search takes. */
export const sampleShard = async (deps: ReadDeps, search: Search, shard: string): Promise<ReadEstimate> => {
  const from = Date.parse(search.from);
  const rangeMs = Date.parse(search.to) - from;
  const parts = Math.min(Math.max(Math.floor(rangeMs / minPartMs), 1), samples);
  const lengthMs = rangeMs / parts;
  const sum = { records: 0, bytes: 0, readMs: 0 };
  let limit = firstReadRecords;
  for (let sample = 0; sample < parts; sample += 1) {
    const start = from + sample * lengthMs;
    const part = await sampleAt(deps, search.customerId, { shard, start, end: start + lengthMs, limit });
    sum.records += part.records;
    sum.bytes += part.bytes;
    sum.readMs += part.readMs;
    ({ limit } = part);
  }
  return { records: Math.round(sum.records), bytes: Math.round(sum.bytes), readMs: Math.round(sum.readMs) };
};

interface Part {
  readonly shard: string;
  /** Unix milliseconds; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Records that the first read asks for. */
  readonly limit: number;
}

/** Judges a part of the range by its first records, as if it went on like that, and says how many to ask for next. */
const sampleAt = async (
  deps: ReadDeps,
  customerId: string,
  { shard, start, end, ...first }: Part,
): Promise<ReadEstimate & Pick<Part, "limit">> => {
  let { limit } = first;
  let iterator: string | undefined = await deps.events.openShard(shard, { kind: "time", at: start });
  for (let read = 0; read < maxReads && iterator !== undefined; read += 1) {
    const page = await deps.events.read(iterator, limit);
    if (page.kind === "throttled") {
      await deps.pause(throttledPauseMs);
      continue;
    }
    // What lies behind the part has been read, too.
    const pace = paceAfter({ records: page.records.length, bytes: bytesIn(page.records) });
    limit = Math.min(pace.records, sampleRecords);
    await deps.pause(pace.pauseMs);
    const inPart = page.records.filter(({ arrivedAt }) => arrivedAt < end);
    const bytes = bytesIn(inPart);
    const last = inPart.at(-1);
    const isAll = inPart.length < page.records.length || page.behindMs === 0;
    if (last === undefined && !isAll) {
      iterator = page.iterator;
      continue;
    }
    const seenMs = Math.max((last?.arrivedAt ?? start) - start, minSeenMs);
    const times = isAll ? 1 : Math.max((end - start) / seenMs, 1);
    const own = inPart.filter((record) => ownItems(record, customerId).length > 0);
    const perPage = paceAfter({ records: Math.max(inPart.length, 1), bytes: Math.max(bytes, 1) }).records;
    const pages = Math.ceil((inPart.length * times) / perPage) + 1;
    const readMs = Math.max(pages * minPauseMs, (bytes * times) / bytesPerMs);
    return { records: own.length * times, bytes: bytesIn(own) * times, readMs, limit };
  }
  return { records: 0, bytes: 0, readMs: maxReads * minPauseMs, limit };
};

/** What a reader takes of a shard at most: see `paceAfter`. */
const bytesPerMs = 1_000;
const minPauseMs = 500;

const bytesIn = (records: readonly ReadRecord[]): number => records.reduce((sum, { data }) => sum + data.length, 0);
