import { sampleFields } from "#shared/events/catalogue/fields-of-event.ts";
import type { EventKey } from "#shared/contract/words.ts";
import type { FieldName } from "#shared/events/catalogue/field-dictionary.ts";
import { fieldSets } from "#shared/events/catalogue/field-sets.ts";

/** Sub-accounts and carbon copies stay out, so that a generated event goes to every webhook of its customer. */
const rare: ReadonlySet<FieldName> = new Set(["subaccount_id", "rcpt_type"]);
const mail = fieldSets.mail.filter((name) => !rare.has(name));
const { failure, generation, queue } = fieldSets;
const sent = ["delv_method", "friendly_from", "msg_from", "msg_size", "routing_domain", "subject"] as const;
const client = ["delv_method", "geo_ip", "ip_address", "user_agent", "sending_ip"] as const;
const cloud = ["amp_enabled", "friendly_from", "ip_pool", "recipient_domain", "routing_domain"] as const;
const failed = [...mail, "node_name", "binding", ...failure, ...queue, "bounce_class", ...sent] as const;
const ampOpened = [...mail, ...client, ...cloud, "initial_pixel", "open_tracking"] as const;

/**
 * Fields of generated mail events. Servers know far more of them than one event ever has: this many are usual, and
 * they make an event as large as it is in production.
 */
export const mailFields = {
  injection: [
    ...mail,
    "node_name",
    "binding",
    "binding_group",
    "friendly_from",
    "msg_from",
    "msg_size",
    "recv_method",
    "routing_domain",
    "subject",
  ],
  delivery: [...mail, "node_name", "binding", "binding_group", ...queue, ...sent, "ip_address", "recv_method"],
  bounce: failed,
  delay: failed,
  out_of_band: [
    ...mail,
    "node_name",
    "binding",
    ...failure,
    "bounce_class",
    "delv_method",
    "msg_from",
    "recv_method",
    "routing_domain",
  ],
  policy_rejection: [
    ...mail,
    "node_name",
    "binding",
    ...failure,
    "bounce_class",
    "friendly_from",
    "msg_from",
    "recv_method",
    "remote_addr",
  ],
  spam_complaint: [
    ...mail,
    "node_name",
    "binding",
    "delv_method",
    "fbtype",
    "friendly_from",
    "msg_spoolname",
    "report_by",
    "report_to",
    "subject",
  ],
  open: [...mail, ...client, "node_name"],
  click: [...mail, ...client, "node_name", "accept_language", "target_link_name", "target_link_url"],
  initial_open: ampOpened,
  amp_open: ampOpened,
  amp_initial_open: ampOpened,
  amp_click: [...mail, ...client, ...cloud, "click_tracking", "target_link_name", "target_link_url"],
  generation_failure: [...generation, "friendly_from", "raw_rcpt_to"],
  generation_rejection: [...generation, "bounce_class", "friendly_from", "raw_rcpt_to", "subject"],
  list_unsubscribe: [...mail, "friendly_from", "mailfrom", "sending_ip", "ip_pool", "msg_from", "msg_size", "subject"],
  link_unsubscribe: [
    ...mail,
    "friendly_from",
    "mailfrom",
    "user_agent",
    "ip_address",
    "sending_ip",
    "msg_from",
    "subject",
    "target_link_name",
    "target_link_url",
  ],
} as const satisfies Partial<Record<EventKey, readonly FieldName[]>>;

const byKey: Readonly<Partial<Record<EventKey, readonly FieldName[]>>> = mailFields;

/** Fields that a generated event of this key carries. */
export const generatedFields = (key: EventKey): readonly FieldName[] =>
  byKey[key] ?? sampleFields(key).filter((name) => !rare.has(name));
