import type { BatchState, ClosedBy, ExpiryReason, FailureReason } from "#shared/contract/words.ts";
import { maxAttemptsBytes } from "#shared/contract/limits.ts";
import type { ChainMessage } from "#shared/contract/chain-message.ts";
import type { Formation, Stretch } from "#shared/contract/delivery-message.ts";
import type { Kept } from "./kept-body.ts";
import type { OutboundTimings } from "./outbound.ts";

/** One attempt, as it is recorded. Times are ISO 8601, durations milliseconds. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly at: string;
  readonly durationMs: number;
  /** Durations of the phases that were reached; absent in records of earlier versions. */
  readonly timings?: Omit<OutboundTimings, "totalMs">;
  /** Bytes of the body as sent, compressed or not; 0 when it did not go out whole. */
  readonly bytesSent?: number;
  readonly status?: number;
  readonly reason?: FailureReason;
  readonly errorCode?: string;
  /** Some headers of the target's answer; names in lower case. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** First characters of the target's answer. */
  readonly excerpt?: string;
  /** Its owner asked for it after the batch had been delivered. */
  readonly again?: true;
  /** Whether the answer was longer than its excerpt. */
  readonly isTruncated?: boolean;
  /** When the attempt after this one was due; absent for the last one. */
  readonly nextAttemptAt?: string;
}

/** A batch and what became of it. The body is not part of it. */
export interface BatchRecord {
  readonly batchId: string;
  readonly webhookId: string;
  readonly customerId: string;
  readonly createdAt: string;
  readonly state: BatchState;
  readonly events: number;
  readonly bytes: number;
  readonly attempts: readonly AttemptRecord[];
  /** Number of the last attempt with a recorded outcome; an attempt may be missing among `attempts`. */
  readonly recordedAttempts: number;
  /** Start of the retry window: the first attempt, or the first parking before it. */
  readonly firstAttemptAt: string;
  /** Delivery settings that it is delivered with; absent in records of earlier versions. */
  readonly settingsRevision?: number;
  /** End of the retry window. */
  readonly expiresAt: string;
  /** When it is looked at next; present while retrying or parked. */
  readonly nextAttemptAt?: string;
  /** When it was delivered or expired. */
  readonly endedAt?: string;
  /** Ids of the two batches that it was split into. */
  readonly splitInto?: readonly string[];
  /** The batch that it is a half of. */
  readonly splitFrom?: string;
  /** The replay that it belongs to. */
  readonly replayId?: string;
  /** What closed it, when, and the most events that it could have had; absent in records of earlier versions. */
  readonly closedBy?: ClosedBy;
  readonly closedAt?: string;
  readonly batchSize?: number;
  /** Number of events by type. */
  readonly eventTypes?: Readonly<Record<string, number>>;
  /** How often it was formed again after it had expired. */
  readonly recovery?: number;
  /** Where on the stream its events came from; absent in records of earlier versions, and in those of chains. */
  readonly stretch?: Stretch;
  /** For what is left of a chain, which is not cut into batches while it waits: the message that waits. */
  readonly chain?: ChainMessage;
  /** Why it expired without an attempt, or before its retry window had ended. */
  readonly expiredFor?: ExpiryReason;
  /** How its body is kept since it was delivered; absent when it is not. */
  readonly kept?: Kept;
  /** How often it was sent again after it had been delivered. */
  readonly sentAgain?: number;
}

/** Whether a batch waits for its next attempt. Its body is kept for as long. */
export const isWaiting = ({ state }: Pick<BatchRecord, "state">): boolean => state === "retrying" || state === "parked";

/** Whether a batch's record has room for one more attempt that somebody asks for, and for all that may follow it. */
export const hasRoomForAttempt = ({ attempts }: Pick<BatchRecord, "attempts">): boolean =>
  // As JSON it is never shorter than as DynamoDB counts it.
  Buffer.byteLength(JSON.stringify(attempts)) < maxAttemptsBytes;

/** Identifies the record of a batch. */
export interface BatchRef {
  readonly webhookId: string;
  readonly createdAt: string;
  readonly batchId: string;
}

/** A row of a list of batches: the batch without what each attempt brought. */
export interface BatchSummary extends Omit<
  BatchRecord,
  | "attempts"
  | "recordedAttempts"
  | "customerId"
  | "firstAttemptAt"
  | "settingsRevision"
  | "eventTypes"
  | "recovery"
  | "stretch"
  | "sentAgain"
> {
  /** Attempts with a recorded outcome. */
  readonly attempts: number;
  readonly lastAttempt?: Pick<AttemptRecord, "attempt" | "at" | "durationMs" | "status" | "reason" | "errorCode">;
}

/** Place in a list of a webhook's batches, which is ordered by time and then by id. */
export type BatchPosition = Omit<BatchRef, "webhookId">;

/** Where on the stream the events of a batch came from, and what became of it. */
export interface BatchOrigin extends BatchPosition, Pick<Stretch, "revision"> {
  readonly state: BatchState;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** Number of its first event, and of the event behind its last, among those that its webhook took of the window. */
  readonly first: number;
  readonly next: number;
  /** Whether it holds all that its webhook took of the window. */
  readonly isWhole: boolean;
  /** The replay that has read the window. */
  readonly replayId?: string;
}

/** Attempts of a batch that failed: every attempt but the one that delivered it. */
export const failedAttemptsOf = ({ state, attempts }: Pick<BatchSummary, "state" | "attempts">): number =>
  state === "delivered" ? attempts - 1 : attempts;

/** Who may make an attempt, or park a batch. Times here are Unix milliseconds. */
export type Claim =
  | {
      readonly kind: "claimed";
      readonly firstAttemptAt: number;
      /** Whether nobody has held the batch before. */
      readonly isFirst: boolean;
    }
  /** The batch was delivered, has expired or was split. Kept: its body was to be kept, from `endedAt` on. */
  | { readonly kind: "ended"; readonly kept?: Kept; readonly endedAt?: string }
  /** This attempt's outcome is recorded already: the message is a duplicate. */
  | { readonly kind: "recorded" }
  /** Another invocation makes an attempt, until then at the latest (Unix milliseconds). */
  | { readonly kind: "busy"; readonly until: number };

/** When a batch was delivered (Unix milliseconds), and how its body is kept from then on. */
export interface Delivered {
  readonly endedAt: number;
  readonly kept?: Kept | undefined;
}

/** After which attempt a batch waits, and until when it makes none (Unix milliseconds). */
export interface Parking {
  readonly attempt: number;
  readonly nextAttemptAt: number;
}

/** Somebody wants to send a delivered batch again, for this time. Times are Unix milliseconds. */
export interface AgainRequest extends BatchRef {
  readonly again: number;
  readonly now: number;
  /** When the claim ends by itself. */
  readonly until: number;
}

/** Who may send a delivered batch again. Recorded: that was done; busy: another invocation does it, until then at the latest. */
export type AgainClaim =
  | { readonly kind: "claimed" }
  | { readonly kind: "recorded" }
  | { readonly kind: "busy"; readonly until: number };

/** What is left of a chain. Times are Unix milliseconds. */
export interface RestRecord extends BatchRef {
  readonly customerId: string;
  readonly events: number;
  /** Length that one body of them all would have. */
  readonly bytes: number;
  readonly eventTypes: Readonly<Record<string, number>>;
  /** Start and end of the time that it may wait. */
  readonly firstAttemptAt: number;
  readonly cutoff: number;
  /** Unix seconds at which the record may be swept. */
  readonly ttl: number;
  readonly chain: ChainMessage;
}

/** How what was left of a chain ended: when (Unix milliseconds) and why. */
export interface RestExpiry {
  readonly at: number;
  readonly reason: ExpiryReason;
}

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
  readonly recovery?: number;
  readonly stretch?: Stretch;
  readonly formation?: Formation;
}

export interface ClaimRequest extends BatchRequest {
  /** When the claim ends by itself. */
  readonly until: number;
}
