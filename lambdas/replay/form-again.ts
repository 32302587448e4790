import { minFrameEvents } from "#shared/contract/limits.ts";
import type { Stretch } from "#shared/contract/delivery-message.ts";
import { batchBody } from "#shared/delivery/batch.ts";
import { type BatchItem, itemsBetween } from "#shared/delivery/cut.ts";
import type { BatchRecord } from "#shared/delivery/record.ts";
import { type RecordItem, readRecord } from "#shared/events/decode-record.ts";
import { filterEvents } from "#shared/events/event-filter.ts";
import { type Frame, isFrame, routeIndexOf } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import type { ReadRecord } from "#shared/stream.ts";
import { rulesAt } from "#shared/webhooks/past-rules.ts";
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
      const key = JSON.stringify([place.shard, place.firstSequenceNumber, place.lastSequenceNumber, place.revision]);
      if (last?.key === key) return last.found;
      const found = await findItems(deps, { webhook, place, holder });
      if (found !== "busy") last = { key, found };
      return found;
    },
  };
};

const findItems = async (
  deps: FormDeps,
  { webhook, place, holder }: { readonly webhook: Webhook; readonly place: Place; readonly holder: string },
): Promise<Found> => {
  const readAll = async (): Promise<Stretched> => {
    const records = await inTurn(deps, { shard: place.shard, holder }, async () => await readStretch(deps, place));
    return records ?? "busy";
  };
  const rules = rulesAt(webhook, place.revision);
  if (rules === undefined) return undefined;
  if (place.replayId === undefined) {
    const records = await readAll();
    return typeof records === "string" ? records : itemsFor(webhook, rules, records);
  }
  const { customerId, webhookId } = webhook;
  const former = (await deps.replays.list(customerId, webhookId)).find(
    ({ replay }) => replay.replayId === place.replayId,
  )?.replay;
  if (former === undefined) return undefined;
  const records = await readAll();
  if (typeof records === "string") return records;
  const [from, to] = [Date.parse(former.from), Date.parse(former.to)];
  const taken = records.filter(({ arrivedAt }) => arrivedAt >= from && arrivedAt < to);
  return itemsFor(webhook, rules, taken)
    .flatMap(opened)
    .filter(filterEvents(former.filter ?? {}));
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

/** What `batch` gave the webhook of a window, counted as it counted: a frame that it took whole stays whole. */
const itemsFor = (webhook: Webhook, rules: EventRules, records: readonly ReadRecord[]): readonly BatchItem[] => {
  const { subaccountId: _subaccountId, exceptionSubaccounts: _exceptions, ...fields } = webhook;
  const { eventsMode, events, subaccountId, exceptionSubaccounts } = rules;
  const route = compileRouter([
    {
      ...fields,
      active: true,
      eventsMode,
      events,
      ...(subaccountId === undefined ? {} : { subaccountId }),
      ...(exceptionSubaccounts === undefined ? {} : { exceptionSubaccounts }),
    },
  ]);
  const takes = (event: Parameters<typeof route>[0]): boolean => route(event).length > 0;
  const taken = (item: RecordItem): readonly BatchItem[] => {
    if (item.customerId !== webhook.customerId) return [];
    if (!isFrame(item)) return takes(item) ? [item] : [];
    const ofRoutes = item.routes.map(takes);
    if (!ofRoutes.includes(true)) return [];
    if (!ofRoutes.includes(false) && item.events >= minFrameEvents) return [item];
    return opened(item).filter((_, at) => ofRoutes[routeIndexOf(item, at)] === true);
  };
  return records.flatMap(({ data }) => {
    const reading = readRecord(data);
    return reading.kind === "newer" ? [] : reading.items.flatMap(taken);
  });
};

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
