import { maxMatchEventBytes } from "#shared/contract/limits.ts";
import type { EventPlace, Match, Search, TestCounts } from "#shared/delivery/search.ts";
import { DependencyError } from "#shared/errors.ts";
import { type RecordItem, readRecord } from "#shared/events/decode-record.ts";
import { fieldsOf, textIn } from "#shared/events/event-filter.ts";
import { type EventFinder, findEvents } from "#shared/events/find-events.ts";
import { isFrame } from "#shared/events/frames.ts";
import { inflateFrame, splitFrame } from "#shared/events/open-frame.ts";
import { type RoutedEvent, bytesOf, spanOf } from "#shared/events/span.ts";
import type { ReadRecord } from "#shared/stream.ts";
import { beginningOf } from "#shared/text/cut.ts";
import type { Keeper } from "./collect.ts";

/** What a step has found in a shard. */
export interface Finds {
  readonly matches: readonly Match[];
  /** Records with events of the customer, and their bytes. */
  readonly records: number;
  readonly bytes: number;
  /** Whether there are more than may be kept. */
  readonly isCut: boolean;
  /** What a test has counted of the shard so far. */
  readonly counts?: TestCounts;
}

/** Fields of an event that say which one it is, as long as they are short. */
const telling = [
  "event_id",
  "message_id",
  "transmission_id",
  "rcpt_to",
  "sms_dst",
  "campaign_id",
  "timestamp",
] as const;
const maxFieldCharacters = 255;

/**
 * Keeps the customer's events that a search looks for, and stops behind one more than may be found. Other customers' events are
 * never opened, nor are frames without an event of the wanted types and sub-account.
 */
export const keepMatches = (
  search: Search,
  { shard, room }: { readonly shard: string; readonly room: number },
): Keeper & { readonly kept: () => Finds } => {
  const finder = findEvents(search.criteria);
  const matches: Match[] = [];
  let isCut = false;
  let records = 0;
  let bytes = 0;
  return {
    keep: (record) => {
      const own = ownItems(record, search.customerId);
      if (own.length === 0) return;
      records += 1;
      bytes += record.data.length;
      for (const { item, at } of own) {
        for (const { event, number } of eventsIn(item, finder)) {
          isCut = matches.length >= room;
          if (isCut) return;
          const { sequenceNumber, arrivedAt } = record;
          matches.push(matchOf(event, { shard, sequenceNumber, arrivedAt, item: at, event: number }));
        }
      }
    },
    isFull: () => isCut,
    kept: () => ({ matches, records, bytes, isCut }),
  };
};

/** What a record holds of a customer, and where in it. */
export const ownItems = (
  { data }: ReadRecord,
  customerId: string,
): readonly { readonly item: RecordItem; readonly at: number }[] => {
  const reading = readRecord(data);
  if (reading.kind === "newer") throw new DependencyError("A record has a format that this version does not know");
  return reading.items.map((item, at) => ({ item, at })).filter(({ item }) => item.customerId === customerId);
};

const eventsIn = (
  item: RecordItem,
  finder: EventFinder,
): readonly { readonly event: RoutedEvent; readonly number: number }[] => {
  if (!isFrame(item)) return isFound(item, finder) ? [{ event: item, number: 0 }] : [];
  if (!item.routes.some(finder.isRoute)) return [];
  const inflated = inflateFrame(item);
  // A frame that is damaged is in quarantine since it was first read.
  if (inflated.kind === "damaged" || !finder.mayBeIn(spanOf(inflated.text))) return [];
  const opened = splitFrame(item, inflated.text);
  if (opened.kind === "damaged") return [];
  return opened.events.map((event, number) => ({ event, number })).filter(({ event }) => isFound(event, finder));
};

const isFound = (event: RoutedEvent, { isRoute, mayBeIn, is }: EventFinder): boolean =>
  isRoute(event) && mayBeIn(event) && is(event);

const matchOf = (
  event: RoutedEvent,
  place: Pick<EventPlace, "shard" | "sequenceNumber" | "arrivedAt" | "item" | "event">,
): Match => {
  const bytes = bytesOf(event);
  const fields = fieldsOf(event);
  const texts = telling.flatMap((name) => {
    const text = textIn(fields, name);
    return text === undefined ? [] : [[name, beginningOf(text, maxFieldCharacters)] as const];
  });
  return {
    ...place,
    type: beginningOf(event.type, maxFieldCharacters),
    ...(event.subaccountId === undefined ? {} : { subaccountId: beginningOf(event.subaccountId, maxFieldCharacters) }),
    ...(event.about === undefined ? {} : { about: beginningOf(event.about, maxFieldCharacters) }),
    fields: Object.fromEntries(texts),
    bytes: bytes.length,
    ...(bytes.length > maxMatchEventBytes ? {} : { text: bytes.toString() }),
  };
};
