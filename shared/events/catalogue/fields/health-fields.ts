import type { EventFields } from "../field.ts";

/** Events about webhooks. */
export const healthFields = {
  webhook_id: {
    type: "string",
    sampleValue: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002",
    origin: "tidepost",
    description: "Webhook that the event is about.",
  },
  webhook_name: {
    type: "string",
    sampleValue: "warehouse feed",
    origin: "tidepost",
    description: "Name of that webhook.",
  },
  failure_reason: {
    type: "string",
    sampleValue: "response_timeout",
    origin: "tidepost",
    description: "Why the attempts fail, by the word that attempts have for it.",
  },
  failing_since: {
    type: "string",
    sampleValue: "2024-03-02T09:14:55.000Z",
    origin: "tidepost",
    description: "Since when the webhook's batches wait, in ISO 8601.",
  },
  webhook_batch_id: {
    type: "string",
    sampleValue: "9d0c4d0e-6a5b-5c3f-8f0e-2b1a7c9d4e11",
    origin: "tidepost",
    description: "Batch of the webhook, as in X-MessageSystems-Batch-ID.",
  },
  batch_events: {
    type: "number",
    sampleValue: 10_000,
    origin: "tidepost",
    description: "Number of events in that batch.",
  },
  first_attempt_at: {
    type: "string",
    sampleValue: "2024-03-02T09:14:55.000Z",
    origin: "tidepost",
    description: "When the time began after which the batch expires, in ISO 8601.",
  },
  expires_at: {
    type: "string",
    sampleValue: "2024-03-02T13:14:55.000Z",
    origin: "tidepost",
    description: "When the batch expires unless its target takes it, in ISO 8601.",
  },
  change_action: {
    type: "string",
    sampleValue: "updated",
    origin: "tidepost",
    description: "What became of the webhook: created, updated, paused, resumed, secret_rotated or deleted.",
  },
  changed_fields: {
    type: "array",
    sampleValue: ["target", "auth_token"],
    origin: "tidepost",
    description: "Names of the fields that differ. The webhook's list of changes has their values, secrets apart.",
  },
  changed_by_key_id: {
    type: "string",
    sampleValue: "c1a5b7de-0f2e-4f6b-9a51-6d2f0c9b8e77",
    origin: "tidepost",
    description: "Id of the API key that made the change.",
  },
  changed_by_key_label: {
    type: "string",
    sampleValue: "marketing",
    origin: "tidepost",
    description: "Label that this API key had then.",
  },
  changed_by_portal_link_id: {
    type: "string",
    sampleValue: "7e0d3b52-94c6-4a1f-8b0e-3f5d2a6c1b94",
    origin: "tidepost",
    description: "Id of the portal link in whose session the change was made, instead of a key.",
  },
} as const satisfies EventFields;
