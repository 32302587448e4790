import { eventKeyOf } from "./catalogue/event-key.ts";
import { type EventFields, readFields } from "./event-fields.ts";
import type { EventSpan, RoutedEvent } from "./span.ts";

/** What events must have. Absent fields stand for any. */
export interface EventFilter {
  /** Event keys of which it must have one. */
  readonly types?: readonly string[];
  /** Address of the recipient, or telephone number, in any case. */
  readonly recipient?: string;
  /** Id of the message or of the transmission. */
  readonly messageId?: string;
}

/** Whether a filter asks for more of an event than its route says. */
export const looksInside = ({ recipient, messageId }: EventFilter): boolean =>
  recipient !== undefined || messageId !== undefined;

/** Compiles a filter. */
export const filterEvents = (filter: EventFilter): ((event: RoutedEvent) => boolean) => {
  const { types, messageId } = filter;
  const recipient = filter.recipient?.toLowerCase();
  const isInside = (event: RoutedEvent): boolean => {
    const fields = fieldsOf(event);
    const has = (name: string, wanted: string): boolean => fields[name] === wanted;
    const isTo = (name: string): boolean => String(fields[name]).toLowerCase() === recipient;
    return (
      (recipient === undefined || isTo("rcpt_to") || isTo("raw_rcpt_to") || isTo("sms_dst")) &&
      (messageId === undefined || has("message_id", messageId) || has("transmission_id", messageId))
    );
  };
  return (event) =>
    (types === undefined || types.includes(eventKeyOf(event.type) ?? "")) && (!looksInside(filter) || isInside(event));
};

/** The fields of an event; none where there are none. */
export const fieldsOf = (event: EventSpan): EventFields => readFields(event) ?? {};
