import { DependencyError } from "#shared/errors.ts";
import { type OwnedFrame, readRecord } from "#shared/events/decode-record.ts";
import { filterEvents } from "#shared/events/event-filter.ts";
import { isFrame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { bytesOf, type RoutedEvent, spanOf } from "#shared/events/span.ts";
import type { Replay, ShardProgress } from "#shared/delivery/replay.ts";
import { batchesAtOnce } from "./pace.ts";
import { compileRouter } from "#shared/webhooks/routing.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { ReadRecord } from "#shared/stream.ts";

/** What a step has read of a shard. */
export interface Reading {
  /** The webhook's events, in order. */
  readonly events: readonly RoutedEvent[];
  /** Records with events of the customer. */
  readonly records: number;
  /** The first and the last record; absent when there were none. */
  readonly borders?: { readonly firstSequenceNumber: string; readonly lastSequenceNumber: string };
  /** Arrival time up to which the shard has been read, ISO 8601. */
  readonly readTo: string;
  readonly isInGap: boolean;
  /** Why reading stopped: the window is full, nothing more may come, or more may come but has not yet. */
  readonly end: "full" | "complete" | "early";
}

/** Arrival times are approximate, and a record is readable a moment after it has arrived. */
export const arrivalSlackMs = 5_000;
/** Events and bytes that close a window. */
const maxEvents = 40_000;
const maxBytes = 64 * 1024 * 1024;

/** Gathers what belongs to a window, record by record, and says when it ends. */
export const createCollector = (input: {
  readonly replay: Replay;
  readonly progress: ShardProgress;
  readonly subscription: Subscription;
}) => {
  const { replay, progress, subscription } = input;
  const from = Date.parse(replay.from);
  const to = Date.parse(replay.to);
  const start = progress.after === undefined ? undefined : BigInt(progress.after);
  const border = progress.window === undefined ? undefined : BigInt(progress.window.lastSequenceNumber);
  const mostEvents = Math.min(maxEvents, subscription.batchSize * batchesAtOnce(replay.rate));
  const isWanted = filterEvents(replay.filter ?? {});
  // What a paused webhook would take can be counted all the same.
  const route = compileRouter([{ ...subscription, active: true }]);
  const events: RoutedEvent[] = [];
  let bytes = 0;
  let records = 0;
  let first: ReadRecord | undefined;
  let last: ReadRecord | undefined;
  let readTo = Date.parse(progress.readTo);
  let isInGap = false;

  /** Of a frame that the webhook takes events of; one that is damaged is in quarantine since it was first read. */
  const eventsOf = (frame: OwnedFrame): readonly RoutedEvent[] => {
    if (frame.routes.every((each) => route(each).length === 0)) return [];
    const opened = openFrame(frame);
    return opened.kind === "events" ? opened.events : [];
  };

  const keep = (record: ReadRecord): void => {
    const reading = readRecord(record.data);
    if (reading.kind === "newer") throw new DependencyError("A record has a format that this version does not know");
    const own = reading.items.filter(({ customerId }) => customerId === replay.customerId);
    if (own.length > 0) records += 1;
    for (const event of own.flatMap((item) => (isFrame(item) ? eventsOf(item) : [item]))) {
      if (route(event).length === 0 || !isWanted(event)) continue;
      bytes += event.end - event.start;
      // A copy: a part of the record would keep the whole record in memory.
      events.push({ ...event, ...spanOf(Buffer.from(bytesOf(event))) });
    }
  };

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
      if (record.arrivedAt >= from && record.arrivedAt < to) keep(record);
      const isFull = border === undefined ? events.length >= mostEvents || bytes >= maxBytes : position === border;
      return isFull ? "full" : undefined;
    },

    /** Notes that there is nothing up to a time. */
    crossGap: (arrivedAt: number): void => {
      readTo = Math.max(readTo, arrivedAt);
      isInGap = true;
    },

    reading: (end: Reading["end"]): Reading => ({
      events,
      records,
      ...(first === undefined || last === undefined
        ? {}
        : { borders: { firstSequenceNumber: first.sequenceNumber, lastSequenceNumber: last.sequenceNumber } }),
      readTo: new Date(readTo).toISOString(),
      isInGap,
      end,
    }),
  };
};
