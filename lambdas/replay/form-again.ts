import { minFrameEvents } from "#shared/contract/limits.ts";
import type { Stretch } from "#shared/contract/delivery-message.ts";
import { batchBody } from "#shared/delivery/batch.ts";
import { type BatchItem, itemsBetween, measure } from "#shared/delivery/cut.ts";
import type { BatchRecord } from "#shared/delivery/record.ts";
import { type CountedNumber, type EventPlace, matchIdOf } from "#shared/delivery/search.ts";
import { type RecordItem, readRecord } from "#shared/events/decode-record.ts";
import { type EventFilter, filterEvents } from "#shared/events/event-filter.ts";
import { type Frame, isFrame, routeIndexOf } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import type { ReadRecord } from "#shared/stream.ts";
import { contentOf, takeContent } from "#shared/webhooks/content.ts";
import { rulesAt, withRules } from "#shared/webhooks/past-rules.ts";
import { compileRouter } from "#shared/webhooks/routing.ts";
import type { EventRules, Webhook } from "#shared/webhooks/webhook.ts";
import { firstReadRecords, paceAfter } from "./pace.ts";
import type { ReplayDeps } from "./progress.ts";
import type { ReadDeps } from "./read-shard.ts";
import { type TurnDeps, inTurn } from "./take-turns.ts";

/** Where a window stands on the stream, and by which rules of the webhook it was routed. */
export type Place = Pick<Stretch, "shard" | "firstSequenceNumber" | "lastSequenceNumber" | "revision" | "replayId">;

/**
 * What a window held for a webhook: undefined when nothing says so any more, `dropped` when the stream has not kept it, `busy`
 * when its shard is another replay's to read, or gives too little.
 */
export type Found = readonly BatchItem[] | "dropped" | "busy" | undefined;

type FormDeps = ReadDeps & TurnDeps & Pick<ReplayDeps, "replays">;

/** Time that reading a window may take: 6 MB at the pace of replays take seven seconds. */
const maxReadMs = 25_000;
const throttledPauseMs = 2_000;
/** Windows in which an event is counted for a webhook: a step stores them, in an item of at most 400 KB. */
const maxCountedWindows = 200;
/** What Kinesis answers when a shard, or a place in it, is past its retention. */
const gone: ReadonlySet<string> = new Set(["ResourceNotFoundException", "InvalidArgumentException"]);

/** Reads windows again, and keeps the last one: the batches of a chain follow one another. */
export const createWindows = (
  deps: FormDeps,
  webhook: Webhook,
  holder: string,
): { readonly itemsOf: (place: Place) => Promise<Found> } => {
  let last: { readonly key: string; readonly found: Found } | undefined;
  return {
    itemsOf: async (place) => {
      const key = windowOf(place, place.revision, place.replayId);
      if (last?.key === key) return last.found;
      const found = await findItems(deps, { webhook, place, holder });
      if (found !== "busy") last = { key, found };
      return found;
    },
  };
};

const windowOf = (
  { shard, firstSequenceNumber, lastSequenceNumber }: Place,
  ...more: readonly (number | string | undefined)[]
): string => JSON.stringify([shard, firstSequenceNumber, lastSequenceNumber, ...more]);

/** The records of a window, read in its shard's turn. */
const readInTurn = async (
  deps: FormDeps,
  { place, holder }: { readonly place: Place; readonly holder: string },
): Promise<Stretched> => {
  const records = await inTurn(deps, { shard: place.shard, holder }, async () => await readStretch(deps, place));
  return records ?? "busy";
};

const findItems = async (
  deps: FormDeps,
  { webhook, place, holder }: { readonly webhook: Webhook; readonly place: Place; readonly holder: string },
): Promise<Found> => {
  const choice = await choiceOf(deps, webhook, place);
  if (choice === undefined) return undefined;
  const records = await readInTurn(deps, { place, holder });
  if (typeof records === "string") return records;
  return records.filter(choice.isRead).flatMap(({ data }) => itemsIn(data).flatMap(choice.take));
};

/** What a webhook takes of a window. */
interface Choice {
  /** Whether a record counts: a replay reads a window's borders, and what lies between them in its own time. */
  readonly isRead: (record: ReadRecord) => boolean;
  readonly take: (item: RecordItem) => readonly BatchItem[];
}

/** How a window was routed for a webhook; undefined when nothing says so any more. */
const choiceOf = async (deps: FormDeps, webhook: Webhook, place: Place): Promise<Choice | undefined> => {
  const rules = rulesAt(webhook, place.revision);
  if (rules === undefined) return undefined;
  const take = takerOf(webhook, rules);
  if (place.replayId === undefined) return { isRead: () => true, take };
  const { customerId, webhookId } = webhook;
  const former = (await deps.replays.list(customerId, webhookId)).find(
    ({ replay }) => replay.replayId === place.replayId,
  )?.replay;
  if (former === undefined) return undefined;
  const [from, to] = [Date.parse(former.from), Date.parse(former.to)];
  const isWanted = asked(former.filter ?? {});
  return {
    isRead: ({ arrivedAt }) => arrivedAt >= from && arrivedAt < to,
    take: (item) => take(item).flatMap(opened).filter(isWanted),
  };
};

/**
 * Finds which of the events that a webhook took of a window an event is, counted from 0: `none` when it is none of them,
 * `unknown` when nothing says so any more or it is in too many windows, `late` when it is too late to read a further window. The
 * last window is kept, as the webhooks of a customer share it.
 *
 * @param until.deadline Unix milliseconds: one window is read in any case
 * @param until.counted what has been counted; it gets what is counted now
 */
export const createNumbers = (
  deps: FormDeps,
  holder: string,
  { deadline, counted }: { readonly deadline: number; readonly counted: Map<string, CountedNumber> },
): {
  readonly numberOf: (webhook: Webhook, place: Place, event: EventPlace) => Promise<CountedNumber | "busy" | "late">;
} => {
  let last: { readonly key: string; readonly records: Stretched } | undefined;
  const count: ReturnType<typeof createNumbers>["numberOf"] = async (webhook, place, event) => {
    const choice = await choiceOf(deps, webhook, place);
    if (choice === undefined) return "unknown";
    const key = windowOf(place);
    if (last !== undefined && last.key !== key && deps.now() >= deadline) return "late";
    const records = last?.key === key ? last.records : await readInTurn(deps, { place, holder });
    if (records === "busy") return records;
    last = { key, records };
    return records === "dropped" ? "unknown" : countTo(records, choice, event);
  };
  return {
    numberOf: async (webhook, place, event) => {
      // A window may be in hundreds of batches, and is counted once for an event.
      const key = [webhook.webhookId, matchIdOf(event), windowOf(place, place.revision, place.replayId)].join();
      const known = counted.get(key);
      if (known !== undefined) return known;
      if (counted.size >= maxCountedWindows) return "unknown";
      const number = await count(webhook, place, event);
      if (number !== "busy" && number !== "late") counted.set(key, number);
      return number;
    },
  };
};

const countTo = (records: readonly ReadRecord[], { isRead, take }: Choice, event: EventPlace): number | "none" => {
  let number = 0;
  for (const record of records.filter(isRead)) {
    for (const [at, item] of itemsIn(record.data).entries()) {
      const taken = take(item);
      if (record.sequenceNumber !== event.sequenceNumber || at !== event.item) {
        number += measure(taken).events;
        continue;
      }
      const before = isFrame(item) ? open(item).slice(0, event.event + 1) : [item];
      const { customerId } = item;
      const counted = before.map((each) => take({ ...each, customerId }).length);
      if (counted.at(-1) !== 1) return "none";
      return number + counted.length - 1 - counted.filter((count) => count === 0).length;
    }
  }
  return "none";
};

const itemsIn = (data: Buffer): readonly RecordItem[] => {
  const reading = readRecord(data);
  return reading.kind === "newer" ? [] : reading.items;
};

type Stretched = readonly ReadRecord[] | "dropped" | "busy";

/** The records of a window, both ends included. */
const readStretch = async (
  { events, now, pause }: ReadDeps,
  { shard, firstSequenceNumber, lastSequenceNumber }: Place,
): Promise<Stretched> => {
  const border = BigInt(lastSequenceNumber);
  const deadline = now() + maxReadMs;
  const read: ReadRecord[] = [];
  let limit = firstReadRecords;
  let iterator: string | undefined;
  try {
    iterator = await events.openShard(shard, { kind: "at", sequenceNumber: firstSequenceNumber });
  } catch (error) {
    if (error instanceof Error && gone.has(error.name)) return "dropped";
    throw error;
  }
  while (iterator !== undefined) {
    if (now() >= deadline) return "busy";
    const page = await events.read(iterator, limit);
    if (page.kind === "throttled") {
      await pause(throttledPauseMs);
      continue;
    }
    for (const record of page.records) {
      if (read.length === 0 && record.sequenceNumber !== firstSequenceNumber) return "dropped";
      if (BigInt(record.sequenceNumber) <= border) read.push(record);
    }
    const newest = page.records.at(-1);
    if (newest !== undefined && BigInt(newest.sequenceNumber) >= border) return read;
    if (newest === undefined && page.behindMs === 0) return "dropped";
    iterator = page.iterator;
    const bytes = page.records.reduce((sum, { data }) => sum + data.length, 0);
    const pace = paceAfter({ records: page.records.length, bytes });
    limit = pace.records;
    await pause(pace.pauseMs);
  }
  return "dropped";
};

/** What `batch` gave the webhook of a record, counted as it counted: a frame that it took whole stays whole. */
const takerOf = (webhook: Webhook, rules: EventRules): Choice["take"] => {
  const subscription = { ...withRules(webhook, rules), active: true };
  const route = compileRouter([subscription]);
  const takes = (event: Parameters<typeof route>[0]): boolean => route(event).length > 0;
  const looksInside = contentOf(subscription) !== undefined;
  const gets = (event: RoutedEvent): readonly (RoutedEvent | RewrittenEvent)[] => {
    const given = takeContent(subscription, event);
    if (given === undefined) return [];
    return [given === event ? event : { ...given, original: event }];
  };
  return (item) => {
    if (item.customerId !== webhook.customerId) return [];
    if (!isFrame(item)) return takes(item) ? gets(item) : [];
    const ofRoutes = item.routes.map(takes);
    if (!ofRoutes.includes(true)) return [];
    if (!ofRoutes.includes(false) && item.events >= minFrameEvents && !looksInside) return [item];
    return opened(item)
      .filter((_, at) => ofRoutes[routeIndexOf(item, at)] === true)
      .flatMap(gets);
  };
};

/** An event that a webhook gets in other words. */
interface RewrittenEvent extends RoutedEvent {
  readonly original: RoutedEvent;
}

/** Whether the filter of a replay admits an event: by what it said before it was written anew for its webhook. */
export const asked = (filter: EventFilter): ((event: RoutedEvent) => boolean) => {
  const admits = filterEvents(filter);
  return (event) => admits(isRewritten(event) ? event.original : event);
};

const isRewritten = (event: RoutedEvent | RewrittenEvent): event is RewrittenEvent => "original" in event;

/** The events of a frame; none when it is damaged. */
export const open = (frame: Frame): readonly RoutedEvent[] => {
  const reading = openFrame(frame);
  return reading.kind === "events" ? reading.events : [];
};

/** The events of an item. */
export const opened = (item: BatchItem): readonly RoutedEvent[] =>
  isFrame(item) ? open(item) : [{ subaccountId: undefined, ...item }];

/** The events of a batch, in order; undefined when they are other than those that its record speaks of. */
export const eventsOf = (
  { events: count, bytes }: BatchRecord,
  stretch: Stretch,
  items: readonly BatchItem[],
): readonly RoutedEvent[] | undefined => {
  const whole = itemsBetween(items, stretch, open).flatMap(opened);
  const events = stretch.skip === undefined ? whole : whole.slice(stretch.skip, stretch.skip + count);
  return events.length === count && batchBody(events).length === bytes ? events : undefined;
};
