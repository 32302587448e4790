import { DependencyError } from "#shared/errors.ts";
import { type OwnedFrame, readRecord } from "#shared/events/decode-record.ts";
import { filterEvents } from "#shared/events/event-filter.ts";
import { isFrame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { bytesOf, type RoutedEvent, spanOf } from "#shared/events/span.ts";
import type { Replay, ShardProgress } from "#shared/delivery/replay.ts";
import type { ReadRecord } from "#shared/stream.ts";
import { takeContent } from "#shared/webhooks/content.ts";
import { compileRouter } from "#shared/webhooks/routing.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { Keeper, Reading } from "./collect.ts";
import { batchesAtOnce } from "./pace.ts";
import { type ReadDeps, readShard } from "./read-shard.ts";

/** A window of a shard, and what it has for the webhook of a replay. */
export interface WindowReading extends Reading {
  /** The webhook's events, in order. */
  readonly events: readonly RoutedEvent[];
  /** Records with events of the customer. */
  readonly records: number;
}

interface Input {
  readonly replay: Replay;
  readonly progress: ShardProgress;
  readonly subscription: Subscription;
}

/** Events and bytes that close a window. */
const maxEvents = 40_000;
const maxBytes = 64 * 1024 * 1024;

/** Reads the next window of a shard and keeps the events that the webhook takes; undefined as `readShard`. */
export const readWindow = async (deps: ReadDeps, input: Input): Promise<WindowReading | undefined> => {
  const { replay, progress } = input;
  const { from, to } = replay;
  const { kept, ...keeper } = keepEvents(input);
  const reading = await readShard(deps, { from, to, progress, border: progress.window?.lastSequenceNumber }, keeper);
  return reading === undefined ? undefined : { ...reading, ...kept() };
};

const keepEvents = ({
  replay,
  subscription,
}: Input): Keeper & { readonly kept: () => Pick<WindowReading, "events" | "records"> } => {
  const mostEvents = Math.min(maxEvents, subscription.batchSize * batchesAtOnce(replay.rate));
  const isWanted = filterEvents(replay.filter ?? {});
  // What a paused webhook would take can be counted all the same.
  const route = compileRouter([{ ...subscription, active: true }]);
  const events: RoutedEvent[] = [];
  let bytes = 0;
  let records = 0;

  /** Of a frame that the webhook takes events of; one that is damaged is in quarantine since it was first read. */
  const eventsOf = (frame: OwnedFrame): readonly RoutedEvent[] => {
    if (frame.routes.every((each) => route(each).length === 0)) return [];
    const opened = openFrame(frame);
    return opened.kind === "events" ? opened.events : [];
  };

  return {
    keep: (record: ReadRecord): void => {
      const reading = readRecord(record.data);
      if (reading.kind === "newer") throw new DependencyError("A record has a format that this version does not know");
      const own = reading.items.filter(({ customerId }) => customerId === replay.customerId);
      if (own.length > 0) records += 1;
      for (const event of own.flatMap((item) => (isFrame(item) ? eventsOf(item) : [item]))) {
        if (route(event).length === 0 || !isWanted(event)) continue;
        const given = takeContent(subscription, event);
        if (given === undefined) continue;
        bytes += given.end - given.start;
        // A copy: a part of the record would keep the whole record in memory.
        events.push({ ...given, ...spanOf(Buffer.from(bytesOf(given))) });
      }
    },
    isFull: () => events.length >= mostEvents || bytes >= maxBytes,
    kept: () => ({ events, records }),
  };
};
