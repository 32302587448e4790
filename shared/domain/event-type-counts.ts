import type { EventKey } from "./event-catalogue/event-key.ts";
import { eventKeyOf } from "./event-catalogue/event-key-of.ts";

/**
 * How many events of each type there are; `other` are types that the catalogue does not have. Few keys, whatever producers
 * send.
 */
export type EventTypeCounts = Readonly<Partial<Record<EventKey | "other", number>>>;

/** Counts events by type. */
export const countEventTypes = (events: readonly { readonly type: string }[]): EventTypeCounts => {
  const byType = new Map<string, number>();
  for (const { type } of events) byType.set(type, (byType.get(type) ?? 0) + 1);
  const counts: Partial<Record<EventKey | "other", number>> = {};
  for (const [type, count] of byType) {
    const key = eventKeyOf(type) ?? "other";
    counts[key] = (counts[key] ?? 0) + count;
  }
  return counts;
};
