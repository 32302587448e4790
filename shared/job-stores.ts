/** Work that the `replay` function does step by step: its state, and the queue of its steps. */
import type { ReplayMessage } from "./contract/replay-message.ts";
import type { ReplayFailure, ReplayState, SearchState } from "./contract/words.ts";
import type { ReadProgress, Replay, ReplayRef, ShardProgress } from "./delivery/replay.ts";
import type { Match, Search, SearchProgress, SearchRef } from "./delivery/search.ts";

/** A replay with its progress in those shards that it has begun to read. */
export interface ReplayWithShards {
  readonly replay: Replay;
  readonly shards: readonly ShardProgress[];
}

/** State of work that goes on shard by shard. Each change is made once: false says that another copy of a message has been faster. */
export interface JobStore<Ref, Job extends Ref, Progress extends ReadProgress, End> {
  readonly find: (ref: Ref) => Promise<Job | undefined>;
  /** Stores a new one; false when there is one of that key. */
  readonly create: (job: Job) => Promise<boolean>;
  /** Notes which shards are to be read, unless that is known already. */
  readonly plan: (ref: Ref, shards: readonly string[]) => Promise<boolean>;
  /** Notes that a shard is read; returns whether it was the last. */
  readonly closeShard: (ref: Ref, shard: string) => Promise<boolean>;
  /** Ends what is running at a time (Unix milliseconds); false when it has ended already. */
  readonly end: (ref: Ref, end: End & { readonly at: number }) => Promise<boolean>;
  readonly findShard: (ref: Ref, shard: string) => Promise<Progress | undefined>;
  /** Stores the progress in a shard that follows the one before. */
  readonly putShard: (job: Job, progress: Progress) => Promise<boolean>;
}

/** How a replay ends. */
export interface ReplayEnd {
  readonly state: Exclude<ReplayState, "running">;
  readonly reason?: ReplayFailure;
}

/** State of replays. */
export interface ReplayStore extends JobStore<ReplayRef, Replay, ShardProgress, ReplayEnd> {
  /** The newest replays of a webhook, newest first. */
  readonly list: (customerId: string, webhookId: string) => Promise<readonly ReplayWithShards[]>;
  /** Uses up the rate between two times (Unix milliseconds). */
  readonly reserve: (ref: ReplayRef, change: { readonly from: number; readonly until: number }) => Promise<boolean>;
}

/** How a search ends. */
export interface SearchEnd {
  readonly state: Exclude<SearchState, "running">;
}

/** State of searches for events, and what they have found. */
export interface SearchStore extends JobStore<SearchRef, Search, SearchProgress, SearchEnd> {
  /** Progress in all shards that have been begun. */
  readonly listShards: (ref: SearchRef) => Promise<readonly SearchProgress[]>;
  /** Stores an event that was found, unless more is known of it: a late copy of a step takes away nothing. */
  readonly putMatch: (search: Search, match: Match) => Promise<void>;
  readonly findMatch: (ref: SearchRef, matchId: string) => Promise<Match | undefined>;
  /** Everything that was found, the earliest first. */
  readonly listMatches: (ref: SearchRef) => Promise<readonly Match[]>;
  /** Counts a search as one that its customer has under way; false, and nothing changed, when there are as many as may be. */
  readonly begin: (ref: SearchRef, max: number) => Promise<boolean>;
  /** Searches that are counted as under way. */
  readonly listBegun: (customerId: string) => Promise<readonly string[]>;
  /** Does not count it any more. */
  readonly leave: (ref: SearchRef) => Promise<void>;
}

/** The queue of replay steps. The delay is seconds from 0 to 900. */
export interface ReplayQueue {
  readonly send: (message: ReplayMessage, delaySeconds: number) => Promise<void>;
}
