import * as z from "zod";
import { createApiKeyRequest, updateApiKeyRequest } from "#shared/webhooks/api/api-key-request.ts";
import { grants } from "#shared/contract/words.ts";
import { annotate } from "../annotate.ts";
import { id, reference, results, time } from "./common.ts";

const grant = z.enum(grants).meta({
  id: "Grant",
  description: "What a key may do. `webhooks/modify` includes `webhooks/view`.",
});

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

const apiKey = z.object({
  id: id("Id of the key."),
  label: z.string().meta({ description: "Display name." }),
  short_key: z.string().meta({ description: "First characters of the key, to tell keys apart.", examples: ["3f9a"] }),
  grants: z.array(grant).meta({ description: "What the key may do." }),
  created_at: time("When it was issued."),
  last_used_at: time("Start of the hour in which it was last used; absent when it never was.").exactOptional(),
});
const shownApiKey = apiKey.meta({ id: "ApiKey" });

export const createApiKeyAnswer = results(
  apiKey
    .extend({
      key: z.string().meta({ description: "The key. No other answer ever shows it." }),
      link: z
        .object({ href: z.string().meta({ description: "Absolute URL.", format: "uri" }) })
        .meta({ description: "Where the key is managed." }),
    })
    .meta({ id: "IssuedApiKey" }),
);
export const callerAnswer = results(
  z
    .object({
      customer_id: z.string().meta({ description: "Whose key it is." }),
      key: apiKey
        .pick({ id: true, label: true, short_key: true })
        .meta({ description: "The key itself is not shown." }),
      grants: apiKey.shape.grants,
      version: z.string().meta({ description: "Version of Tidepost that answers." }),
      server_time: time("Its clock."),
    })
    .meta({ id: "Caller" }),
);
export const apiKeyAnswer = results(shownApiKey);
export const apiKeysAnswer = results(z.array(shownApiKey));
