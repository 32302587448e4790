import * as z from "zod";
import { importEntry } from "#shared/webhooks/api/import-request.ts";
import { annotate } from "#shared/contract/api/annotate.ts";
import { webhookFields } from "#shared/contract/api/webhook-fields.ts";

export const importBody = z
  .array(
    annotate(importEntry, {
      name: {
        ...webhookFields.name,
        description: "Display name. A new webhook without one is named after its target's host.",
      },
      events: { ...webhookFields.events, description: "Event types to deliver." },
      target: webhookFields.target,
      auth_token: { ...webhookFields.auth_token, description: "Token of the webhook; none when absent." },
      custom_headers: { ...webhookFields.custom_headers, description: "Headers of every POST; none when absent." },
    }).meta({ id: "ImportEntry", description: "One webhook of a `webhooks.json`." }),
  )
  .max(1_000);
