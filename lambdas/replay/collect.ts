import type { ReadProgress } from "#shared/delivery/replay.ts";
import type { ReadRecord } from "#shared/stream.ts";

/** How far a step has read a shard. */
export interface Reading {
  /** The first and the last record; absent when there were none. */
  readonly borders?: { readonly firstSequenceNumber: string; readonly lastSequenceNumber: string };
  /** Arrival time up to which the shard has been read, ISO 8601. */
  readonly readTo: string;
  readonly isInGap: boolean;
  /** Why reading stopped: there is enough, nothing more may come, or more may come but has not yet. */
  readonly end: "full" | "complete" | "early";
}

/** Keeps of the records that are read what it wants. */
export interface Keeper {
  readonly keep: (record: ReadRecord) => void;
  /** Whether it has enough. */
  readonly isFull: () => boolean;
}

/** What is to be read of a shard. */
export interface ReadRange {
  /** Arrival times, ISO 8601: from the first until before the second. */
  readonly from: string;
  readonly to: string;
  readonly progress: ReadProgress;
  /** Sequence number at which reading ends, however much has been kept. */
  readonly border?: string | undefined;
}

/** Arrival times are approximate, and a record is readable a moment after it has arrived. */
export const arrivalSlackMs = 5_000;

/** Gives a keeper what belongs to a range, record by record, and says when it ends. */
export const createCollector = (range: ReadRange, keeper: Keeper) => {
  const { progress } = range;
  const from = Date.parse(range.from);
  const to = Date.parse(range.to);
  const start = progress.after === undefined ? undefined : BigInt(progress.after);
  const border = range.border === undefined ? undefined : BigInt(range.border);
  let first: ReadRecord | undefined;
  let last: ReadRecord | undefined;
  let readTo = Date.parse(progress.readTo);
  let isInGap = false;

  return {
    /** Takes the next record; returns how reading ends when it ends here. */
    take: (record: ReadRecord): Reading["end"] | undefined => {
      const position = BigInt(record.sequenceNumber);
      if (start !== undefined && position <= start) return undefined;
      if (border !== undefined && position > border) return "full";
      if (border === undefined && record.arrivedAt >= to + arrivalSlackMs) return "complete";
      first ??= record;
      last = record;
      readTo = Math.max(readTo, record.arrivedAt);
      isInGap = false;
      if (record.arrivedAt >= from && record.arrivedAt < to) keeper.keep(record);
      const isFull = border === undefined ? keeper.isFull() : position === border;
      return isFull ? "full" : undefined;
    },

    /** Notes that there is nothing up to a time. */
    crossGap: (arrivedAt: number): void => {
      readTo = Math.max(readTo, arrivedAt);
      isInGap = true;
    },

    reading: (end: Reading["end"]): Reading => ({
      ...(first === undefined || last === undefined
        ? {}
        : { borders: { firstSequenceNumber: first.sequenceNumber, lastSequenceNumber: last.sequenceNumber } }),
      readTo: new Date(readTo).toISOString(),
      isInGap,
      end,
    }),
  };
};
