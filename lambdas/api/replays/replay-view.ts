import { remainingMs, replayCounts, replayShare, shareRead } from "#shared/domain/replay.ts";
import type { ReplayWithShards } from "./ports.ts";

/** A replay as the API shows it. Absent: what has not happened or does not apply. */
export const replayView = ({ replay, shards }: ReplayWithShards, now: number) => {
  const counts = replayCounts(shards);
  const share = replayShare(replay, shards);
  const leftMs = replay.state === "running" ? remainingMs({ replay, share, now }) : undefined;
  return {
    id: replay.replayId,
    webhook_id: replay.webhookId,
    state: replay.state,
    reason: replay.reason,
    dry_run: replay.dryRun,
    from: replay.from,
    to: replay.to,
    rate: replay.rate,
    started_at: replay.startedAt,
    ended_at: replay.endedAt,
    progress: toShare(share),
    records_read: counts.records,
    events_matched: counts.events,
    batches_formed: counts.batchesFormed,
    batches_sent: counts.batchesSent,
    estimated_remaining_seconds: leftMs === undefined ? undefined : Math.ceil(leftMs / 1_000),
    estimated_seconds: replay.dryRun ? Math.ceil(counts.batchesFormed / replay.rate) : undefined,
    shards: shards.map((progress) => ({
      shard: progress.shard,
      progress: toShare(shareRead(replay, progress)),
      records_read: progress.records,
      events_matched: progress.events,
      batches_formed: progress.batchesFormed,
      batches_sent: progress.batchesSent,
    })),
  };
};

const toShare = (share: number): number => Math.floor(share * 1_000) / 1_000;
