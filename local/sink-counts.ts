import type { ReceivedPost } from "./sink/received-post.ts";

/** Counts of what a sink has kept. */
export interface SinkCounts {
  readonly note: (post: ReceivedPost) => void;
  /** Events of different batches, those of replays aside. */
  readonly events: () => number;
  /** Batches that came although the sink had them. */
  readonly duplicates: () => number;
  /** Whether a batch came although the sink had it. */
  readonly isDuplicate: (batchId: string) => boolean;
}

/** Counts what a sink gets. */
export const createSinkCounts = (): SinkCounts => {
  const duplicated = new Set<string>();
  let events = 0;
  let duplicates = 0;
  return {
    note: ({ batchId, events: count, isKept, isDuplicate, replayId }) => {
      if (batchId === undefined || !isKept) return;
      if (isDuplicate) {
        duplicates += 1;
        duplicated.add(batchId);
      } else if (replayId === undefined) {
        events += count;
      }
    },
    events: () => events,
    duplicates: () => duplicates,
    isDuplicate: (batchId) => duplicated.has(batchId),
  };
};
