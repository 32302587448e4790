import type { FailureReason } from "#shared/domain/failure-reason.ts";

/** Limits of one POST. */
export interface OutboundClocks {
  /** Look-up, connect and TLS handshake. */
  readonly connectTimeoutMs: number;
  /** Until the last byte of the body was handed to the socket. */
  readonly uploadTimeoutMs: number;
  /** From the end of the upload until the answer's headers are complete. */
  readonly answerTimeoutMs: number;
}

export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Durations of the phases that were reached. */
export interface OutboundTimings {
  readonly totalMs: number;
  /** Until a connection was ready: close to 0 on one that was kept open. */
  readonly connectMs?: number;
  readonly uploadMs?: number;
  /** From the end of the upload to the answer's headers. */
  readonly firstByteMs?: number;
}

/** How a POST ended. */
export type TargetAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** Beginning of the body, as text. */
      readonly excerpt: string;
      readonly timings: OutboundTimings;
    }
  | {
      readonly kind: "failed";
      readonly reason: FailureReason;
      /** Error code in the form that Node uses, such as `ECONNREFUSED`. */
      readonly errorCode: string;
      readonly timings: OutboundTimings;
    };
