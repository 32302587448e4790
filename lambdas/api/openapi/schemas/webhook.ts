import * as z from "zod";
import { probeRequest } from "#shared/webhooks/api/probe-request.ts";
import { rotateSecretRequest } from "#shared/webhooks/api/rotate-secret-request.ts";
import { createWebhookRequest, updateWebhookRequest } from "#shared/webhooks/api/webhook-request.ts";
import { authTypes, compressions, probeStages, eventsModes } from "#shared/contract/words.ts";
import { annotate } from "../annotate.ts";
import { count, eventKey, headers, id, remedy, reference, results, targetResponse, time } from "./common.ts";
import { failureReason } from "./error.ts";
import { timings } from "./timings.ts";
import { webhookFields } from "./webhook-fields.ts";

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

const link = z
  .object({
    href: z.string().meta({ description: "Absolute URL.", format: "uri" }),
    rel: z.string().meta({ description: "What is found there." }),
    method: z.array(z.string()).meta({ description: "Methods that it takes." }),
  })
  .meta({ id: "Link" });
const links = z.array(link).meta({ description: "Where more is found." });

const authRequestDetails = z
  .object({
    url: z.string(),
    body: z.record(z.string(), z.unknown()),
    content_type: z.string(),
    headers: headers("Headers of the token request, values masked."),
  })
  .partial()
  .meta({ description: "Empty unless `auth_type` is `oauth2`. Values of `body` that are secret are masked." });

export const webhook = z
  .object({
    id: id("Id of the webhook."),
    name: z.string().meta({ description: webhookFields.name.description }),
    target: z.string().meta({ description: "URL that gets the batches.", format: "uri" }),
    events: z.array(eventKey).meta({ description: "Event types that are delivered." }),
    events_mode: z.enum(eventsModes).meta({ ...webhookFields.events_mode }),
    auth_type: z.enum(authTypes).meta({ ...webhookFields.auth_type }),
    auth_request_details: authRequestDetails,
    auth_credentials: z
      .object({ username: z.string(), password: z.string() })
      .partial()
      .meta({ description: "Empty unless `auth_type` is `basic`. The password is masked." }),
    auth_token: z.string().meta({ description: "Masked token, or an empty text when there is none." }),
    custom_headers: headers("Headers of every POST, values masked."),
    signing: z.boolean().meta({ description: "Whether POSTs are signed per the Standard Webhooks specification." }),
    signing_secret: z.string().exactOptional().meta({ description: "Masked secret of signed POSTs." }),
    old_secrets_end: time("When the last of the secrets before a rotation stops signing, or did.").exactOptional(),
    compression: z.enum(compressions).meta({ ...webhookFields.compression }),
    active: z.boolean().meta({ ...webhookFields.active }),
    active_at: time("From when its last change is surely live."),
    created_at: time("When it was registered."),
    updated_at: time("When it was last changed."),
    etag: z.string().meta({ description: "Names this revision, for `If-Match`.", examples: ['"3"'] }),
    batch_size: z.int().meta({ ...webhookFields.batch_size }),
    max_batch_bytes: z.int().meta({ ...webhookFields.max_batch_bytes }),
    subaccount_id: count(
      "Whose events are delivered: `0` primary account, else a sub-account. Absent: primary account and all sub-accounts.",
    ).exactOptional(),
    exception_subaccounts: z
      .array(z.string())
      .exactOptional()
      .meta({ description: "Sub-accounts left out, as text.", examples: [["3", "17"]] }),
    last_successful: time("When a batch was last delivered.").exactOptional(),
    last_failure: time("When an attempt last failed.").exactOptional(),
    links,
  })
  .meta({ id: "Webhook", description: "Secrets are masked; sending a mask back leaves the secret as it is." });

const newSecret = (description: string) =>
  z.string().meta({ description, examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwqJ8rHeAHJAE="] });

export const webhookReference = results(
  z
    .object({
      id: id("Id of the webhook."),
      signing_secret: newSecret(
        "The new secret, when the request has turned signing on. Shown this once.",
      ).exactOptional(),
      links,
    })
    .meta({ id: "WebhookReference" }),
);

export const rotateSecretBody = annotate(rotateSecretRequest, {
  overlap_hours: { description: "Hours in which the old secrets sign too; 0 ends them at once." },
}).meta({ id: "SecretRotation" });

export const rotatedSecret = results(
  z
    .object({
      id: id("Id of the webhook."),
      signing_secret: newSecret("The new secret. Shown this once."),
      old_secrets_end: time("When the last of the old secrets stops signing."),
      links,
    })
    .meta({ id: "RotatedSecret" }),
);

/** Body of validate: three forms are in use. */
export const validateBody = z.union([
  z
    .object({ message: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]) })
    .meta({ description: "The batch, or one event, in `message`." }),
  z.array(z.unknown()).meta({ description: "The batch itself." }),
]);

export const validateAnswer = results(
  z.object({
    msg: z.string().meta({ description: "That the target took the test POST." }),
    response: targetResponse,
  }),
);

export const probeAnswer = results(
  z
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
    .meta({ id: "ProbeResult" }),
);
