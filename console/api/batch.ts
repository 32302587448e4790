import type { ClosedBy, BatchState, FailureReason } from "#shared/contract/words.ts";
import type { Timings } from "./probe.ts";

interface BatchFacts {
  readonly batch_id: string;
  readonly webhook_id: string;
  /** When the first record of its window arrived. */
  readonly created_at: string;
  readonly state: BatchState;
  readonly events: number;
  readonly bytes: number;
  readonly response_code?: number;
  readonly reason?: FailureReason;
  readonly latency_ms?: number;
  readonly next_attempt_at?: string;
  readonly expires_at: string;
  readonly ended_at?: string;
  readonly split_into?: readonly string[];
  readonly split_from?: string;
  readonly replay_id?: string;
  /** Whether its events can still be read. */
  readonly body_available: boolean;
  readonly closed_by?: ClosedBy;
  readonly closed_at?: string;
  /** Most events that it could have had. */
  readonly batch_size?: number;
}

/** A row of `GET /webhooks/{id}/batches`. */
export interface Batch extends BatchFacts {
  /** How many attempts there were so far. */
  readonly attempts: number;
}

/** One POST of a batch. */
export interface Attempt {
  readonly n: number;
  readonly started_at: string;
  readonly outcome: "delivered" | "failed";
  readonly status?: number;
  readonly reason?: FailureReason;
  readonly likely?: string;
  readonly fix?: string;
  readonly error_code?: string;
  readonly latency_ms: number;
  readonly timings: Timings;
  readonly bytes_sent?: number;
  readonly response_headers?: Readonly<Record<string, string>>;
  readonly response_excerpt?: string;
  readonly response_truncated?: boolean;
  readonly next_attempt_at?: string;
}

/** Answer of `GET /webhooks/{id}/batches/{batch_id}`. */
export interface BatchWithAttempts extends BatchFacts {
  readonly attempts: readonly Attempt[];
  readonly event_types?: Readonly<Record<string, number>>;
}

/** An event as it is delivered. */
export type DeliveredEvent = Readonly<Record<string, unknown>>;

/** Answer of `GET /webhooks/{id}/batches/{batch_id}/body`. */
export interface BatchBody {
  readonly results: readonly DeliveredEvent[];
  readonly total: number;
  readonly next_offset?: number;
}

/** Whether more can happen to a batch. */
export const isWaiting = (state: BatchState): boolean =>
  state === "sending" || state === "retrying" || state === "parked";
