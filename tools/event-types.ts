import { eventKeys } from "#shared/contract/words.ts";
import { eventDefinitions } from "#shared/events/catalogue/event-definitions.ts";
import type { EventField } from "#shared/events/catalogue/field.ts";
import { fieldDictionary } from "#shared/events/catalogue/field-dictionary.ts";
import { documentedFields } from "#shared/events/catalogue/fields-of-event.ts";

const typescriptOf: Readonly<Record<EventField["type"], string>> = {
  array: "readonly unknown[]",
  boolean: "boolean",
  number: "number",
  object: "Readonly<Record<string, unknown>>",
  string: "string",
};

const field = (name: string, { description, type }: EventField): string =>
  `  /** ${description} */\n  readonly ${name}?: ${typescriptOf[type]};\n`;

/** The receiver's types of events, as the catalogue has them: the text of `receiver/event-types.ts`. */
export const eventTypesFile = (): string => {
  const fields = Object.entries(fieldDictionary).map(([name, info]) => field(name, info));
  const events = eventKeys.map((key) => {
    const { description, eventClass } = eventDefinitions[key];
    const names = [...new Set(documentedFields(key))].map((name) => `"${name}"`).join(" | ");
    return `  /** ${description} */\n  ${key}: Event<"${eventClass}", "${key}", ${names}>;\n`;
  });
  return `// Written by \`npm run event-types\` from shared/events/catalogue. Do not edit.

/** Every documented field of an event. Numbers that a mail server sends as text are text. */
export interface EventFields {
${fields.join("")}}

interface Event<Class extends string, Type extends string, Names extends keyof EventFields> {
  /** The key below \`msys\`. */
  readonly class: Class;
  readonly type: Type;
  /** The event's fields as they were sent. Which of them an event has depends on the message and on the mail server. */
  readonly data: Readonly<Pick<EventFields, Names>> & Readonly<Record<string, unknown>>;
  /** Variables that a mail server sends next to \`msys\`. */
  readonly cust?: Readonly<Record<string, unknown>>;
}

/** Events by their type. */
export interface EventsByType {
${events.join("")}}
`;
};
