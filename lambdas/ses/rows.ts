import * as z from "zod";
import { addressOf, distinctRecipients, recipientFields } from "./address.ts";
import { bounceClass, delayClass, isInBand, suppressionClass } from "./bounce-class.ts";
import { diagnose } from "./diagnosis.ts";
import {
  bounceObject,
  clickObject,
  complaintObject,
  delayObject,
  deliveryObject,
  destinations,
  failureObject,
  type Mail,
  openObject,
  rejectObject,
  subscriptionObject,
} from "./documents.ts";

/** What a document says of one event, before the fields that it says of the message. */
export interface EventDraft {
  readonly eventClass: "gen_event" | "message_event" | "track_event" | "unsubscribe_event";
  readonly type: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly fields: Readonly<Record<string, string | undefined>>;
  /** What tells this event from another of the same message, type, time and recipient. */
  readonly identity: readonly (string | undefined)[];
}

export type RowReading =
  | { readonly kind: "drafts"; readonly drafts: readonly EventDraft[] }
  | { readonly kind: "ignored"; readonly why: string }
  | { readonly kind: "invalid"; readonly problem: string };

type Row = (document: Readonly<Record<string, unknown>>, mail: Mail) => RowReading;
type DraftHead = Pick<EventDraft, "eventClass" | "type" | "time"> & { readonly identity?: EventDraft["identity"] };

/** The first problem of an object of a document. */
export const problemOf = (key: string, { issues }: z.ZodError): string => {
  const [issue] = issues;
  return `'${[key, ...(issue?.path ?? [])].join(".")}': ${issue?.message ?? "invalid"}`;
};

/** A row of the table: the object `key` of the document, and what becomes of it. */
const row =
  <Schema extends z.ZodType>(
    key: string,
    schema: Schema,
    map: (details: z.output<Schema>, mail: Mail) => RowReading,
  ): Row =>
  (document, mail) => {
    const details = schema.safeParse(document[key]);
    return details.success ? map(details.data, mail) : { kind: "invalid", problem: problemOf(key, details.error) };
  };

/** One event for each recipient that the document names. */
const toEach = <Recipient>(
  recipients: readonly Recipient[],
  addressIn: (recipient: Recipient) => string,
  head: DraftHead,
  fieldsOf: (recipient: Recipient) => EventDraft["fields"],
): RowReading => ({
  kind: "drafts",
  drafts: distinctRecipients(recipients, addressIn).map((recipient) => ({
    identity: [],
    ...head,
    fields: { ...recipientFields(addressIn(recipient)), ...fieldsOf(recipient) },
  })),
});

/** One event for each address that the message went to. */
const toEachDestination = (mail: Mail, head: DraftHead, fields: EventDraft["fields"] = {}): RowReading => {
  const addresses = destinations.safeParse(mail.destination);
  if (!addresses.success) return { kind: "invalid", problem: problemOf("mail.destination", addresses.error) };
  return toEach(addresses.data, itself, head, () => fields);
};

/** One event, whose recipient is known only when the message had no other. */
const toOne = (mail: Mail, head: DraftHead, fields: EventDraft["fields"]): RowReading => {
  const reading = toEachDestination(mail, head, fields);
  return reading.kind !== "drafts" || reading.drafts.length === 1
    ? reading
    : { kind: "drafts", drafts: [{ identity: [], ...head, fields }] };
};

const itself = (address: string): string => address;
const emailAddress = (recipient: { readonly emailAddress: string }): string => recipient.emailAddress;

/** What becomes of each type of document, by its name in lower case without spaces. */
export const rows: ReadonlyMap<string, Row> = new Map([
  [
    "send",
    row("send", z.unknown(), (_, mail) =>
      toEachDestination(mail, { eventClass: "message_event", type: "injection", time: mail.timestamp }),
    ),
  ],
  [
    "delivery",
    row("delivery", deliveryObject, ({ recipients, timestamp, processingTimeMillis, remoteMtaIp }) =>
      toEach(recipients, itself, { eventClass: "message_event", type: "delivery", time: timestamp }, () => ({
        queue_time: processingTimeMillis === undefined ? undefined : String(Math.round(processingTimeMillis)),
        ip_address: remoteMtaIp,
      })),
    ),
  ],
  [
    "bounce",
    row("bounce", bounceObject, (bounce) => {
      const suppressed = suppressionClass(bounce.bounceSubType);
      const sent = isInBand(bounce) ? "bounce" : "out_of_band";
      return toEach(
        bounce.bouncedRecipients,
        emailAddress,
        {
          eventClass: "message_event",
          type: suppressed === undefined ? sent : "policy_rejection",
          time: bounce.timestamp,
          identity: [bounce.feedbackId],
        },
        (recipient) => ({
          ip_address: bounce.remoteMtaIp,
          bounce_class: suppressed ?? bounceClass(bounce, recipient),
          ...diagnose(recipient),
        }),
      );
    }),
  ],
  [
    "complaint",
    row("complaint", complaintObject, (complaint) => {
      const { complainedRecipients, timestamp: time, feedbackId, complaintFeedbackType: fbtype, userAgent } = complaint;
      const identity = [feedbackId];
      const suppressed = suppressionClass(complaint.complaintSubType);
      if (suppressed !== undefined) {
        const head = { eventClass: "message_event", type: "policy_rejection", time, identity } as const;
        return toEach(complainedRecipients, emailAddress, head, () => ({ bounce_class: suppressed }));
      }
      if (fbtype?.toLowerCase().replaceAll("_", "-") === "not-spam") {
        return { kind: "ignored", why: "report that a message is no spam" };
      }
      const head = { eventClass: "message_event", type: "spam_complaint", time, identity } as const;
      return toEach(complainedRecipients, emailAddress, head, () => ({ fbtype, user_str: userAgent }));
    }),
  ],
  [
    "reject",
    row("reject", rejectObject, ({ reason }, mail) =>
      toEachDestination(
        mail,
        { eventClass: "message_event", type: "policy_rejection", time: mail.timestamp },
        { bounce_class: "53", error_code: "550", reason, raw_reason: reason },
      ),
    ),
  ],
  [
    "open",
    row("open", openObject, ({ timestamp: time, ipAddress: ip_address, userAgent: user_agent }, mail) =>
      toOne(
        mail,
        { eventClass: "track_event", type: "open", time, identity: [undefined, ip_address, user_agent] },
        { ip_address, user_agent },
      ),
    ),
  ],
  [
    "click",
    row(
      "click",
      clickObject,
      ({ timestamp: time, ipAddress: ip_address, userAgent: user_agent, link, linkTags }, mail) =>
        toOne(
          mail,
          { eventClass: "track_event", type: "click", time, identity: [link, ip_address, user_agent] },
          { ip_address, user_agent, target_link_url: link, target_link_name: linkTags?.name?.[0] },
        ),
    ),
  ],
  [
    "renderingfailure",
    row("failure", failureObject, ({ templateName, errorMessage }, mail) =>
      toEachDestination(
        mail,
        { eventClass: "gen_event", type: "generation_failure", time: mail.timestamp },
        {
          ...(templateName === undefined ? {} : { template_id: templateName }),
          reason: errorMessage,
          raw_reason: errorMessage,
        },
      ),
    ),
  ],
  [
    "deliverydelay",
    row("deliveryDelay", delayObject, ({ delayedRecipients, timestamp, delayType, remoteMtaIp }) =>
      toEach(
        delayedRecipients,
        emailAddress,
        { eventClass: "message_event", type: "delay", time: timestamp },
        (recipient) => ({ ip_address: remoteMtaIp, bounce_class: delayClass(delayType), ...diagnose(recipient) }),
      ),
    ),
  ],
  [
    "subscription",
    row("subscription", subscriptionObject, ({ timestamp, source, newTopicPreferences, oldTopicPreferences }, mail) => {
      const hasLeft = newTopicPreferences?.unsubscribeAll === true && oldTopicPreferences?.unsubscribeAll !== true;
      if (!hasLeft) return { kind: "ignored", why: "change of preferences that is no unsubscription" };
      const type = source === "UnsubscribeHeader" ? "list_unsubscribe" : "link_unsubscribe";
      return toEachDestination(
        mail,
        { eventClass: "unsubscribe_event", type, time: timestamp },
        { mailfrom: mail.source === undefined ? undefined : addressOf(mail.source) },
      );
    }),
  ],
]);
