import { createApiKeyRequest, updateApiKeyRequest } from "#shared/webhooks/api/api-key-request.ts";
import { annotate } from "#shared/contract/api/annotate.ts";
import { reference } from "#shared/contract/api/common.ts";

const fields = {
  label: { description: "Display name.", examples: ["mail servers"], rules: { minLength: 1, maxLength: 255 } },
  grants: {
    description: "What the key may do: nothing that the calling key may not. Replaced as a whole.",
    examples: [["ingest/write"]],
    rules: { items: reference("Grant") },
  },
  valid_ips: { description: "Taken from compatible clients, and must be empty: keys are not bound to addresses." },
} as const;

export const createApiKeyBody = annotate(createApiKeyRequest, fields).meta({ id: "NewApiKey" });
export const updateApiKeyBody = annotate(updateApiKeyRequest, fields).meta({
  id: "ApiKeyChange",
  description: "Only the fields sent change.",
});
