import type { FailureReason } from "#shared/contract/words.ts";

/** Milliseconds of the phases that were reached; look-up, connection and TLS are absent on a kept-open connection. */
export interface Timings {
  readonly dns_ms?: number;
  readonly connect_ms?: number;
  readonly tls_ms?: number;
  readonly upload_ms?: number;
  readonly wait_ms?: number;
  readonly total_ms: number;
}

/** What was sent to a target. Secrets are masked. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a called URL answered; the body is its beginning. */
export interface TargetResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated?: boolean;
}

/** Answer of `POST /webhooks/probe`. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly stage?: "validate" | "resolve" | "connect" | "tls" | "token" | "upload" | "wait" | "response";
  readonly reason?: FailureReason;
  readonly likely?: string;
  readonly fix?: string;
  readonly error_code?: string;
  readonly request?: SentRequest;
  readonly response?: TargetResponse;
  readonly timings?: Timings;
  readonly tls?: { readonly valid_to: string; readonly days_left: number };
  /** What the token URL answered when it gave no token; empty when it did not answer. */
  readonly token_response?: Partial<TargetResponse>;
}
