import { type EventFilter, fieldsOf, filterEvents, textIn } from "./event-filter.ts";
import { type EventRoute, type EventSpan, type RoutedEvent, ownerOf } from "./span.ts";

/** What an event that is looked for must have. Absent fields stand for any. */
export interface FindCriteria extends EventFilter {
  /** Id of the event, of its message or of its transmission. */
  readonly id?: string;
  readonly eventId?: string;
  readonly transmissionId?: string;
  readonly campaignId?: string;
  /** Sub-account that it belongs to; 0 is the primary account. */
  readonly subaccountId?: number;
}

/** Finds events in three steps, each dearer than the one before: by route, by bytes, by what is in them. */
export interface EventFinder {
  /** Whether an event of a route may be one. */
  readonly isRoute: (route: EventRoute) => boolean;
  /** Whether a text may hold one: without making values of it. */
  readonly mayBeIn: (text: EventSpan) => boolean;
  /** Whether an event is one. */
  readonly is: (event: RoutedEvent) => boolean;
}

/** What a text of JSON has as it is: neither a quote, a backslash, a slash, nor what is not ASCII. */
const plainRuns = /[ !#-.0-[\]-~]+/g;
/** An escape of a character that a plain run may have. */
const escapedAscii = String.raw`\u00`;

/** Compiles criteria. */
export const findEvents = (criteria: FindCriteria): EventFinder => {
  const { id, eventId, transmissionId, campaignId, subaccountId, ...filter } = criteria;
  const { recipient, messageId } = filter;
  const isByRoute = filterEvents(filter.types === undefined ? {} : { types: filter.types });
  const isInside = filterEvents(filter);
  const wanted = [id, eventId, transmissionId, campaignId, recipient, messageId].filter((text) => text !== undefined);
  const needles = wanted.map(needleOf).filter((needle) => needle !== "");
  const own = subaccountId === undefined ? undefined : String(subaccountId);
  const isRoute = (route: EventRoute): boolean =>
    (own === undefined || ownerOf(route) === own) && isByRoute({ ...route, ...nowhere });
  return {
    isRoute,
    mayBeIn: ({ text, start, end }) => {
      // A character for each byte: cheaper than to decode it, and what is ASCII stays what it is.
      const bytes = text.toString("latin1", start, end).toLowerCase();
      return needles.every((needle) => bytes.includes(needle)) || bytes.includes(escapedAscii);
    },
    is: (event) => {
      if (!isRoute(event) || !isInside(event)) return false;
      const fields = fieldsOf(event);
      const has = (value: string, ...names: readonly string[]): boolean =>
        names.some((name) => textIn(fields, name) === value);
      return (
        (id === undefined || has(id, "event_id", "message_id", "transmission_id")) &&
        (eventId === undefined || has(eventId, "event_id")) &&
        (transmissionId === undefined || has(transmissionId, "transmission_id")) &&
        (campaignId === undefined || has(campaignId, "campaign_id"))
      );
    },
  };
};

const nowhere: EventSpan = { text: Buffer.alloc(0), start: 0, end: 0 };

/** The longest part of a value that stands in JSON as it is, in lower case. */
const needleOf = (value: string): string =>
  (value.match(plainRuns) ?? [])
    .reduce((longest, run) => (run.length > longest.length ? run : longest), "")
    .toLowerCase();
