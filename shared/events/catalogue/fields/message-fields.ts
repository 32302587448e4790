import type { EventFields } from "../field.ts";

/** Content, sender and settings of the message, and how the mail server received it. */
export const messageFields = {
  subject: {
    type: "string",
    sampleValue: "Your invoice",
    origin: "on_premises",
    description: "Subject header of the message.",
  },
  friendly_from: {
    type: "string",
    sampleValue: "news@example.net",
    origin: "on_premises",
    description: "Sender's address in the From header, which recipients see.",
  },
  msg_from: {
    type: "string",
    sampleValue: "bounce-12@mail.example.net",
    origin: "on_premises",
    description: "Envelope sender, which bounces go to.",
  },
  mailfrom: {
    type: "string",
    sampleValue: "bounce-12@mail.example.net",
    origin: "on_premises",
    description: "Envelope sender of the message that the recipient unsubscribed from.",
  },
  msg_size: {
    type: "string",
    sampleValue: "2048",
    origin: "on_premises",
    description: "Size of the message in bytes.",
  },
  recv_method: {
    type: "string",
    sampleValue: "esmtp",
    origin: "on_premises",
    description: "How the message came in: esmtp or rest, for example.",
  },
  remote_addr: {
    type: "string",
    sampleValue: "203.0.113.20",
    origin: "on_premises",
    description: "IP address of the host that handed the message in.",
  },
  pathway: {
    type: "string",
    sampleValue: "default",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "Inbound pathway, the set of settings that applied to the incoming connection.",
  },
  pathway_group: {
    type: "string",
    sampleValue: "default",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "Group of that pathway.",
  },
  user_str: {
    type: "string",
    sampleValue: "x=1",
    origin: "on_premises",
    description: "Text that the operator's logging rules added. The cloud dropped this field in 2021.",
  },
  injection_time: {
    type: "string",
    sampleValue: "2024-03-02T09:14:55.000Z",
    origin: "2021",
    description: "When the message was accepted, in ISO 8601.",
  },
  scheduled_time: {
    type: "string",
    sampleValue: "1700003600",
    origin: "2021",
    description: "When the message was scheduled to be sent, in Unix seconds.",
  },
  transactional: {
    type: "string",
    sampleValue: "1",
    origin: "2021",
    description: "1 if the sender marked the message as transactional.",
  },
  open_tracking: {
    type: "boolean",
    sampleValue: true,
    origin: "2021",
    description: "Whether opens of the message are tracked. Mail servers may send 1 and 0 as strings.",
  },
  click_tracking: {
    type: "boolean",
    sampleValue: true,
    origin: "2021",
    description: "Whether its links are tracked. Mail servers may send 1 and 0 as strings.",
  },
  initial_pixel: {
    type: "boolean",
    sampleValue: true,
    origin: "2021",
    description: "Whether it has a tracking pixel at the top. Mail servers may send 1 and 0 as strings.",
  },
  amp_enabled: {
    type: "boolean",
    sampleValue: true,
    origin: "2021",
    description: "Whether the message has an AMP part.",
  },
} as const satisfies EventFields;
