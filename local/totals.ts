import type { LogFacts } from "./function-log.ts";
import type { ReceivedPost } from "./sink/receive-post.ts";

/** Counts of what functions have logged. */
export interface BatchTotals {
  readonly eventsIn: number;
  readonly unrouted: number;
  readonly batches: number;
  /** Events of batches that were delivered, those of replays aside. */
  readonly delivered: number;
  readonly retried: number;
  readonly expired: number;
  /** Events of batches that wait for an attempt and that the target does not have. */
  readonly waiting: number;
  /** Batches that were delivered after a replay had begun, and of which it is not known whether they belong to it. */
  readonly unclear: number;
}

/** Keeps the totals of a run. */
export interface BatchCounter {
  /** Counts what a function has logged, if it is about the webhook's batches. */
  readonly note: (facts: LogFacts) => void;
  /** Takes a replay's batch out of what was delivered. */
  readonly isReplay: (batchId: string) => void;
  readonly isNoReplay: (batchId: string) => void;
  readonly replayStarted: () => void;
  /** @param has whether the target has a batch, although Tidepost may not know */
  readonly totals: (has: (batchId: string) => boolean) => BatchTotals;
}

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Counts from the log lines of functions; only batches of one webhook, as soon as it is known. */
export const createBatchCounter = (webhookId: () => string | undefined): BatchCounter => {
  const counts = { eventsIn: 0, unrouted: 0, batches: 0, delivered: 0, retried: 0, expired: 0 };
  /** Events of the batches that have not ended, and of those delivered whose origin is not known yet. */
  const open = new Map<string, number>();
  const replayed = new Set<string>();
  const unclear = new Map<string, number>();
  let hasReplays = false;

  const seen = (batchId: string, events: number): void => {
    if (!open.has(batchId)) counts.batches += 1;
    open.set(batchId, events);
  };
  const attempted = (batchId: string, events: number, { attempt, outcome }: LogFacts): void => {
    if (attempt === 1 || open.has(batchId)) seen(batchId, events);
    if (numberOf(attempt) > 1) counts.retried += 1;
    if (outcome !== "delivered") return;
    open.delete(batchId);
    if (replayed.delete(batchId)) return;
    counts.delivered += events;
    if (hasReplays) unclear.set(batchId, events);
  };

  return {
    note: (facts) => {
      if (facts["message"] === "events.ingested") counts.eventsIn += numberOf(facts["accepted"]);
      if (facts["message"] === "window.finished") counts.unrouted += numberOf(facts["unrouted"]);
      const { batchId, webhookId: owner } = facts as { readonly batchId?: unknown; readonly webhookId?: unknown };
      if (typeof batchId !== "string" || owner !== webhookId()) return;
      const events = numberOf(facts["events"]);
      switch (facts["message"]) {
        case "delivery.attempted":
          attempted(batchId, events, facts);
          break;
        case "batch.parked":
          seen(batchId, events);
          break;
        case "batch.expired":
          open.delete(batchId);
          if (!replayed.delete(batchId)) counts.expired += events;
          break;
        case "batch.split": {
          open.delete(batchId);
          const parts = Array.isArray(facts["into"]) ? facts["into"] : [];
          // The halves tell their own numbers with their first attempts.
          for (const [index, part] of parts.entries()) seen(String(part), Math.floor((events + index) / parts.length));
          break;
        }
      }
    },
    isReplay: (batchId) => {
      const events = unclear.get(batchId);
      if (events !== undefined) counts.delivered -= events;
      else if (open.has(batchId)) replayed.add(batchId);
      unclear.delete(batchId);
    },
    isNoReplay: (batchId) => void unclear.delete(batchId),
    replayStarted: () => {
      hasReplays = true;
    },
    totals: (has) => {
      const waiting = [...open].filter(([batchId]) => !has(batchId) && !replayed.has(batchId));
      return { ...counts, waiting: waiting.reduce((sum, [, events]) => sum + events, 0), unclear: unclear.size };
    },
  };
};

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
