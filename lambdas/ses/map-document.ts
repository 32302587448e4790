import { eventId } from "./event-id.ts";
import { mailObject } from "./documents.ts";
import { mailFields } from "./mail-fields.ts";
import { type EventDraft, problemOf, rows } from "./rows.ts";
import { readTags, type TagNames, type TagValue } from "./tags.ts";
import { beginningOf } from "#shared/text/cut.ts";
import { isObject } from "#shared/text/json.ts";

export interface MappingOptions {
  /** Whose the events are. */
  readonly customerId: string;
  /**
   * Whether a document's tag may name another customer: so it is where only the account's own mail arrives, and is not where
   * the caller's key has a customer.
   */
  readonly isCustomerTagTrusted: boolean;
  readonly tags: TagNames;
}

/** An event as it goes on the stream: its fields under its class. */
export interface MappedEvent {
  readonly msys: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type Mapping =
  | { readonly kind: "events"; readonly customerId: string; readonly events: readonly MappedEvent[] }
  /** Nothing happened to a message that an event could tell of. */
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "invalid"; readonly problem: string };

/** Says that a topic's subscription works; it comes before the first document. */
const subscribedNotice = "amazonsnssubscriptionsucceeded";

/**
 * Turns one document of Amazon SES into events: one a recipient, or one where SES does not say which recipient it was.
 * The same document always becomes the same events.
 */
export const mapDocument = (document: unknown, options: MappingOptions): Mapping => {
  if (!isObject(document)) return invalid("must be an object");
  const name = document["eventType"] ?? document["notificationType"];
  if (typeof name !== "string") return invalid("'eventType' must be a string");
  // SES spells one of its types with a space, and has been seen to leave it out.
  const type = name.replaceAll(" ", "").toLowerCase();
  if (type === subscribedNotice) return { kind: "ignored", why: "subscription notice" };
  const row = rows.get(type);
  if (row === undefined) return invalid(`unknown event type '${beginningOf(name, 50)}'`);
  const mail = mailObject.safeParse(document["mail"]);
  if (!mail.success) return invalid(problemOf("mail", mail.error));
  const tags = readTags(mail.data.tags, options.tags);
  const customerId = customerOf(tags.customer, options);
  if (customerId === undefined) {
    return invalid(`tag '${options.tags.customer}' must have one value, of 1 to 64 visible ASCII characters`);
  }
  const reading = row(document, mail.data);
  if (reading.kind !== "drafts") return reading;
  const common = mailFields(mail.data, tags);
  const events = reading.drafts.map((draft) => ({
    msys: {
      [draft.eventClass]: present({
        ...head(draft, type, mail.data.messageId, customerId),
        ...common,
        ...draft.fields,
      }),
    },
  }));
  return events.every(isWellFormed)
    ? { kind: "events", customerId, events }
    : invalid("contains half a surrogate pair, which is no text");
};

const head = (
  { type, time, fields, identity }: EventDraft,
  documentType: string,
  messageId: string,
  customerId: string,
) => ({
  type,
  timestamp: String(Math.floor(time / 1_000)),
  event_id: eventId([messageId, documentType, time, fields["rcpt_to"], ...identity]),
  customer_id: customerId,
});

const customerOf = (tag: TagValue, { customerId, isCustomerTagTrusted }: MappingOptions): string | undefined => {
  if (!isCustomerTagTrusted || tag.kind === "absent") return customerId;
  return tag.kind === "value" ? tag.value : undefined;
};

const invalid = (problem: string): Mapping => ({ kind: "invalid", problem });

/** The fields that have a value. */
const present = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Whether all texts of a value of few levels are Unicode. */
const isWellFormed = (value: unknown): boolean => {
  if (typeof value === "string") return value.isWellFormed();
  return !isObject(value) || Object.entries(value).every(([key, inner]) => key.isWellFormed() && isWellFormed(inner));
};
