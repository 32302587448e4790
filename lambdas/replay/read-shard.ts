import { firstReadRecords, paceAfter } from "./pace.ts";
import { arrivalSlackMs, createCollector, type Keeper, type Reading, type ReadRange } from "./collect.ts";
import type { StreamReader } from "#shared/stream.ts";

export interface ReadDeps {
  readonly events: Pick<StreamReader, "openShard" | "read">;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Time that a step spends with reading. */
const maxReadMs = 15_000;
/** First and longest wait for a shard that gives nothing; it doubles each time. */
const throttledPauseMs = 1_000;
const maxThrottledPauseMs = 8_000;

/**
 * Reads a shard on, until its keeper has enough or time is up. A range with a border is read up to that, and so comes out the
 * same however long reading takes; undefined when the shard gives too little to get there in time.
 */
export const readShard = async (deps: ReadDeps, range: ReadRange, keeper: Keeper): Promise<Reading | undefined> => {
  const collector = createCollector(range, keeper);
  const deadline = deps.now() + maxReadMs;
  let iterator: string | undefined = await openAt(deps, range);
  let limit = firstReadRecords;
  let throttles = 0;
  while (iterator !== undefined) {
    const page = await deps.events.read(iterator, limit);
    if (page.kind === "throttled") {
      if (range.border !== undefined && deps.now() >= deadline) return undefined;
      await deps.pause(Math.min(throttledPauseMs * 2 ** throttles, maxThrottledPauseMs));
      throttles += 1;
    } else {
      throttles = 0;
      for (const record of page.records) {
        const end = collector.take(record);
        if (end !== undefined) return collector.reading(end);
      }
      const now = deps.now();
      if (page.records.length === 0) {
        const isSettled = now >= Date.parse(range.to) + arrivalSlackMs;
        if (page.behindMs === 0) return collector.reading(isSettled ? "complete" : "early");
        collector.crossGap(now - page.behindMs);
      }
      iterator = page.iterator;
      const bytes = page.records.reduce((sum, { data }) => sum + data.length, 0);
      const pace = paceAfter({ records: page.records.length, bytes });
      limit = pace.records;
      await deps.pause(pace.pauseMs);
    }
    // A border is always reached: to stop before it would make other batches of the same window.
    if (range.border === undefined && deps.now() >= deadline) return collector.reading("full");
  }
  return collector.reading("complete");
};

const openAt = async ({ events }: ReadDeps, { from, progress }: ReadRange): Promise<string> => {
  const { shard, after, readTo, isInGap } = progress;
  const isBehindRecord = after !== undefined && !isInGap;
  if (isBehindRecord) return await events.openShard(shard, { kind: "after", sequenceNumber: after });
  const at = Math.max(Date.parse(readTo), Date.parse(from)) - arrivalSlackMs;
  return await events.openShard(shard, { kind: "time", at });
};
