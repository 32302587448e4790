import type { FailureReason } from "./failure-reason.ts";

/** A POST to a URL that a customer chose. */
export interface OutboundRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Bytes of the answer's body that are read. @default 4 KiB */
  readonly maxExcerptBytes?: number;
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
