import type { FailureReason, WebhookState } from "#shared/contract/words.ts";

export type AuthType = "none" | "basic" | "oauth2";
export type EventsMode = "all" | "selected";

/** How the token of OAuth 2.0 is asked for. Secret values are masked in answers. */
export interface AuthRequestDetails {
  readonly url?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly content_type?: "application/x-www-form-urlencoded" | "application/json";
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AuthCredentials {
  readonly username?: string;
  readonly password?: string;
}

/** Fields of a webhook that its owner sets. */
export interface WebhookFields {
  readonly name: string;
  readonly target: string;
  readonly events: readonly string[];
  readonly events_mode: EventsMode;
  readonly active: boolean;
  readonly auth_type: AuthType;
  readonly auth_request_details: AuthRequestDetails;
  readonly auth_credentials: AuthCredentials;
  /** Masked in answers; an empty text when there is none. */
  readonly auth_token: string;
  readonly custom_headers: Readonly<Record<string, string>>;
  readonly signing: boolean;
  readonly compression: "none" | "gzip";
  readonly batch_size: number;
  readonly max_batch_bytes: number;
}

/** A webhook as `GET /webhooks/{id}` answers it. */
export interface Webhook extends WebhookFields {
  readonly id: string;
  /** Masked. */
  readonly signing_secret?: string;
  /** When the last of the secrets before a rotation stops signing, or did. */
  readonly old_secrets_end?: string;
  readonly subaccount_id?: number;
  readonly exception_subaccounts?: readonly string[];
  readonly last_successful?: string;
  readonly last_failure?: string;
  readonly created_at?: string;
  readonly updated_at?: string;
  readonly active_at?: string;
  readonly etag?: string;
}

/** Answer to a creation or a change. A new signing secret is shown this once. */
export interface WebhookReference {
  readonly id: string;
  readonly signing_secret?: string;
}

/** Answer to a rotation of the signing secret, which is shown this once. */
export interface RotatedSecret {
  readonly id: string;
  readonly signing_secret: string;
  readonly old_secrets_end: string;
}

/** What happened in one hour. */
export interface DeliveryHour {
  readonly at: string;
  readonly delivered: number;
  readonly failed: number;
  readonly failed_attempts: number;
  readonly expired: number;
  readonly events: number;
  readonly p95_ms: number | null;
}

export type StateReason = FailureReason | "paused" | "expired" | "no_batch_yet" | "no_recent_batch";

/** A row of `GET /webhooks/summary`. */
export interface WebhookSummary {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  readonly events_mode: EventsMode;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly created_at: string;
  readonly state: WebhookState;
  readonly state_reason: StateReason | null;
  readonly state_since: string;
  readonly last_successful?: string;
  readonly last_failure?: string;
  readonly pending_batches: number;
  readonly pending_events: number;
  readonly oldest_pending_at?: string;
  readonly next_probe_at?: string;
  readonly next_expiry_at?: string;
  readonly expired_24h: number;
  readonly p95_ms: number | null;
  readonly buckets: readonly DeliveryHour[];
}
