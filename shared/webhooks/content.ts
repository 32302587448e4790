import { type EventFields, readFields, withLongNumbers } from "#shared/events/event-fields.ts";
import { type EventSpan, type RoutedEvent, spanOf } from "#shared/events/span.ts";
import { comparesDigits, compileFilter } from "./filter.ts";
import { compileSelection } from "./selection.ts";
import type { ContentRules } from "./webhook.ts";

/** Writes an event anew, as a webhook is to get it. */
export type Rewrite = <Event extends EventSpan>(event: Event) => Event;

/** What a webhook makes of events of the types that it takes, by what they say. */
export interface Content {
  /** Whether its filter lets an event through. The fields are those that `readFields` has read of it. */
  readonly admits: (fields: EventFields, event: EventSpan) => boolean;
  /** Absent where it gets events as they are. The event must be JSON. */
  readonly rewrite?: Rewrite;
}

/** Whether a webhook has rules by which it looks into events. */
export const hasContentRules = ({ filter, fields, mask }: ContentRules): boolean =>
  filter !== undefined || fields !== undefined || mask !== undefined;

const compiled = new WeakMap<ContentRules, { readonly content: Content | undefined }>();

/** A webhook's filter and selection, compiled once for each definition that is read. Undefined when it has neither. */
export const contentOf = (rules: ContentRules): Content | undefined => {
  const known = compiled.get(rules) ?? { content: compileContent(rules) };
  compiled.set(rules, known);
  return known.content;
};

const compileContent = ({ filter, fields, mask, maskKey = "" }: ContentRules): Content | undefined => {
  const admits = admitsOf(filter);
  if (fields === undefined && mask === undefined) return filter === undefined ? undefined : { admits };
  const select = compileSelection({ fields, mask, maskKey });
  return { admits, rewrite: (event) => ({ ...event, ...spanOf(select(event)) }) };
};

const admitsOf = (filter: ContentRules["filter"]): Content["admits"] => {
  if (filter === undefined) return () => true;
  const admits = compileFilter(filter);
  return comparesDigits(filter) ? (fields, event) => admits(withLongNumbers(fields, event)) : admits;
};

/** An event as a webhook gets it that takes its type and sub-account; undefined when it does not get it. */
export const takeContent = <Event extends RoutedEvent>(rules: ContentRules, event: Event): Event | undefined => {
  const content = contentOf(rules);
  if (content === undefined) return event;
  const fields = readFields(event);
  if (fields === undefined || !content.admits(fields, event)) return undefined;
  return content.rewrite === undefined ? event : content.rewrite(event);
};
