import * as z from "zod";
import { probeRequest } from "#shared/webhooks/api/probe-request.ts";
import { rotateSecretRequest } from "#shared/webhooks/api/rotate-secret-request.ts";
import { createWebhookRequest, updateWebhookRequest } from "#shared/webhooks/api/webhook-request.ts";
import { annotate } from "#shared/contract/api/annotate.ts";
import { reference } from "#shared/contract/api/common.ts";
import { webhookFields } from "#shared/contract/api/webhook-fields.ts";

const { events, exception_subaccounts: exceptions } = webhookFields;

export const createWebhookBody = annotate(createWebhookRequest, {
  ...webhookFields,
  exception_subaccounts: { ...exceptions, rules: { ...exceptions.rules, minItems: 1 } },
}).meta({ id: "NewWebhook", description: "Unknown fields are ignored." });

export const updateWebhookBody = annotate(updateWebhookRequest, {
  ...webhookFields,
  events: { ...events, description: "Event types to deliver. Replaced as a whole." },
}).meta({ id: "WebhookChange", description: "Only the fields sent change. Unknown fields are ignored." });

export const probeBody = annotate(probeRequest, {
  ...webhookFields,
  target: {
    ...webhookFields.target,
    description: `${webhookFields.target.description} Required without \`webhook_id\`.`,
  },
  webhook_id: {
    description: "A registered webhook: its settings fill what is left out, its secrets what is sent masked.",
    rules: { format: "uuid" },
  },
  sample_events: {
    description: "Event types whose samples are sent. Absent: the empty event of every test POST.",
    examples: [["bounce"]],
    rules: { items: reference("EventKey"), minItems: 1 },
  },
}).meta({
  id: "Probe",
  description: "What a webhook needs for its POSTs. Other fields of a webhook are ignored.",
});

export const rotateSecretBody = annotate(rotateSecretRequest, {
  overlap_hours: { description: "Hours in which the old secrets sign too; 0 ends them at once." },
}).meta({ id: "SecretRotation" });

/** Body of validate: three forms are in use. */
export const validateBody = z.union([
  z
    .object({ message: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]) })
    .meta({ description: "The batch, or one event, in `message`." }),
  z.array(z.unknown()).meta({ description: "The batch itself." }),
]);
