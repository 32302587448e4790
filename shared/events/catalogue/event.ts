import type { EventClass } from "#shared/contract/words.ts";
import type { FieldName } from "./field-dictionary.ts";
import type { JsonValue } from "./field.ts";

/** Fields of one event; those without a value are absent. */
export type EventBody = Readonly<Partial<Record<FieldName, JsonValue>>>;

/** One event as it is put on the stream and delivered: its body under its class. */
export interface EventEnvelope {
  readonly msys: Readonly<Partial<Record<EventClass, EventBody>>>;
}

/** Puts an event's body under its class. */
export const envelope = (eventClass: EventClass, body: EventBody): EventEnvelope => ({ msys: { [eventClass]: body } });

interface EventClassInfo {
  readonly displayName: string;
  readonly description: string;
}

/** What the documentation says of each event class. */
export const eventClasses = {
  message_event: {
    displayName: "Message Events",
    description: "The life of a message, from acceptance by the mail server to delivery, bounce or complaint.",
  },
  track_event: {
    displayName: "Engagement Events",
    description: "What recipients did with a message: opens and clicks.",
  },
  gen_event: {
    displayName: "Generation Events",
    description: "Messages that were requested through the API but never built.",
  },
  unsubscribe_event: {
    displayName: "Unsubscribe Events",
    description: "Recipients who asked not to be mailed again, and the way they asked.",
  },
  relay_event: {
    displayName: "Relay Events",
    description: "Inbound mail on its way to an HTTP endpoint: arrival, refusal and hand-over.",
  },
  ab_test_event: {
    displayName: "A/B Test Events",
    description: "The end of an A/B test, with the figures of its variants.",
  },
  ingest_event: {
    displayName: "Ingest Events",
    description: "How the processing of an uploaded set of events ended.",
  },
  adaptive_event: {
    displayName: "Adaptive Delivery",
    description: "Changes that the mail server made automatically to its sending, in response to mailbox providers.",
  },
  webhook_event: {
    displayName: "Webhook Events",
    description:
      "How your webhooks are, and who changed them. A webhook takes those that it names, also when it takes all events, and " +
      "never one about itself.",
  },
} as const satisfies Record<EventClass, EventClassInfo>;
