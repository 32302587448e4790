import type { EventFields } from "../field.ts";

/** SMS messages and their receipts. */
export const smsFields = {
  sms_coding: { type: "string", sampleValue: "ASCII", origin: "2016", description: "Character encoding of the SMS." },
  sms_text: { type: "string", sampleValue: "hello", origin: "on_premises", description: "Text of the SMS." },
  sms_src: { type: "string", sampleValue: "2255", origin: "on_premises", description: "Number or name of the sender." },
  sms_src_ton: {
    type: "string",
    sampleValue: "Unknown",
    origin: "on_premises",
    description: "Type of number of the sender.",
  },
  sms_src_npi: {
    type: "string",
    sampleValue: "E164",
    origin: "on_premises",
    description: "Numbering plan of the sender.",
  },
  sms_dst: {
    type: "string",
    sampleValue: "447700900123",
    origin: "on_premises",
    description: "Number of the recipient.",
  },
  sms_dst_ton: {
    type: "string",
    sampleValue: "International",
    origin: "on_premises",
    description: "Type of number of the recipient.",
  },
  sms_dst_npi: {
    type: "string",
    sampleValue: "E164",
    origin: "on_premises",
    description: "Numbering plan of the recipient.",
  },
  sms_segments: { type: "number", sampleValue: 2, origin: "2016", description: "Segment number of a long SMS." },
  sms_remoteids: {
    type: "array",
    sampleValue: ["0001"],
    origin: "on_premises",
    description: "Ids that the SMS centre gave to the parts of the SMS.",
  },
  dr_latency: {
    type: "string",
    sampleValue: "1.4",
    origin: "2016",
    description: "Time between hand-over to the SMS centre and its receipt.",
  },
  stat_type: {
    type: "string",
    sampleValue: "SMSC Delivery",
    origin: "on_premises",
    description: "Kind of status that came back.",
  },
  stat_state: { type: "string", sampleValue: "Delivered", origin: "on_premises", description: "The status itself." },
} as const satisfies EventFields;
