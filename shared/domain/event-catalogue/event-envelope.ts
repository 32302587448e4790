import type { EventClass } from "./event-class.ts";
import type { FieldName } from "./field-dictionary.ts";
import type { JsonValue } from "./json-value.ts";

/** Fields of one event; those without a value are absent. */
export type EventBody = Readonly<Partial<Record<FieldName, JsonValue>>>;

/** One event as it is put on the stream and delivered: its body under its class. */
export interface EventEnvelope {
  readonly msys: Readonly<Partial<Record<EventClass, EventBody>>>;
}

/** Puts an event's body under its class. */
export const envelope = (eventClass: EventClass, body: EventBody): EventEnvelope => ({ msys: { [eventClass]: body } });
