import type { ReplayFailure, ReplayState } from "#shared/contract/words.ts";

/** A row of `GET /webhooks/{id}/replays`. */
export interface Replay {
  readonly id: string;
  readonly webhook_id: string;
  readonly state: ReplayState;
  readonly reason?: ReplayFailure;
  readonly dry_run: boolean;
  readonly from: string;
  readonly to: string;
  /** Most batches in one second. */
  readonly rate: number;
  readonly started_at: string;
  readonly ended_at?: string;
  /** From 0 to 1. */
  readonly progress: number;
  readonly records_read: number;
  readonly events_matched: number;
  readonly batches_formed: number;
  readonly batches_sent: number;
  readonly estimated_remaining_seconds?: number;
  /** Of a dry run. */
  readonly estimated_seconds?: number;
}

/** Body of `POST /webhooks/{id}/replay`. */
export interface ReplayRequest {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  readonly dry_run: boolean;
}
