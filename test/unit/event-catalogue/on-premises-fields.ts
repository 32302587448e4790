/** Fields of each on-premises event written out, so that a slip in the shared sets of the catalogue shows. */
const lines = {
  injection: [
    "binding binding_group campaign_id conn_name conn_stage customer_id event_id friendly_from message_id",
    "msg_batchname msg_from msg_size msg_spoolname node_name pathway pathway_group raw_rcpt_to rcpt_meta",
    "rcpt_tags rcpt_to rcpt_type recv_method routing_domain subaccount_id subject template_id template_version",
    "timestamp transmission_id type",
  ],
  delivery: [
    "binding binding_group campaign_id conn_name conn_stage customer_id delv_method device_token event_id",
    "friendly_from ip_address message_id msg_batchname msg_from msg_size msg_spoolname node_name num_retries",
    "queue_time raw_rcpt_to rcpt_meta rcpt_tags rcpt_to rcpt_type recv_method routing_domain subaccount_id",
    "subject template_id template_version timestamp transmission_id type",
  ],
  bounce: [
    "binding binding_group bounce_class campaign_id conn_name conn_stage customer_id delv_method device_token",
    "error_code event_id friendly_from ip_address message_id msg_batchname msg_from msg_size msg_spoolname",
    "node_name num_retries queue_time raw_rcpt_to raw_reason rcpt_meta rcpt_tags rcpt_to rcpt_type reason",
    "recv_method routing_domain subaccount_id subject template_id template_version timestamp transmission_id",
    "type",
  ],
  delay: [
    "binding binding_group bounce_class campaign_id conn_name conn_stage customer_id delv_method device_token",
    "error_code event_id friendly_from ip_address message_id msg_batchname msg_from msg_size msg_spoolname",
    "node_name num_retries queue_time raw_rcpt_to raw_reason rcpt_meta rcpt_tags rcpt_to rcpt_type reason",
    "recv_method routing_domain subaccount_id subject template_id template_version timestamp transmission_id",
    "type",
  ],
  out_of_band: [
    "binding binding_group bounce_class campaign_id conn_stage customer_id delv_method device_token error_code",
    "event_id message_id msg_from node_name raw_rcpt_to raw_reason rcpt_to reason recv_method routing_domain",
    "subaccount_id template_id template_version timestamp type",
  ],
  policy_rejection: [
    "binding binding_group campaign_id conn_name customer_id error_code event_id friendly_from message_id",
    "msg_from node_name pathway pathway_group raw_rcpt_to raw_reason rcpt_meta rcpt_tags rcpt_to rcpt_type",
    "reason recv_method scope_name subaccount_id template_id template_version timestamp transmission_id type",
  ],
  spam_complaint: [
    "binding binding_group campaign_id customer_id delv_method event_id fbtype friendly_from message_id",
    "msg_spoolname node_name raw_rcpt_to rcpt_meta rcpt_tags rcpt_to rcpt_type report_by report_to",
    "subaccount_id subject template_id template_version timestamp transmission_id type user_str",
  ],
  sms_status: [
    "customer_id delv_method ip_address raw_reason reason routing_domain sms_dst sms_dst_npi sms_dst_ton",
    "sms_remoteids sms_src sms_src_npi sms_src_ton sms_text stat_state stat_type timestamp type",
  ],
  open: [
    "campaign_id customer_id delv_method event_id geo_ip ip_address message_id node_name raw_rcpt_to rcpt_meta",
    "rcpt_tags rcpt_to rcpt_type subaccount_id template_id template_version timestamp transmission_id type",
    "user_agent",
  ],
  click: [
    "accept_language campaign_id customer_id delv_method event_id geo_ip ip_address message_id node_name",
    "raw_rcpt_to rcpt_meta rcpt_tags rcpt_to rcpt_type subaccount_id target_link_name target_link_url",
    "template_id template_version timestamp transmission_id type user_agent",
  ],
  generation_failure: [
    "binding binding_group campaign_id customer_id error_code event_id raw_reason rcpt_meta rcpt_subs",
    "rcpt_tags rcpt_to reason recv_method routing_domain template_id template_version timestamp",
    "transmission_id type",
  ],
  generation_rejection: [
    "binding binding_group campaign_id customer_id error_code event_id raw_reason rcpt_meta rcpt_subs",
    "rcpt_tags rcpt_to reason recv_method routing_domain template_id template_version timestamp",
    "transmission_id type",
  ],
  list_unsubscribe: [
    "campaign_id customer_id event_id friendly_from mailfrom message_id raw_rcpt_to rcpt_meta rcpt_tags",
    "rcpt_to rcpt_type subaccount_id template_id template_version timestamp transmission_id type",
  ],
  link_unsubscribe: [
    "campaign_id customer_id event_id friendly_from mailfrom message_id raw_rcpt_to rcpt_meta rcpt_tags",
    "rcpt_to rcpt_type subaccount_id template_id template_version timestamp transmission_id type user_agent",
  ],
  ad_status: [
    "action binding customer_id event_id node_name routing_domain rule scope start status stop subaccount_id",
    "timestamp trigger type",
  ],
  ad_adjust: [
    "binding customer_id event_id node_name opt_value option routing_domain scope subaccount_id timestamp type",
  ],
} as const;

export const onPremisesFields: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(lines).map(([key, names]) => [key, names.join(" ").split(" ")]),
);
