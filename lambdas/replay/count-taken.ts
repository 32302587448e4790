import { shownMatches } from "#shared/contract/api/filter-test.ts";
import { maxMatchEventBytes } from "#shared/contract/limits.ts";
import { type Match, noCounts, type Search, type TestCounts, type TestedRules } from "#shared/delivery/search.ts";
import type { RecordItem } from "#shared/events/decode-record.ts";
import { readFields } from "#shared/events/event-fields.ts";
import { countRoutes, isFrame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { type EventRoute, type RoutedEvent, bytesOf, ownerOf } from "#shared/events/span.ts";
import { contentOf } from "#shared/webhooks/content.ts";
import { takes } from "#shared/webhooks/routing.ts";
import type { Keeper } from "./collect.ts";
import { type Finds, ownItems } from "./find-matches.ts";

/** What records of one step may inflate to: a step must end in time, whatever they hold. */
const maxStepBytes = 64 * 1024 ** 2;

/**
 * Counts what a webhook with the tested rules would take of the customer's events, and keeps the first that it would take, as
 * they would be sent, and the first that its filter leaves out. Other customers' events are never opened, nor are frames without
 * an event of its types and sub-accounts.
 */
export const countTaken = (
  { customerId, actsFor }: Pick<Search, "customerId" | "actsFor">,
  rules: TestedRules,
  { shard, before = noCounts }: { readonly shard: string; readonly before?: TestCounts | undefined },
): Keeper & { readonly kept: () => Finds } => {
  const content = contentOf(rules);
  const acting = actsFor === undefined ? undefined : String(actsFor);
  const isOwn = (route: EventRoute): boolean => acting === undefined || ownerOf(route) === acting;
  const isOfTypes = (route: EventRoute): boolean => isOwn(route) && takes(rules, route);
  const matches: Match[] = [];
  const counts = { ...before };
  let records = 0;
  let bytes = 0;

  /** What the webhook makes of an event of its types: nothing where that is no JSON, which goes to quarantine. */
  const judge = (event: RoutedEvent, place: Pick<Match, "sequenceNumber" | "arrivedAt" | "item" | "event">): void => {
    const fields = content === undefined ? {} : readFields(event);
    if (fields === undefined) return;
    const isTaken = content?.admits(fields, event) ?? true;
    const shown = isTaken ? counts.taken : counts.ofTypes - counts.taken;
    counts.ofTypes += 1;
    if (isTaken) counts.taken += 1;
    if (shown >= shownMatches) return;
    const text = bytesOf(isTaken && content?.rewrite !== undefined ? content.rewrite(event) : event);
    if (text.length > maxMatchEventBytes) return;
    const { type } = event;
    const match = { shard, ...place, type, fields: {}, bytes: text.length, text: text.toString() };
    matches.push(isTaken ? match : { ...match, isLeftOut: true });
  };

  const count = (item: RecordItem, place: Pick<Match, "sequenceNumber" | "arrivedAt" | "item">): void => {
    if (!isFrame(item)) {
      if (isOwn(item)) counts.events += 1;
      if (isOfTypes(item)) judge(item, { ...place, event: 0 });
      return;
    }
    for (const [at, events] of countRoutes(item).entries()) {
      const route = item.routes[at];
      if (route !== undefined && isOwn(route)) counts.events += events;
    }
    if (!item.routes.some(isOfTypes)) return;
    const opened = openFrame(item);
    // A frame that is damaged is in quarantine since it was first read.
    if (opened.kind === "damaged") return;
    for (const [event, routed] of opened.events.entries()) if (isOfTypes(routed)) judge(routed, { ...place, event });
  };

  return {
    keep: (record) => {
      const own = ownItems(record, customerId);
      if (own.length === 0) return;
      records += 1;
      bytes += record.data.length;
      const { sequenceNumber, arrivedAt } = record;
      for (const { item, at } of own) {
        counts.inflatedBytes += isFrame(item) ? item.bytes : item.end - item.start;
        count(item, { sequenceNumber, arrivedAt, item: at });
      }
    },
    isFull: () => counts.inflatedBytes - before.inflatedBytes >= maxStepBytes,
    kept: () => ({ matches, records, bytes, isCut: false, counts }),
  };
};
