import * as z from "zod";
import { maxListEntries } from "../limits.ts";
import { probeStages } from "../words.ts";
import {
  type Answer,
  atMost,
  count,
  headers,
  id,
  note,
  remedy,
  results,
  targetResponse,
  time,
  timings,
} from "./common.ts";
import { failureReason } from "./errors.ts";
import { eventKeyList, targetUrl } from "./webhook-settings.ts";
import { updateWebhookRequest } from "./webhook.ts";

const settings = updateWebhookRequest.pick({
  auth_type: true,
  auth_request_details: true,
  auth_credentials: true,
  auth_token: true,
  custom_headers: true,
  signing: true,
  signing_secret: true,
  compression: true,
  fields: true,
  mask: true,
});

/** Body of `POST /webhooks/probe`. */
export const probeRequest = settings
  .extend({
    target: targetUrl(" Required without `webhook_id`.").exactOptional(),
    webhook_id: z
      .uuid()
      .meta(
        note("A registered webhook: its settings fill what is left out, its secrets what is sent masked.", {
          format: "uuid",
        }),
      )
      .exactOptional(),
    sample_events: atMost(maxListEntries, "entries", eventKeyList.min(1, "must name at least one event type"))
      .meta(
        note("Event types whose samples are sent. Absent: the empty event of every test POST.", {
          maxItems: maxListEntries,
          examples: [["bounce"]],
        }),
      )
      .exactOptional(),
  })
  .meta({
    id: "Probe",
    description: "What a webhook needs for its POSTs. Other fields of a webhook are ignored.",
  });

const probe = z
  .object({
    ok: z.boolean().meta({ description: "Whether the target answered 2xx." }),
    stage: z.enum(probeStages).meta({ description: "How far the test POST came." }),
    reason: failureReason.exactOptional(),
    ...remedy,
    error_code: z.string().exactOptional().meta({ description: "Network error, as Node.js names it." }),
    request: z
      .object({ method: z.string(), url: z.string(), headers: headers("Secrets are masked."), body: z.string() })
      .exactOptional()
      .meta({ description: "What was sent." }),
    response: z
      .object({
        ...targetResponse.shape,
        truncated: z.boolean().meta({ description: "Whether its body was longer." }),
      })
      .exactOptional()
      .meta({ description: "What came back." }),
    latency_ms: count("Milliseconds of the whole exchange.").exactOptional(),
    limit_ms: count("Milliseconds that a target has from the end of the upload to its answer."),
    timings: timings.exactOptional(),
    tls: z
      .object({
        valid_to: time("End of the certificate's validity."),
        days_left: z.int().meta({ description: "Whole days until then." }),
      })
      .exactOptional()
      .meta({ description: "The certificate of an https target." }),
    token_response: targetResponse
      .partial()
      .exactOptional()
      .meta({ description: "What the token URL answered when it gave no token; empty when it did not answer." }),
  })
  .meta({ id: "ProbeResult" });

export const probeAnswer = results(probe);

/** Body of `POST /webhooks/{id}/batches/{batch_id}/send`. */
export const sendRequest = z
  .object({ target: targetUrl() })
  .meta({ id: "SendBatch", description: "Where a batch is sent." });

/** What became of a batch that was sent to a URL of somebody's own. */
const sent = probe
  .omit({ request: true, token_response: true })
  .extend({
    batch_id: id("Id of the batch."),
    request: z
      .object({
        method: z.string(),
        url: z.string(),
        headers: headers("None of the webhook's own: they may be secret."),
        bytes: count("Bytes of the body as sent."),
      })
      .meta({ description: "What was sent." }),
  })
  .meta({ id: "SendResult" });

export const sendAnswer = results(sent);

export type Timings = Answer<typeof timings>;
export type TargetResponse = Answer<typeof targetResponse>;
export type ProbeResult = Answer<typeof probe>;
export type SendResult = Answer<typeof sent>;
export type SentRequest = NonNullable<ProbeResult["request"]>;
