import * as z from "zod";
import { grants } from "../words.ts";
import { type Answer, id, results, time } from "./common.ts";

const grant = z.enum(grants).meta({
  id: "Grant",
  description: "What a key may do. `webhooks/modify` includes `webhooks/view`.",
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

const issuedApiKey = apiKey
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
  })
  .meta({ id: "Caller" });
export const createApiKeyAnswer = results(issuedApiKey);
export const callerAnswer = results(caller);
export const apiKeyAnswer = results(shownApiKey);
export const apiKeysAnswer = results(z.array(shownApiKey));

export type ApiKey = Answer<typeof shownApiKey>;
export type IssuedApiKey = Answer<typeof issuedApiKey>;
export type WhoAmI = Answer<typeof caller>;
