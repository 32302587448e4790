import type { FailureReason } from "./failure-reason.ts";

/**
 * Where a batch stands. Parked: it waits because its webhook is paused or its breaker is open. Split: two smaller batches
 * have taken its place.
 */
export const batchStates = ["sending", "retrying", "parked", "split", "delivered", "expired"] as const;
export type BatchState = (typeof batchStates)[number];

/** One attempt, as it is recorded. Times are ISO 8601, durations milliseconds. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly at: string;
  readonly durationMs: number;
  /** Look-up, connection and TLS handshake; close to 0 on a kept connection. */
  readonly connectMs?: number;
  readonly uploadMs?: number;
  /** From the end of the upload to the answer. */
  readonly firstByteMs?: number;
  readonly status?: number;
  readonly reason?: FailureReason;
  readonly errorCode?: string;
  /** First characters of the target's answer. */
  readonly excerpt?: string;
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
  /** Start of the retry window: the first attempt, or the first parking before it. */
  readonly firstAttemptAt: string;
  /** End of the retry window. */
  readonly expiresAt: string;
  /** When it is looked at next; present while retrying or parked. */
  readonly nextAttemptAt?: string;
  /** When it was delivered or expired. */
  readonly endedAt?: string;
  /** Ids of the two batches that it was split into. */
  readonly splitInto?: readonly string[];
}

/** Identifies the record of a batch. */
export interface BatchRef {
  readonly webhookId: string;
  readonly createdAt: string;
  readonly batchId: string;
}

/** A row of a list of batches: the batch without what each attempt brought. */
export interface BatchSummary extends Omit<BatchRecord, "attempts" | "customerId" | "firstAttemptAt"> {
  /** Attempts with a recorded outcome. */
  readonly attempts: number;
  readonly lastAttempt?: Omit<AttemptRecord, "excerpt">;
}

/** Place in a list of a webhook's batches, which is ordered by time and then by id. */
export type BatchPosition = Omit<BatchRef, "webhookId">;

/** Attempts of a batch that failed: every attempt but the one that delivered it. */
export const failedAttemptsOf = ({ state, attempts }: Pick<BatchSummary, "state" | "attempts">): number =>
  state === "delivered" ? attempts - 1 : attempts;
