import type { Formation } from "#shared/contract/delivery-message.ts";
import type { BatchRef } from "./batch-record.ts";

/** Who may make an attempt, or park a batch. Times here are Unix milliseconds. */
export type Claim =
  | {
      readonly kind: "claimed";
      readonly firstAttemptAt: number;
      /** Whether nobody has held the batch before. */
      readonly isFirst: boolean;
    }
  /** The batch was delivered, has expired or was split. */
  | { readonly kind: "ended" }
  /** This attempt's outcome is recorded already: the message is a duplicate. */
  | { readonly kind: "recorded" }
  /** Another invocation makes an attempt, until then at the latest (Unix milliseconds). */
  | { readonly kind: "busy"; readonly until: number };

/** A batch that somebody wants to hold. */
export interface BatchRequest extends BatchRef {
  readonly customerId: string;
  readonly settingsRevision: number;
  readonly events: number;
  readonly bytes: number;
  readonly attempt: number;
  readonly now: number;
  /** Start and end of the retry window, if the batch has none yet. */
  readonly firstAttemptAt: number;
  readonly cutoff: number;
  /** Unix seconds at which the record may be swept. */
  readonly ttl: number;
  readonly replayId?: string;
  readonly formation?: Formation;
}

export interface ClaimRequest extends BatchRequest {
  /** When the claim ends by itself. */
  readonly until: number;
}

export interface ParkRequest extends BatchRequest {
  readonly nextAttemptAt: number;
}
