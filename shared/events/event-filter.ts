import { eventKeyOf } from "./catalogue/event-key.ts";
import { type EventFields, readWrittenFields } from "./event-fields.ts";
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
    const isTo = (name: string): boolean => textIn(fields, name)?.toLowerCase() === recipient;
    const isOf = (name: string): boolean => textIn(fields, name) === messageId;
    return (
      (recipient === undefined || isTo("rcpt_to") || isTo("raw_rcpt_to") || isTo("sms_dst")) &&
      (messageId === undefined || isOf("message_id") || isOf("transmission_id"))
    );
  };
  return (event) =>
    (types === undefined || types.includes(eventKeyOf(event.type) ?? "")) && (!looksInside(filter) || isInside(event));
};

/** The fields of an event, long numbers as their text; none where there are none. */
export const fieldsOf = (event: EventSpan): EventFields => readWrittenFields(event) ?? {};

/** The text of a field: producers also write ids and telephone numbers as numbers. Undefined when it is neither. */
export const textIn = (fields: EventFields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
};
