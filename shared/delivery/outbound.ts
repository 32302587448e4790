import type { FailureReason } from "#shared/contract/words.ts";
/** A request that leaves the system: a POST to a URL that a customer chose, unless it says otherwise. */
export interface OutboundRequest {
  /** @default POST */
  readonly method?: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Bytes of the answer's body that are read. @default 4 KiB */
  readonly maxExcerptBytes?: number;
  /** Limit of the request as a whole. @default the sum of the client's clocks */
  readonly timeoutMs?: number;
  /** Is called when the target is connected and the upload begins, unless the request has ended by then. */
  readonly onUpload?: () => void;
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

/** What a token endpoint gave. `accessToken` is a secret. */
export type TokenAnswer =
  | { readonly kind: "token"; readonly accessToken: string; readonly expiresInSeconds: number }
  /** No answer at all. */
  | { readonly kind: "unreachable"; readonly reason: FailureReason; readonly errorCode: string }
  /** An answer without a token. `body` is empty when it came with a 2xx, because it may hold secrets. */
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** Reason for an answer outside 2xx. */
export const reasonForStatus = (status: number): FailureReason => {
  if (status >= 300 && status < 400) return "http_3xx";
  if (status === 401 || status === 403) return "auth_rejected";
  if (status === 413) return "http_413";
  if (status === 429) return "http_429";
  if (status >= 400 && status < 500) return "http_4xx";
  if (status >= 500 && status < 600) return "http_5xx";
  return "http_other";
};
