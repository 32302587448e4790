import * as z from "zod";
import { type Answer, count, id, nextCursor, results, targetResponse, time } from "./common.ts";
import { maxInteger } from "./webhook-exceptions.ts";
import { fieldsOf, ownSigningSecret } from "./webhook-settings.ts";

/** Body of `POST /webhooks`. */
export const createWebhookRequest = z
  .object(fieldsOf("created"))
  .meta({ id: "NewWebhook", description: "Unknown fields are ignored." });

/** Body of `PUT /webhooks/{id}`: objects and lists are replaced whole. */
export const updateWebhookRequest = z
  .object({
    ...fieldsOf("changed"),
    subaccount_id: z
      .int()
      .min(-1, "must be at least -1")
      .max(maxInteger, `must be at most ${maxInteger}`)
      .meta({
        description:
          "Whose events to deliver: `-1` primary account and all sub-accounts, `0` primary account, else a sub-account.",
      })
      .exactOptional(),
  })
  .meta({ id: "WebhookChange", description: "Only the fields sent change. Unknown fields are ignored." });

const maxOverlapHours = 168;
const defaultOverlapHours = 24;

/** Body of `POST /webhooks/{id}/rotate-secret`. */
export const rotateSecretRequest = z
  .object({
    overlap_hours: z
      .int()
      .min(0, "must be at least 0")
      .max(maxOverlapHours, `must be at most ${maxOverlapHours}`)
      .default(defaultOverlapHours)
      .meta({ description: "Hours in which the old secrets keep signing; 0 ends them at once." }),
    signing_secret: ownSigningSecret(
      "The new secret, where you bring your own: `whsec_` and 24 to 64 random bytes in base64. Absent: one is made.",
    ),
  })
  .meta({ id: "SecretRotation" });

/** Body of validate: three forms are in use. */
export const validateRequest = z.union([
  z
    .object({ message: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]) })
    .meta({ description: "The batch, or one event, in `message`." }),
  z.array(z.unknown()).meta({ description: "The batch itself." }),
]);

const link = z
  .object({
    href: z.string().meta({ description: "Absolute URL.", format: "uri" }),
    rel: z.string().meta({ description: "What is found there." }),
    method: z.array(z.string()).meta({ description: "Methods that it takes." }),
  })
  .meta({ id: "Link" });
const links = z.array(link).meta({ description: "Where to find more." });

export const webhook = z
  .object({
    id: id("Id of the webhook."),
    ...fieldsOf("shown"),
    old_secrets_end: time("When the last of the secrets before a rotation stops signing, or did.").exactOptional(),
    active_at: time("When its last change is live at the latest."),
    created_at: time("When it was registered."),
    updated_at: time("When it was last changed."),
    etag: z.string().meta({ description: "Names this revision, for `If-Match`.", examples: ['"3"'] }),
    subaccount_id: count(
      "Whose events are delivered: `0` primary account, else a sub-account. Absent: primary account and all sub-accounts.",
    ).exactOptional(),
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
      "The new secret, when the request has turned signing on without one of its own. Shown only once.",
    ).exactOptional(),
    links,
  })
  .meta({ id: "WebhookReference" });

const rotatedSecret = z
  .object({
    id: id("Id of the webhook."),
    signing_secret: newSecret(
      "The new secret. Shown only once. Absent when the request has brought it.",
    ).exactOptional(),
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

export const webhookAnswer = results(webhook);
export const webhooksAnswer = z.object({ results: z.array(webhook), next_cursor: nextCursor });
export const webhookReferenceAnswer = results(webhookReference);
export const rotatedSecretAnswer = results(rotatedSecret);

export type CreateWebhookRequest = z.output<typeof createWebhookRequest>;
export type UpdateWebhookRequest = z.output<typeof updateWebhookRequest>;
export type Webhook = Answer<typeof webhook>;
export type RotatedSecret = Answer<typeof rotatedSecret>;
export type AuthRequestDetails = Webhook["auth_request_details"];
