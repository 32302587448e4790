import type { EventFields } from "../field.ts";

/** What an event is, and which tenant, message and recipient it belongs to. */
export const identityFields = {
  type: { type: "string", sampleValue: "bounce", origin: "on_premises", description: "Event key. Decide by this one." },
  timestamp: {
    type: "string",
    sampleValue: "1700000000",
    origin: "on_premises",
    description: "When it happened, in Unix seconds. May have a fraction: parse it as a decimal number.",
  },
  event_id: {
    type: "string",
    sampleValue: "84320004715329757",
    origin: "on_premises",
    description: "Identifies the event. An event can arrive more than once: use this to drop repetitions.",
  },
  customer_id: {
    type: "string",
    sampleValue: "1",
    origin: "on_premises",
    description: "Customer that owns the event; 1 on an on-premises installation.",
  },
  subaccount_id: {
    type: "string",
    sampleValue: "101",
    origin: "on_premises",
    description: "Sub-account that sent the message; absent for the primary account.",
  },
  message_id: {
    type: "string",
    sampleValue: "0000d1e39a5f0c2b7a44",
    origin: "on_premises",
    description: "Identifies the message within the sending cluster. All events of one message share it.",
  },
  transmission_id: {
    type: "string",
    sampleValue: "70418822013365190",
    origin: "on_premises",
    description: "REST transmission that the message was part of.",
  },
  campaign_id: {
    type: "string",
    sampleValue: "spring-sale",
    origin: "on_premises",
    description: "Campaign that the sender named for the message.",
  },
  template_id: {
    type: "string",
    sampleValue: "welcome-1",
    origin: "on_premises",
    description: "Template that the message was built from; inline content is named template_<transmission_id>.",
  },
  template_version: {
    type: "string",
    sampleValue: "3",
    origin: "on_premises",
    description: "Version of that template.",
  },
  rcpt_to: {
    type: "string",
    sampleValue: "ann@example.org",
    origin: "on_premises",
    description: "Recipient's envelope address in lower case.",
  },
  raw_rcpt_to: {
    type: "string",
    sampleValue: "Ann@example.org",
    origin: "on_premises",
    description: "Recipient's envelope address as the sender wrote it.",
  },
  rcpt_type: {
    type: "string",
    sampleValue: "cc",
    origin: "on_premises",
    description: "Set for recipients by cc, bcc or archive; absent for those in To.",
  },
  rcpt_hash: {
    type: "string",
    sampleValue: "5b1d3f0c9a7e2864d0c3b5a19f8e7d6c4b3a2918",
    origin: "2021",
    description: "Hash of the recipient's address, to match recipients without storing addresses.",
  },
  recipient_domain: {
    type: "string",
    sampleValue: "example.org",
    origin: "2021",
    description: "Domain of the recipient's address.",
  },
  routing_domain: {
    type: "string",
    sampleValue: "example.org",
    origin: "on_premises",
    description: "Domain that the mail is routed to; differs from the recipient's domain where routes are configured.",
  },
  rcpt_tags: {
    type: "array",
    sampleValue: ["vip", "eu"],
    origin: "on_premises",
    description: "Tags that the sender put on the recipient.",
  },
  rcpt_meta: {
    type: "object",
    sampleValue: { order: "A-17" },
    origin: "on_premises",
    description: "Metadata that the sender attached to the message. Free-form; values may nest.",
  },
  rcpt_subs: {
    type: "object",
    sampleValue: { first: "Ann" },
    origin: "on_premises",
    description: "Substitution data that the message was to be built with.",
  },
  ab_test_id: {
    type: "string",
    sampleValue: "subj-test",
    origin: "2021",
    description: "A/B test that the message took part in.",
  },
  ab_test_version: {
    type: "string",
    sampleValue: "1",
    origin: "2021",
    description: "Version of that A/B test.",
  },
} as const satisfies EventFields;
