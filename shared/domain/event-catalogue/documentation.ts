import { type EventClass, eventClasses } from "./event-class.ts";
import { eventDefinitions } from "./event-definitions.ts";
import { documentedFields } from "./event-fields/fields-of-event.ts";
import { type EventKey, eventKeys } from "./event-key.ts";
import { type FieldName, fieldDictionary } from "./field-dictionary.ts";
import type { JsonValue } from "./json-value.ts";
import { sampleValue } from "./sample-value.ts";

/** A field as the documentation routes show it; clients infer its type from the sample. */
export interface FieldDocumentation {
  readonly description: string;
  readonly sampleValue: JsonValue;
}

interface EventDocumentation {
  readonly display_name: string;
  readonly description: string;
  readonly event: Readonly<Record<string, FieldDocumentation>>;
}

interface ClassDocumentation {
  readonly display_name: string;
  readonly description: string;
  readonly events: Readonly<Record<string, EventDocumentation>>;
}

/** Documentation of one field of one event. */
export const fieldDocumentation = (key: EventKey, name: FieldName): FieldDocumentation => {
  const { description, onPremisesOnly } = fieldDictionary[name];
  return {
    description: onPremisesOnly === true ? `${description} On-premises only.` : description,
    sampleValue: sampleValue(key, name),
  };
};

/** The whole catalogue by event class, as `GET /webhooks/events/documentation` answers it. */
export const documentation = (): Readonly<Record<EventClass, ClassDocumentation>> =>
  Object.fromEntries(
    Object.entries(eventClasses).map(([eventClass, { displayName, description }]) => [
      eventClass,
      { display_name: displayName, description, events: eventsOf(eventClass) },
    ]),
  ) as Record<EventClass, ClassDocumentation>;

const eventsOf = (eventClass: string): ClassDocumentation["events"] =>
  Object.fromEntries(
    eventKeys
      .filter((key) => eventDefinitions[key].eventClass === eventClass)
      .map((key) => [key, eventDocumentation(key)]),
  );

const eventDocumentation = (key: EventKey): EventDocumentation => {
  const { displayName, description } = eventDefinitions[key];
  return {
    display_name: displayName,
    description,
    event: Object.fromEntries(documentedFields(key).map((name) => [name, fieldDocumentation(key, name)])),
  };
};
