import type { FieldName } from "./field-dictionary.ts";

/** Fields that many events share. */
export const fieldSets = {
  core: ["type", "timestamp", "event_id", "customer_id"],
  mail: [
    "type",
    "timestamp",
    "event_id",
    "customer_id",
    "subaccount_id",
    "campaign_id",
    "message_id",
    "transmission_id",
    "template_id",
    "template_version",
    "rcpt_to",
    "raw_rcpt_to",
    "rcpt_type",
    "rcpt_meta",
    "rcpt_tags",
  ],
  mailServer: ["node_name", "binding", "binding_group", "conn_name", "conn_stage", "msg_batchname", "msg_spoolname"],
  relay: [
    "type",
    "timestamp",
    "event_id",
    "customer_id",
    "relay_id",
    "msg_from",
    "pathway",
    "pathway_group",
    "recv_method",
  ],
  generation: [
    "type",
    "timestamp",
    "event_id",
    "customer_id",
    "binding",
    "binding_group",
    "campaign_id",
    "error_code",
    "raw_reason",
    "rcpt_meta",
    "rcpt_subs",
    "rcpt_tags",
    "rcpt_to",
    "reason",
    "recv_method",
    "routing_domain",
    "template_id",
    "template_version",
    "transmission_id",
  ],
  bindings: ["binding", "binding_group"],
  failure: ["error_code", "reason", "raw_reason"],
  queue: ["num_retries", "queue_time"],
  sms: ["sms_src", "sms_src_ton", "sms_src_npi", "sms_dst", "sms_dst_ton", "sms_dst_npi"],
  abTest: ["ab_test_id", "ab_test_version"],
  tracking: ["amp_enabled", "click_tracking", "initial_pixel", "open_tracking"],
  recipient: ["rcpt_hash", "recipient_domain", "transactional"],
  times: ["injection_time", "scheduled_time"],
  sending: ["ip_pool", "sending_ip"],
} as const satisfies Readonly<Record<string, readonly FieldName[]>>;

/** Fields of one event by the source that first lists them for this event. */
export interface EventRow {
  readonly onPremises: readonly FieldName[];
  readonly added2016: readonly FieldName[];
  readonly added2021: readonly FieldName[];
  readonly added2026: readonly FieldName[];
}
