import * as z from "zod";
import { maxListEntries } from "../limits.ts";
import { grants } from "../words.ts";
import { type Answer, atMost, displayNote, displayText, id, note, results, time } from "./common.ts";

const grant = z.enum(grants).meta({
  id: "Grant",
  description: "What a key may do. `webhooks/modify` includes `webhooks/view`.",
});

const label = displayText.meta(displayNote("Display name.", "mail servers"));

const wantedGrants = atMost(
  maxListEntries,
  "entries",
  z
    .array(grant)
    .min(1, "must contain at least one grant")
    .overwrite((list) => [...new Set(list)]),
).meta(
  note("What the key may do: nothing that the calling key may not. Replaced as a whole.", {
    maxItems: maxListEntries,
    examples: [["ingest/write"]],
  }),
);

/** Compatible clients may ask for this restriction. A key without it must not look as if it had it. */
const validIps = z
  .array(z.unknown())
  .max(0, "must be empty: keys are not bound to addresses")
  .nullish()
  .meta({ description: "Accepted from compatible clients, but must be empty: keys are not bound to addresses." });

/** Body of `POST /api-keys`. Unknown fields are ignored. */
export const createApiKeyRequest = z
  .object({ label, grants: wantedGrants, valid_ips: validIps })
  .meta({ id: "NewApiKey" });

/** Body of `PUT /api-keys/{id}`: the list of grants is replaced whole. */
export const updateApiKeyRequest = createApiKeyRequest
  .extend({ label: label.exactOptional(), grants: wantedGrants.exactOptional() })
  .meta({ id: "ApiKeyChange", description: "Only the fields sent change." });

const apiKey = z.object({
  id: id("Id of the key."),
  label,
  short_key: z.string().meta({ description: "First characters of the key, to distinguish keys.", examples: ["3f9a"] }),
  grants: z.array(grant).meta({ description: "What the key may do." }),
  created_at: time("When it was issued."),
  last_used_at: time("When it was last used, to five minutes; absent when it never was.").exactOptional(),
});
const shownApiKey = apiKey.meta({ id: "ApiKey" });

export const issuedApiKey = apiKey
  .extend({
    key: z.string().meta({ description: "The key. No other answer ever shows it." }),
    link: z
      .object({ href: z.string().meta({ description: "Absolute URL.", format: "uri" }) })
      .meta({ description: "Where the key is managed." }),
  })
  .meta({ id: "IssuedApiKey" });
const caller = z
  .object({
    customer_id: z.string().meta({ description: "Whose key it is." }),
    key: apiKey.pick({ id: true, label: true, short_key: true }).meta({ description: "The key itself is not shown." }),
    grants: apiKey.shape.grants,
    version: z.string().meta({ description: "Version of Tidepost that answers." }),
    server_time: time("Its clock."),
    batch_window_seconds: z
      .number()
      .min(0)
      .exactOptional()
      .meta({ description: "How long events are collected at most before they go out as a batch.", examples: [30] }),
    max_keep_bodies_days: z
      .int()
      .min(0)
      .exactOptional()
      .meta({ description: "Most days that a webhook may keep delivered bodies; 0: none may." }),
  })
  .meta({ id: "Caller" });
export const createApiKeyAnswer = results(issuedApiKey);
export const callerAnswer = results(caller);
export const apiKeyAnswer = results(shownApiKey);
export const apiKeysAnswer = results(z.array(shownApiKey));

export type ApiKey = Answer<typeof shownApiKey>;
export type IssuedApiKey = Answer<typeof issuedApiKey>;
export type WhoAmI = Answer<typeof caller>;
