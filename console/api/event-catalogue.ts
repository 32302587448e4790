/** Documentation of one field of an event. */
export interface EventField {
  readonly description: string;
  readonly sampleValue: unknown;
}

/** Documentation of one event type. */
export interface EventType {
  readonly display_name: string;
  readonly description: string;
  readonly event: Readonly<Record<string, EventField>>;
}

/** Documentation of all event types, by class and type. */
export type EventDocumentation = Readonly<
  Record<
    string,
    {
      readonly display_name: string;
      readonly description: string;
      readonly events: Readonly<Record<string, EventType>>;
    }
  >
>;

/** An event in its envelope. */
export interface EventSample {
  readonly msys: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
