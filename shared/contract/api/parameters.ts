import * as z from "zod";
import { maxIdempotencyKeyCharacters } from "../limits.ts";
import { id } from "./common.ts";

const subaccount = z
  .string()
  .exactOptional()
  .meta({
    description:
      "Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request " +
      "concerns the primary account and all sub-accounts.",
    examples: ["7"],
    override: { type: "integer", minimum: 0, maximum: 2_147_483_647 },
    param: { id: "Subaccount" },
  });

/** Headers that the routes about webhooks read. */
export const webhookHeaders = z.object({ "X-MSYS-SUBACCOUNT": subaccount });

export const changeHeaders = webhookHeaders.extend({
  "If-Match": z
    .string()
    .exactOptional()
    .meta({
      description: "`etag` of the webhook as it was read: the request is refused when somebody has changed it since.",
      examples: ['"3"'],
    }),
});

export const creationHeaders = webhookHeaders.extend({
  "Idempotency-Key": z
    .string()
    .exactOptional()
    .meta({
      description:
        "Makes the request safe to repeat: the same key with the same body creates one webhook, however often it is " +
        "sent. Each sub-account has keys of its own. Printable ASCII characters.",
      examples: ["import-2026-01-02"],
      override: { maxLength: maxIdempotencyKeyCharacters, pattern: String.raw`^[\x20-\x7e]*$` },
    }),
});

export const webhookPath = z.object({ id: id("Id of the webhook.").meta({ param: { id: "WebhookId" } }) });
/** A batch whose webhook is not known. */
export const anyBatchPath = z.object({ batch_id: id("Id of the batch, as in `X-MessageSystems-Batch-ID`.") });
export const batchPath = webhookPath.extend(anyBatchPath.shape);
export const replayPath = webhookPath.extend({ replay_id: id("Id of the replay, as in `X-Tidepost-Replay`.") });
export const searchPath = z.object({ search_id: id("Id of the search.") });
export const streamTestPath = z.object({ test_id: id("Id of the test.") });
export const apiKeyPath = z.object({ id: id("Id of the API key; not the key itself.") });

export const portalLinkPath = z.object({ id: id("Id of the portal link.") });

/** What no page of another origin can send: it says which session a request is for, and that the console sends it. */
const portalSession = (description: string) =>
  z.string().meta({ description, examples: ["5b0f6c10-3c1d-4aee-9a2f-0242ac120002"] });
export const exchangeHeaders = z.object({
  "X-Tidepost-Portal": portalSession("Id of the link: what stands before the dot in the token."),
});
export const sessionHeaders = z.object({ "X-Tidepost-Portal": portalSession("Id of the session's link.") });

export const timeZoneQuery = z.object({
  timezone: z
    .string()
    .exactOptional()
    .meta({
      description: "IANA time zone of the times in the answer.",
      examples: ["America/New_York"],
      override: { default: "UTC" },
    }),
});

export const samplesQuery = z.object({
  events: z
    .string()
    .exactOptional()
    .meta({ description: "Comma-separated event types; all when absent.", examples: ["bounce,delivery"] }),
});
