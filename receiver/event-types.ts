// Written by `npm run event-types` from shared/events/catalogue. Do not edit.

/** Every documented field of an event. Numbers that a mail server sends as text are text. */
export interface EventFields {
  /** Event key. Decide by this one. */
  readonly type?: string;
  /** When it happened, in Unix seconds. May have a fraction: parse it as a decimal number. */
  readonly timestamp?: string;
  /** Identifies the event. An event can arrive more than once: use this to drop repetitions. */
  readonly event_id?: string;
  /** Customer that owns the event; 1 on an on-premises installation. */
  readonly customer_id?: string;
  /** Sub-account that sent the message; absent for the primary account. */
  readonly subaccount_id?: string;
  /** Identifies the message within the sending cluster. All events of one message share it. */
  readonly message_id?: string;
  /** REST transmission that the message was part of. */
  readonly transmission_id?: string;
  /** Campaign that the sender named for the message. */
  readonly campaign_id?: string;
  /** Template that the message was built from; inline content is named template_<transmission_id>. */
  readonly template_id?: string;
  /** Version of that template. */
  readonly template_version?: string;
  /** Recipient's envelope address in lower case. */
  readonly rcpt_to?: string;
  /** Recipient's envelope address as the sender wrote it. */
  readonly raw_rcpt_to?: string;
  /** Set for recipients by cc, bcc or archive; absent for those in To. */
  readonly rcpt_type?: string;
  /** Hash of the recipient's address, to match recipients without storing addresses. */
  readonly rcpt_hash?: string;
  /** Domain of the recipient's address. */
  readonly recipient_domain?: string;
  /** Domain that the mail is routed to; differs from the recipient's domain where routes are configured. */
  readonly routing_domain?: string;
  /** Tags that the sender put on the recipient. */
  readonly rcpt_tags?: readonly unknown[];
  /** Metadata that the sender attached to the message. Free-form; values may nest. */
  readonly rcpt_meta?: Readonly<Record<string, unknown>>;
  /** Substitution data that the message was to be built with. */
  readonly rcpt_subs?: Readonly<Record<string, unknown>>;
  /** A/B test that the message took part in. */
  readonly ab_test_id?: string;
  /** Version of that A/B test. */
  readonly ab_test_version?: string;
  /** Subject header of the message. */
  readonly subject?: string;
  /** Sender's address in the From header, which recipients see. */
  readonly friendly_from?: string;
  /** Envelope sender, which bounces go to. */
  readonly msg_from?: string;
  /** Envelope sender of the message that the recipient unsubscribed from. */
  readonly mailfrom?: string;
  /** Size of the message in bytes. */
  readonly msg_size?: string;
  /** How the message came in: esmtp or rest, for example. */
  readonly recv_method?: string;
  /** IP address of the host that handed the message in. */
  readonly remote_addr?: string;
  /** Inbound pathway, the set of settings that applied to the incoming connection. */
  readonly pathway?: string;
  /** Group of that pathway. */
  readonly pathway_group?: string;
  /** Text that the operator's logging rules added. The cloud dropped this field in 2021. */
  readonly user_str?: string;
  /** When the message was accepted, in ISO 8601. */
  readonly injection_time?: string;
  /** When the message was scheduled to be sent, in Unix seconds. */
  readonly scheduled_time?: string;
  /** 1 if the sender marked the message as transactional. */
  readonly transactional?: string;
  /** Whether opens of the message are tracked. Mail servers may send 1 and 0 as strings. */
  readonly open_tracking?: boolean;
  /** Whether its links are tracked. Mail servers may send 1 and 0 as strings. */
  readonly click_tracking?: boolean;
  /** Whether it has a tracking pixel at the top. Mail servers may send 1 and 0 as strings. */
  readonly initial_pixel?: boolean;
  /** Whether the message has an AMP part. */
  readonly amp_enabled?: boolean;
  /** Mail server node that reports the event. */
  readonly node_name?: string;
  /** Binding that sent the message: a configured sending identity, usually one source IP address. */
  readonly binding?: string;
  /** Group of that binding; the cloud reports ip_pool instead. */
  readonly binding_group?: string;
  /** IP pool that the message was sent from. */
  readonly ip_pool?: string;
  /** Source IP address that the message was sent from. */
  readonly sending_ip?: string;
  /** IP address of the host delivered to; for opens, clicks and unsubscribes, of the recipient's client. */
  readonly ip_address?: string;
  /** How the message went out: esmtp, rest, smpp, apn or gcm. */
  readonly delv_method?: string;
  /** Connection of the mail server, as named in its logs. */
  readonly conn_name?: string;
  /** Number of the SMTP stage that the connection was in. */
  readonly conn_stage?: string;
  /** Batch of the message inside the mail server. Unrelated to webhook batches. */
  readonly msg_batchname?: string;
  /** Spool entry of the message inside the mail server. */
  readonly msg_spoolname?: string;
  /** Failed tries to deliver the message before this event. */
  readonly num_retries?: string;
  /** Milliseconds that the message spent in the outbound queue. */
  readonly queue_time?: string;
  /** 1 if delivered over TLS, 0 if the other side did not offer it, -1 if its negotiation failed. */
  readonly outbound_tls?: string;
  /** Class of the failure: 10 invalid recipient, 20 soft bounce, 50 mail block and so on; 1 if undetermined. */
  readonly bounce_class?: string;
  /** SMTP status code of the failure, from the other side or from the mail server itself. */
  readonly error_code?: string;
  /** Response with addresses and other particulars masked, so that equal failures have equal text. */
  readonly reason?: string;
  /** Response exactly as received. On-premises since 4.2. */
  readonly raw_reason?: string;
  /** Scope of the policy that refused the message. */
  readonly scope_name?: string;
  /** Kind of feedback report, in the words of RFC 5965. */
  readonly fbtype?: string;
  /** Provider that sent the feedback report. */
  readonly report_by?: string;
  /** Address that the feedback report was sent to. */
  readonly report_to?: string;
  /** Device that a push notification went to; only when delv_method is apn or gcm. */
  readonly device_token?: string;
  /** Replacement device ids reported by a push gateway. Its type is not documented; expect any. */
  readonly canonical_ids?: string;
  /** User-Agent header of the recipient's client, or of a proxy in between. */
  readonly user_agent?: string;
  /** The client in parts. is_proxy and is_prefetched mark requests that no reader made. */
  readonly user_agent_parsed?: Readonly<Record<string, unknown>>;
  /** Accept-Language header of the client. */
  readonly accept_language?: string;
  /** Where the followed link leads. */
  readonly target_link_url?: string;
  /** Name that the sender gave the link. */
  readonly target_link_name?: string;
  /** Place of the client's IP address. Prefer postal_code, a string, to zip, a number; either may be absent. */
  readonly geo_ip?: Readonly<Record<string, unknown>>;
  /** Provider of the recipient's mailbox. */
  readonly mailbox_provider?: string;
  /** Region that the provider serves. */
  readonly mailbox_provider_region?: string;
  /** Character encoding of the SMS. */
  readonly sms_coding?: string;
  /** Text of the SMS. */
  readonly sms_text?: string;
  /** Number or name of the sender. */
  readonly sms_src?: string;
  /** Type of number of the sender. */
  readonly sms_src_ton?: string;
  /** Numbering plan of the sender. */
  readonly sms_src_npi?: string;
  /** Number of the recipient. */
  readonly sms_dst?: string;
  /** Type of number of the recipient. */
  readonly sms_dst_ton?: string;
  /** Numbering plan of the recipient. */
  readonly sms_dst_npi?: string;
  /** Segment number of a long SMS. */
  readonly sms_segments?: number;
  /** Ids that the SMS centre gave to the parts of the SMS. */
  readonly sms_remoteids?: readonly unknown[];
  /** Time between hand-over to the SMS centre and its receipt. */
  readonly dr_latency?: string;
  /** Kind of status that came back. */
  readonly stat_type?: string;
  /** The status itself. */
  readonly stat_state?: string;
  /** Relay webhook that the inbound mail is meant for. */
  readonly relay_id?: string;
  /** Where the relayed mail came from. */
  readonly origination?: string;
  /** The test, its variants and their figures; winning_template_id only when the test was completed. */
  readonly ab_test?: Readonly<Record<string, unknown>>;
  /** Set of uploaded events, as named in the answer to the upload. Not the batch of a webhook. */
  readonly batch_id?: string;
  /** Kind of failure: validation, decompression, empty or system, for example. */
  readonly error_type?: string;
  /** Uploaded events that were taken. */
  readonly number_succeeded?: number;
  /** Uploaded events that failed. */
  readonly number_failed?: number;
  /** Uploaded events that were dropped as repetitions. */
  readonly number_duplicates?: number;
  /** Whether uploading the same set again can help. */
  readonly retryable?: boolean;
  /** Where the events that failed can be read. */
  readonly href?: string;
  /** Until when the uploaded set can be read, in ISO 8601. */
  readonly expiration_timestamp?: string;
  /** What the mail server does: suspend, throttle, blackhole, reduce_connections and so on. */
  readonly action?: string;
  /** Adaptive rule that fired. */
  readonly rule?: string;
  /** Response of the provider that fired the rule. */
  readonly trigger?: string;
  /** What the change applies to. */
  readonly scope?: string;
  /** State of the action. */
  readonly status?: string;
  /** When the action begins, in Unix seconds. */
  readonly start?: string;
  /** When the action ends, in Unix seconds. */
  readonly stop?: string;
  /** Sending option that was changed. */
  readonly option?: string;
  /** New value of that option. */
  readonly opt_value?: string;
  /** Webhook that the event is about. */
  readonly webhook_id?: string;
  /** Name of that webhook. */
  readonly webhook_name?: string;
  /** Why the attempts fail, by the word that attempts have for it. */
  readonly failure_reason?: string;
  /** Since when the webhook's batches wait, in ISO 8601. */
  readonly failing_since?: string;
  /** Batch of the webhook, as in X-MessageSystems-Batch-ID. */
  readonly webhook_batch_id?: string;
  /** Number of events in that batch. */
  readonly batch_events?: number;
  /** When the time began after which the batch expires, in ISO 8601. */
  readonly first_attempt_at?: string;
  /** When the batch expires unless its target takes it, in ISO 8601. */
  readonly expires_at?: string;
  /** What became of the webhook: created, updated, paused, resumed, secret_rotated or deleted. */
  readonly change_action?: string;
  /** Names of the fields that differ. The webhook's list of changes has their values, secrets apart. */
  readonly changed_fields?: readonly unknown[];
  /** Id of the API key that made the change. */
  readonly changed_by_key_id?: string;
  /** Label that this API key had then. */
  readonly changed_by_key_label?: string;
  /** Id of the portal link in whose session the change was made, instead of a key. */
  readonly changed_by_portal_link_id?: string;
}

interface Event<Class extends string, Type extends string, Names extends keyof EventFields> {
  /** The key below `msys`. */
  readonly class: Class;
  readonly type: Type;
  /** The event's fields as they were sent. Which of them an event has depends on the message and on the mail server. */
  readonly data: Readonly<Pick<EventFields, Names>> & Readonly<Record<string, unknown>>;
  /** Variables that a mail server sends next to `msys`. */
  readonly cust?: Readonly<Record<string, unknown>>;
}

/** Events by their type. */
export interface EventsByType {
  /** The mail server accepted a message for sending, over SMTP or the REST API. */
  injection: Event<"message_event", "injection", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "node_name" | "binding" | "binding_group" | "conn_name" | "conn_stage" | "msg_batchname" | "msg_spoolname" | "friendly_from" | "msg_from" | "msg_size" | "pathway" | "pathway_group" | "recv_method" | "routing_domain" | "subject" | "sms_src" | "sms_src_ton" | "sms_src_npi" | "sms_dst" | "sms_dst_ton" | "sms_dst_npi" | "ip_pool" | "sending_ip" | "sms_coding" | "sms_segments" | "sms_text" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "mailbox_provider" | "mailbox_provider_region">;
  /** The receiving mail server, SMS centre or push gateway took the message. */
  delivery: Event<"message_event", "delivery", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "node_name" | "binding" | "binding_group" | "conn_name" | "conn_stage" | "msg_batchname" | "msg_spoolname" | "num_retries" | "queue_time" | "delv_method" | "device_token" | "friendly_from" | "ip_address" | "msg_from" | "msg_size" | "recv_method" | "routing_domain" | "subject" | "sms_src" | "sms_src_ton" | "sms_src_npi" | "sms_dst" | "sms_dst_ton" | "sms_dst_npi" | "ip_pool" | "sending_ip" | "sms_coding" | "sms_remoteids" | "sms_segments" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "outbound_tls" | "mailbox_provider" | "mailbox_provider_region">;
  /** The receiving server refused the message for good while it was being handed over. */
  bounce: Event<"message_event", "bounce", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "node_name" | "binding" | "binding_group" | "conn_name" | "conn_stage" | "msg_batchname" | "msg_spoolname" | "error_code" | "reason" | "raw_reason" | "num_retries" | "queue_time" | "bounce_class" | "delv_method" | "device_token" | "friendly_from" | "ip_address" | "msg_from" | "msg_size" | "recv_method" | "routing_domain" | "subject" | "sms_src" | "sms_src_ton" | "sms_src_npi" | "sms_dst" | "sms_dst_ton" | "sms_dst_npi" | "ip_pool" | "sending_ip" | "sms_coding" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "mailbox_provider" | "mailbox_provider_region">;
  /** The receiving server refused the message temporarily. Delivery is tried again; a message can have several. */
  delay: Event<"message_event", "delay", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "node_name" | "binding" | "binding_group" | "conn_name" | "conn_stage" | "msg_batchname" | "msg_spoolname" | "error_code" | "reason" | "raw_reason" | "num_retries" | "queue_time" | "bounce_class" | "delv_method" | "device_token" | "friendly_from" | "ip_address" | "msg_from" | "msg_size" | "recv_method" | "routing_domain" | "subject" | "sms_src" | "sms_src_ton" | "sms_src_npi" | "sms_dst" | "sms_dst_ton" | "sms_dst_npi" | "ip_pool" | "sending_ip" | "sms_coding" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "outbound_tls" | "mailbox_provider" | "mailbox_provider_region">;
  /** A bounce mail came back after the receiving server had accepted the message. Follows a delivery event. */
  out_of_band: Event<"message_event", "out_of_band", "type" | "timestamp" | "event_id" | "customer_id" | "binding" | "binding_group" | "error_code" | "reason" | "raw_reason" | "bounce_class" | "campaign_id" | "conn_stage" | "delv_method" | "device_token" | "message_id" | "msg_from" | "node_name" | "raw_rcpt_to" | "rcpt_to" | "recv_method" | "routing_domain" | "subaccount_id" | "template_id" | "template_version" | "ip_pool" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_address" | "msg_size" | "rcpt_meta" | "rcpt_tags" | "subject" | "transmission_id" | "mailbox_provider" | "mailbox_provider_region">;
  /** A local policy refused the message, or stopped it before it was built. */
  policy_rejection: Event<"message_event", "policy_rejection", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "binding" | "binding_group" | "error_code" | "reason" | "raw_reason" | "conn_name" | "friendly_from" | "msg_from" | "node_name" | "pathway" | "pathway_group" | "recv_method" | "scope_name" | "bounce_class" | "remote_addr" | "sending_ip" | "ab_test_id" | "ab_test_version" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "ip_pool" | "mailbox_provider" | "mailbox_provider_region">;
  /** A feedback-loop report arrived: the recipient marked the message as spam. */
  spam_complaint: Event<"message_event", "spam_complaint", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "binding" | "binding_group" | "delv_method" | "fbtype" | "friendly_from" | "msg_spoolname" | "node_name" | "report_by" | "report_to" | "subject" | "user_str" | "ip_pool" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "ip_address" | "msg_from" | "msg_size" | "routing_domain" | "mailbox_provider" | "mailbox_provider_region">;
  /** A delivery receipt or another status came back for an SMS. These events have no event_id. */
  sms_status: Event<"message_event", "sms_status", "type" | "timestamp" | "customer_id" | "sms_src" | "sms_src_ton" | "sms_src_npi" | "sms_dst" | "sms_dst_ton" | "sms_dst_npi" | "delv_method" | "ip_address" | "raw_reason" | "reason" | "routing_domain" | "sms_remoteids" | "sms_text" | "stat_state" | "stat_type" | "ip_pool" | "sending_ip" | "dr_latency" | "subaccount_id" | "recv_method">;
  /** The tracking pixel at the end of the message was fetched. Mail proxies may fetch it without a reader. */
  open: Event<"track_event", "open", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "delv_method" | "geo_ip" | "ip_address" | "node_name" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_pool" | "msg_from" | "msg_size" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region" | "user_agent_parsed">;
  /** A tracked link of the message was followed, by the recipient or by a link scanner. */
  click: Event<"track_event", "click", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "accept_language" | "delv_method" | "geo_ip" | "ip_address" | "node_name" | "target_link_name" | "target_link_url" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_pool" | "msg_from" | "msg_size" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region" | "user_agent_parsed">;
  /** The tracking pixel at the top of the message was fetched. One reading can cause this and an open event: adding the two up counts it twice. */
  initial_open: Event<"track_event", "initial_open", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "delv_method" | "geo_ip" | "ip_address" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_pool" | "msg_from" | "msg_size" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region" | "user_agent_parsed">;
  /** The pixel at the end of the message's AMP part was fetched. */
  amp_open: Event<"track_event", "amp_open", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "delv_method" | "geo_ip" | "ip_address" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_pool" | "msg_from" | "msg_size" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region" | "user_agent_parsed">;
  /** A tracked link of the message's AMP part was followed. */
  amp_click: Event<"track_event", "amp_click", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "delv_method" | "geo_ip" | "ip_address" | "target_link_name" | "target_link_url" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_pool" | "msg_from" | "msg_size" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region" | "user_agent_parsed">;
  /** The pixel at the top of the message's AMP part was fetched. One reading can cause this and an amp_open event: adding the two up counts it twice. */
  amp_initial_open: Event<"track_event", "amp_initial_open", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "delv_method" | "geo_ip" | "ip_address" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "friendly_from" | "ip_pool" | "msg_from" | "msg_size" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region" | "user_agent_parsed">;
  /** The message for one recipient could not be built, for example for a broken template or address. */
  generation_failure: Event<"gen_event", "generation_failure", "type" | "timestamp" | "event_id" | "customer_id" | "binding" | "binding_group" | "campaign_id" | "error_code" | "raw_reason" | "rcpt_meta" | "rcpt_subs" | "rcpt_tags" | "rcpt_to" | "reason" | "recv_method" | "routing_domain" | "template_id" | "template_version" | "transmission_id" | "ip_pool" | "sending_ip" | "friendly_from" | "raw_rcpt_to" | "subaccount_id" | "ab_test_id" | "ab_test_version" | "rcpt_hash" | "recipient_domain" | "transactional" | "scheduled_time" | "mailbox_provider" | "mailbox_provider_region">;
  /** A policy refused to build the message, for example because the recipient is suppressed. */
  generation_rejection: Event<"gen_event", "generation_rejection", "type" | "timestamp" | "event_id" | "customer_id" | "binding" | "binding_group" | "campaign_id" | "error_code" | "raw_reason" | "rcpt_meta" | "rcpt_subs" | "rcpt_tags" | "rcpt_to" | "reason" | "recv_method" | "routing_domain" | "template_id" | "template_version" | "transmission_id" | "ip_pool" | "sending_ip" | "bounce_class" | "friendly_from" | "raw_rcpt_to" | "subaccount_id" | "subject" | "ab_test_id" | "ab_test_version" | "rcpt_hash" | "recipient_domain" | "transactional" | "scheduled_time" | "mailbox_provider" | "mailbox_provider_region">;
  /** The recipient used the unsubscribe control that the mail program shows for the message. */
  list_unsubscribe: Event<"unsubscribe_event", "list_unsubscribe", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "friendly_from" | "mailfrom" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "ip_address" | "ip_pool" | "msg_from" | "msg_size" | "recv_method" | "routing_domain" | "subject" | "mailbox_provider" | "mailbox_provider_region">;
  /** The recipient followed an unsubscribe link in the message's text. */
  link_unsubscribe: Event<"unsubscribe_event", "link_unsubscribe", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "campaign_id" | "message_id" | "transmission_id" | "template_id" | "template_version" | "rcpt_to" | "raw_rcpt_to" | "rcpt_type" | "rcpt_meta" | "rcpt_tags" | "friendly_from" | "mailfrom" | "user_agent" | "sending_ip" | "num_retries" | "queue_time" | "ab_test_id" | "ab_test_version" | "amp_enabled" | "click_tracking" | "initial_pixel" | "open_tracking" | "rcpt_hash" | "recipient_domain" | "transactional" | "injection_time" | "scheduled_time" | "delv_method" | "ip_address" | "ip_pool" | "msg_from" | "msg_size" | "recv_method" | "routing_domain" | "subject" | "target_link_name" | "target_link_url" | "mailbox_provider" | "mailbox_provider_region">;
  /** Mail for an inbound domain arrived and waits for its hand-over to the HTTP endpoint. */
  relay_injection: Event<"relay_event", "relay_injection", "type" | "timestamp" | "event_id" | "customer_id" | "relay_id" | "msg_from" | "pathway" | "pathway_group" | "recv_method" | "binding" | "binding_group" | "msg_size" | "rcpt_to" | "routing_domain" | "ip_pool" | "sending_ip" | "raw_rcpt_to" | "subaccount_id" | "injection_time" | "message_id" | "origination" | "rcpt_hash">;
  /** Mail for an inbound domain was refused or could not be converted. */
  relay_rejection: Event<"relay_event", "relay_rejection", "type" | "timestamp" | "event_id" | "customer_id" | "relay_id" | "msg_from" | "pathway" | "pathway_group" | "recv_method" | "error_code" | "reason" | "raw_reason" | "rcpt_to" | "remote_addr" | "bounce_class" | "raw_rcpt_to" | "sending_ip" | "subaccount_id" | "injection_time" | "message_id" | "origination" | "rcpt_hash">;
  /** The HTTP endpoint took the relayed mail. */
  relay_delivery: Event<"relay_event", "relay_delivery", "type" | "timestamp" | "event_id" | "customer_id" | "relay_id" | "msg_from" | "pathway" | "pathway_group" | "recv_method" | "binding" | "binding_group" | "num_retries" | "queue_time" | "delv_method" | "routing_domain" | "ip_pool" | "sending_ip" | "subaccount_id" | "injection_time" | "message_id" | "origination" | "rcpt_hash" | "raw_rcpt_to" | "rcpt_to">;
  /** The HTTP endpoint refused the relayed mail temporarily; it is tried again. */
  relay_tempfail: Event<"relay_event", "relay_tempfail", "type" | "timestamp" | "event_id" | "customer_id" | "relay_id" | "msg_from" | "pathway" | "pathway_group" | "recv_method" | "binding" | "binding_group" | "error_code" | "reason" | "raw_reason" | "num_retries" | "queue_time" | "delv_method" | "routing_domain" | "ip_pool" | "sending_ip" | "subaccount_id" | "injection_time" | "message_id" | "origination" | "rcpt_hash" | "raw_rcpt_to" | "rcpt_to">;
  /** The HTTP endpoint never took the relayed mail; it was dropped after the last try. */
  relay_permfail: Event<"relay_event", "relay_permfail", "type" | "timestamp" | "event_id" | "customer_id" | "relay_id" | "msg_from" | "pathway" | "pathway_group" | "recv_method" | "binding" | "binding_group" | "error_code" | "reason" | "raw_reason" | "num_retries" | "queue_time" | "delv_method" | "routing_domain" | "ip_pool" | "sending_ip" | "subaccount_id" | "injection_time" | "message_id" | "origination" | "rcpt_hash" | "outbound_tls" | "raw_rcpt_to" | "rcpt_to">;
  /** An A/B test came to its end and may have a winner. */
  ab_test_completed: Event<"ab_test_event", "ab_test_completed", "type" | "timestamp" | "event_id" | "customer_id" | "ab_test" | "subaccount_id">;
  /** An A/B test was stopped before its end. */
  ab_test_cancelled: Event<"ab_test_event", "ab_test_cancelled", "type" | "timestamp" | "event_id" | "customer_id" | "ab_test" | "subaccount_id">;
  /** An uploaded set of events was processed. */
  success: Event<"ingest_event", "success", "type" | "timestamp" | "event_id" | "customer_id" | "batch_id" | "expiration_timestamp" | "number_duplicates" | "number_succeeded" | "subaccount_id">;
  /** An uploaded set of events failed, wholly or in part. */
  error: Event<"ingest_event", "error", "type" | "timestamp" | "event_id" | "customer_id" | "batch_id" | "error_type" | "expiration_timestamp" | "href" | "number_duplicates" | "number_failed" | "number_succeeded" | "retryable" | "subaccount_id">;
  /** A provider's response fired an adaptive rule, and the mail server now slows down or suspends sending. */
  ad_status: Event<"adaptive_event", "ad_status", "type" | "timestamp" | "event_id" | "customer_id" | "action" | "binding" | "node_name" | "routing_domain" | "rule" | "scope" | "start" | "status" | "stop" | "subaccount_id" | "trigger">;
  /** The mail server changed one of its sending options, by an adaptive rule or automatic tuning. */
  ad_adjust: Event<"adaptive_event", "ad_adjust", "type" | "timestamp" | "event_id" | "customer_id" | "binding" | "node_name" | "opt_value" | "option" | "routing_domain" | "scope" | "subaccount_id">;
  /** A webhook's target has failed several times in a row, and its batches wait. At most once an hour for each webhook. */
  webhook_failing: Event<"webhook_event", "webhook_failing", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "webhook_id" | "webhook_name" | "failure_reason" | "failing_since">;
  /** The target of a webhook that was reported as failing takes batches again. */
  webhook_recovered: Event<"webhook_event", "webhook_recovered", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "webhook_id" | "webhook_name" | "failing_since">;
  /** A batch has waited for half of the time after which it expires. At most once an hour for each webhook, for one of its batches. */
  batch_at_risk: Event<"webhook_event", "batch_at_risk", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "webhook_id" | "webhook_name" | "webhook_batch_id" | "batch_events" | "first_attempt_at" | "expires_at">;
  /** A batch, or what was left of a window, was not delivered in time, and Tidepost has given it up. It can be recovered while the stream keeps its events. */
  batch_expired: Event<"webhook_event", "batch_expired", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "webhook_id" | "webhook_name" | "webhook_batch_id" | "batch_events" | "first_attempt_at">;
  /** Somebody created, changed, paused, resumed or deleted a webhook, or rotated its secret. */
  webhook_changed: Event<"webhook_event", "webhook_changed", "type" | "timestamp" | "event_id" | "customer_id" | "subaccount_id" | "webhook_id" | "webhook_name" | "change_action" | "changed_fields" | "changed_by_key_id" | "changed_by_key_label" | "changed_by_portal_link_id">;
}
