import type { EventKey } from "#shared/contract/words.ts";
import type { FieldName } from "./field-dictionary.ts";

/** Fields of every event that comes from Amazon SES, as far as the message has them. */
const common: readonly FieldName[] = [
  "type",
  "timestamp",
  "event_id",
  "customer_id",
  "subaccount_id",
  "message_id",
  "transmission_id",
  "campaign_id",
  "template_id",
  "injection_time",
  "msg_from",
  "friendly_from",
  "subject",
  "ip_pool",
  "sending_ip",
  "delv_method",
  "rcpt_meta",
  "rcpt_to",
  "raw_rcpt_to",
  "recipient_domain",
  "routing_domain",
];
const failure: readonly FieldName[] = ["bounce_class", "error_code", "reason", "raw_reason"];

/** Events that Amazon SES tells of, and the fields that each has besides. */
const further: Readonly<Partial<Record<EventKey, readonly FieldName[]>>> = {
  injection: [],
  delivery: ["queue_time", "ip_address"],
  bounce: [...failure, "ip_address"],
  out_of_band: failure,
  policy_rejection: [...failure, "ip_address"],
  spam_complaint: ["fbtype", "user_str"],
  open: ["ip_address", "user_agent"],
  click: ["ip_address", "user_agent", "target_link_url", "target_link_name"],
  generation_failure: ["reason", "raw_reason"],
  delay: [...failure, "ip_address"],
  list_unsubscribe: ["mailfrom"],
  link_unsubscribe: ["mailfrom"],
};

/** Fields that an event has when it comes from Amazon SES; none for an event that SES does not tell of. */
export const sesFields = (key: EventKey): readonly FieldName[] => {
  const own = further[key];
  return own === undefined ? [] : [...common, ...own];
};
