import type { ReplayMessage } from "#shared/contract/replay-message.ts";
import type { Replay, ReplayRef, ShardProgress } from "#shared/delivery/replay.ts";

/** What the routes about replays need. */
export interface ReplayDeps {
  readonly replays: Replays;
  readonly replaySteps: ReplaySteps;
  /** How long the stream keeps events. */
  readonly retentionHours: number;
}

/** A replay with its progress in those shards that it has begun to read. */
export interface ReplayWithShards {
  readonly replay: Replay;
  readonly shards: readonly ShardProgress[];
}

interface Replays {
  /** Stores a new replay; false when its number is taken. */
  readonly create: (replay: Replay) => Promise<boolean>;
  /** The newest replays of a webhook, newest first. */
  readonly list: (customerId: string, webhookId: string) => Promise<readonly ReplayWithShards[]>;
  /** Ends a running replay; false when it has ended already. */
  readonly end: (ref: ReplayRef, end: { readonly state: "cancelled"; readonly at: number }) => Promise<boolean>;
}

interface ReplaySteps {
  readonly send: (message: ReplayMessage, delaySeconds: number) => Promise<void>;
}
