import type { EventFields } from "../field.ts";

const subjectLineA = {
  template_id: "subject-a",
  count_unique_clicked: 212,
  count_accepted: 4_980,
  engagement_rate: 0.0426,
} as const;
const subjectLineB = {
  template_id: "subject-b",
  count_unique_clicked: 301,
  count_accepted: 4_975,
  engagement_rate: 0.0605,
} as const;

/** Relayed inbound mail, A/B tests, ingest results and adaptive delivery. */
export const systemFields = {
  relay_id: {
    type: "string",
    sampleValue: "1f0e7c52-6f0b-4f7e-9d6b-2a4c8be0f3d1",
    origin: "on_premises",
    description: "Relay webhook that the inbound mail is meant for.",
  },
  origination: {
    type: "string",
    sampleValue: "inbound",
    origin: "2021",
    description: "Where the relayed mail came from.",
  },
  ab_test: {
    type: "object",
    sampleValue: {
      id: "subj-test",
      name: "Subject line",
      version: 1,
      test_mode: "bayesian",
      engagement_metric: "count_unique_clicked",
      default_template: subjectLineA,
      variants: [subjectLineB],
      winning_template_id: "subject-b",
    },
    origin: "2021",
    description: "The test, its variants and their figures; winning_template_id only when the test was completed.",
  },
  batch_id: {
    type: "string",
    sampleValue: "b7d1a0c4-93f2-4e0a-8b57-6c1de02f9a38",
    origin: "2021",
    description: "Set of uploaded events, as named in the answer to the upload. Not the batch of a webhook.",
  },
  error_type: {
    type: "string",
    sampleValue: "validation",
    origin: "2021",
    description: "Kind of failure: validation, decompression, empty or system, for example.",
  },
  number_succeeded: {
    type: "number",
    sampleValue: 500,
    origin: "2021",
    description: "Uploaded events that were taken.",
  },
  number_failed: { type: "number", sampleValue: 50, origin: "2021", description: "Uploaded events that failed." },
  number_duplicates: {
    type: "number",
    sampleValue: 3,
    origin: "2021",
    description: "Uploaded events that were dropped as repetitions.",
  },
  retryable: {
    type: "boolean",
    sampleValue: false,
    origin: "2021",
    description: "Whether uploading the same set again can help.",
  },
  href: {
    type: "string",
    sampleValue: "https://api.example.com/api/v1/ingest/events/b7d1a0c4-93f2-4e0a-8b57-6c1de02f9a38",
    origin: "2021",
    description: "Where the events that failed can be read.",
  },
  expiration_timestamp: {
    type: "string",
    sampleValue: "2024-03-12T09:14:55.000Z",
    origin: "2021",
    description: "Until when the uploaded set can be read, in ISO 8601.",
  },
  action: {
    type: "string",
    sampleValue: "suspend",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "What the mail server does: suspend, throttle, blackhole, reduce_connections and so on.",
  },
  rule: {
    type: "string",
    sampleValue: "too-many-connections",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "Adaptive rule that fired.",
  },
  trigger: {
    type: "string",
    sampleValue: "421 4.7.0 too many connections",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "Response of the provider that fired the rule.",
  },
  scope: {
    type: "string",
    sampleValue: "binding_domain",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "What the change applies to.",
  },
  status: {
    type: "string",
    sampleValue: "active",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "State of the action.",
  },
  start: {
    type: "string",
    sampleValue: "1700000000",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "When the action begins, in Unix seconds.",
  },
  stop: {
    type: "string",
    sampleValue: "1700003600",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "When the action ends, in Unix seconds.",
  },
  option: {
    type: "string",
    sampleValue: "max_outbound_connections",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "Sending option that was changed.",
  },
  opt_value: {
    type: "string",
    sampleValue: "5",
    origin: "on_premises",
    onPremisesOnly: true,
    description: "New value of that option.",
  },
} as const satisfies EventFields;
