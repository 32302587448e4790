import type { Webhook } from "#shared/contract/api/webhook.ts";

/** Fields of a webhook that its owner sets. */
export type WebhookFields = Pick<
  Webhook,
  | "name"
  | "target"
  | "events_mode"
  | "active"
  | "auth_type"
  | "auth_request_details"
  | "auth_credentials"
  | "auth_token"
  | "custom_headers"
  | "signing"
  | "compression"
  | "batch_size"
  | "max_batch_bytes"
> & {
  /** Event keys; of a file that is imported, they are as it has them. */
  readonly events: readonly string[];
};
