import type { ReplayChoice, ReplayFailure, ReplayState } from "#shared/contract/words.ts";
import type { EventFilter } from "#shared/events/event-filter.ts";
import type { BatchPosition } from "./record.ts";

/** Identifies a replay. */
export interface ReplayRef {
  readonly customerId: string;
  readonly webhookId: string;
  /** Counts the webhook's replays from 1. */
  readonly number: number;
}

/** Delivers what is on the stream between two times to one webhook once more. Times are ISO 8601 in UTC. */
export interface Replay extends ReplayRef {
  readonly replayId: string;
  readonly state: ReplayState;
  /** Why it failed. */
  readonly reason?: ReplayFailure;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** Most batches that are sent in one second. */
  readonly rate: number;
  /** Whether it only counts. */
  readonly dryRun: boolean;
  /** Present: it recovers batches that were created in its time range, each as a whole, instead of reading all events. */
  readonly only?: ReplayChoice;
  /** Of a recovery: this batch alone. */
  readonly batchId?: string;
  /** Only these events; of a recovery only batches that hold one. */
  readonly filter?: EventFilter;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Shards that are still to be read; absent before they are known, and when all are read. */
  readonly openShards?: ReadonlySet<string>;
  /** Unix milliseconds up to which the rate is used by batches that have been sent. */
  readonly scheduledUntil: number;
}

/** What was found and done so far. */
export interface ReplayCounts {
  /** Records with events of the webhook's customer: how much others have on the stream is not the customer's business. */
  readonly records: number;
  /** Events that the webhook takes. */
  readonly events: number;
  readonly batchesFormed: number;
  readonly batchesSent: number;
}

/** How far reading a shard is. */
export interface ReadProgress {
  readonly shard: string;
  /** Rises with every change. */
  readonly revision: number;
  /** Last sequence number that is done with. */
  readonly after?: string;
  /** Arrival time up to which the shard is done with, ISO 8601. */
  readonly readTo: string;
  /** Whether nothing was found for a while before `readTo`: reading then goes on by time and need not cross the gap again. */
  readonly isInGap: boolean;
  readonly isDone: boolean;
}

/** How far a replay is in one shard. */
export interface ShardProgress extends ReplayCounts, ReadProgress {
  /** A window that is being handed over: a repeated step forms the same batches of it. */
  readonly window?: OpenWindow;
  /** How far a recovery is, which goes through batches rather than a shard. */
  readonly recovery?: Recovery;
}

/** How far the recovery of a webhook's batches is. */
export interface Recovery {
  /** The last batch that is done with. */
  readonly position?: BatchPosition;
  /** What was left of a chain, and is being cut: the number of the event at which its next batch begins. */
  readonly rest?: { readonly batchId: string; readonly next: number };
  /** The first of the batches that were chosen. */
  readonly batchIds: readonly string[];
  /** Batches that cannot be formed again, because nothing says of which events they were. */
  readonly unknown: number;
  /** Batches whose events the stream does not have any more. */
  readonly dropped: number;
}

/** Stands for a shard in the progress of a recovery. */
export const recoveryShard = "batches";

/** The borders of a window, which are stored before the first of its batches is sent. */
export interface OpenWindow {
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
  /** ISO 8601. */
  readonly formedAt: string;
  /** Batches of it that have been sent, as it was cut for this revision of the webhook. */
  readonly batchesSent: number;
  readonly webhookRevision: number;
}

/** Progress in a shard that nothing has been read from. */
export const initialProgress = ({ from }: Pick<Replay, "from">, shard: string): ShardProgress => ({
  shard,
  revision: 0,
  readTo: from,
  isInGap: false,
  isDone: false,
  records: 0,
  events: 0,
  batchesFormed: 0,
  batchesSent: 0,
});

/** Share of a shard's time range that has been read, from 0 to 1. */
export const shareRead = (
  { from, to }: Pick<Replay, "from" | "to">,
  { readTo, isDone }: Pick<ShardProgress, "readTo" | "isDone">,
): number => {
  if (isDone) return 1;
  const start = Date.parse(from);
  const share = (Date.parse(readTo) - start) / (Date.parse(to) - start);
  return Math.min(Math.max(share, 0), 1);
};

/** Share of all shards that has been read, from 0 to 1; a shard without progress has been read not at all. */
export const replayShare = (
  replay: Pick<Replay, "from" | "to" | "openShards"> & { readonly state: string },
  shards: readonly ReadProgress[],
): number => {
  if (replay.state === "finished") return 1;
  const known = new Set([...shards.map(({ shard }) => shard), ...(replay.openShards ?? [])]);
  if (known.size === 0) return 0;
  return shards.reduce((sum, progress) => sum + shareRead(replay, progress), 0) / known.size;
};

/** What was found and done in all shards together. */
export const replayCounts = (shards: readonly ShardProgress[]): ReplayCounts => {
  const sum = (pick: (counts: ReplayCounts) => number): number => shards.reduce((all, counts) => all + pick(counts), 0);
  return {
    records: sum(({ records }) => records),
    events: sum(({ events }) => events),
    batchesFormed: sum(({ batchesFormed }) => batchesFormed),
    batchesSent: sum(({ batchesSent }) => batchesSent),
  };
};

/** Time until a running replay ends, judged by its course so far; undefined while there is nothing to judge by. */
export const remainingMs = (input: {
  readonly replay: Pick<Replay, "startedAt"> & Partial<Pick<Replay, "scheduledUntil">>;
  readonly share: number;
  readonly now: number;
}): number | undefined => {
  const { replay, share, now } = input;
  if (share <= 0) return undefined;
  const elapsedMs = Math.max(now - Date.parse(replay.startedAt), 0);
  const scheduledMs = Math.max((replay.scheduledUntil ?? 0) - now, 0);
  return Math.max((elapsedMs * (1 - share)) / share, scheduledMs);
};
