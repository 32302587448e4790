import * as z from "zod";
import { authTypes, compressions, eventsModes } from "../words.ts";
import { type Answer, count, eventKey, headers, id, results, targetResponse, time } from "./common.ts";
import { webhookFields } from "./webhook-fields.ts";

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

const webhookReference = z
  .object({
    id: id("Id of the webhook."),
    signing_secret: newSecret(
      "The new secret, when the request has turned signing on. Shown this once.",
    ).exactOptional(),
    links,
  })
  .meta({ id: "WebhookReference" });

const rotatedSecret = z
  .object({
    id: id("Id of the webhook."),
    signing_secret: newSecret("The new secret. Shown this once."),
    old_secrets_end: time("When the last of the old secrets stops signing."),
    links,
  })
  .meta({ id: "RotatedSecret" });

export const validateAnswer = results(
  z.object({
    msg: z.string().meta({ description: "That the target took the test POST." }),
    response: targetResponse,
  }),
);

export const webhookReferenceAnswer = results(webhookReference);
export const rotatedSecretAnswer = results(rotatedSecret);

export type Webhook = Answer<typeof webhook>;
export type WebhookReference = Answer<typeof webhookReference>;
export type RotatedSecret = Answer<typeof rotatedSecret>;
export type AuthRequestDetails = Webhook["auth_request_details"];
