import type { FailureReason } from "./failure-reason.ts";

/** A POST to a URL that a customer chose. */
export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Bytes of the answer's body that are read. @default 4 KiB */
  readonly maxExcerptBytes?: number;
}

/** Durations of the phases that were reached; the first three are absent on a connection that was kept open. */
export interface OutboundTimings {
  readonly totalMs: number;
  /** Looking up the target's name. */
  readonly dnsMs?: number;
  /** Connecting by TCP. */
  readonly connectMs?: number;
  /** The TLS handshake of an https target. */
  readonly tlsMs?: number;
  readonly uploadMs?: number;
  /** From the end of the upload to the answer's headers: what the limit of six seconds judges. */
  readonly waitMs?: number;
}

/** What is known of a POST however it ended. */
interface Exchanged {
  readonly timings: OutboundTimings;
  /** Whether the whole body went out. */
  readonly isUploaded: boolean;
  /** End of the validity of the target's certificate (ISO 8601), on a new https connection. */
  readonly certificateValidTo?: string;
}

/** How a POST ended. */
export type TargetAnswer =
  | (Exchanged & {
      readonly kind: "answered";
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      /** Beginning of the body, as text. */
      readonly excerpt: string;
      /** Whether the body is longer than its excerpt. */
      readonly isTruncated: boolean;
    })
  | (Exchanged & {
      readonly kind: "failed";
      readonly reason: FailureReason;
      /** Error code in the form that Node uses, such as `ECONNREFUSED`. */
      readonly errorCode: string;
    });
