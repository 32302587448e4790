/**
 * A model of windows and partition keys: how many events a batch gets, and how long its oldest event waits, for rates,
 * shards and customers. Customers are of unequal size (Zipf); each has one webhook that takes all its events. Every customer
 * sends what it has once a second; `ingest` packs records of 500 events, keyed by the customer, with salt when one request
 * needs several. Kinesis places a record by the MD5 of its key. A shard's window closes after 30 s, at 10,000 records or at
 * 6 MB; the next opens when the invocation has ended.
 */
import { createHash } from "node:crypto";
import { batchWindowSeconds, maxBatchEvents, maxRecordEvents, maxWindowRecords } from "#shared/contract/limits.ts";
import { createRandom } from "../../local/generator/random.ts";
import { maxWindowBytes } from "../../emulator/kinesis-mapping/window.ts";
import { zstdBytesOf, simulated } from "./assumptions.ts";

export interface WindowsCase {
  readonly eventsPerSecond: number;
  readonly shards: number;
  readonly customers: number;
}

/** What one customer's webhook gets. */
export interface WebhookView {
  readonly eventsPerSecond: number;
  /** Means over its batches, and the longest wait. */
  readonly eventsPerBatch: number;
  readonly batchesPerMinute: number;
  readonly longestWaitSeconds: number;
}

export interface WindowsResult {
  /** Share of its limit that the busiest shard uses; above 1 it cannot take its records. */
  readonly busiestShard: number;
  /** Mean time from a window's first record to its invocation. */
  readonly windowSeconds: number;
  readonly invocationsPerSecond: number;
  readonly batchesPerSecond: number;
  readonly eventsPerBatch: number;
  readonly busiest: WebhookView;
  readonly median: WebhookView;
}

interface Arrival {
  readonly at: number;
  readonly customer: number;
  readonly events: number;
}

const simulatedSeconds = 600;
const seed = 1;

/** The shard of a partition key: Kinesis divides the MD5 evenly. */
const shardOf = (key: string, shards: number): number =>
  Math.floor((createHash("md5").update(key).digest().readUInt32BE() / 2 ** 32) * shards);

/** Shares of the customers, the first the largest. */
const zipf = (customers: number): readonly number[] => {
  const weights = Array.from({ length: customers }, (_, index) => 1 / (index + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

/** Records as they arrive at each shard, in the order of time. */
const arrivals = ({ eventsPerSecond, shards, customers }: WindowsCase): readonly (readonly Arrival[])[] => {
  const random = createRandom(seed);
  const perShard: Arrival[][] = Array.from({ length: shards }, () => []);
  for (const [customer, share] of zipf(customers).entries()) {
    const rate = eventsPerSecond * share;
    const keyShards = new Map<string, number>();
    let owed = random.fraction();
    for (let at = random.fraction() * simulated.requestEverySeconds; at < simulatedSeconds;) {
      owed += rate * simulated.requestEverySeconds;
      const events = Math.floor(owed);
      owed -= events;
      const records = Math.ceil(events / maxRecordEvents);
      for (let index = 0; index < records; index += 1) {
        const key = records === 1 ? String(customer) : `${customer}#${index}`;
        const shard = keyShards.get(key) ?? shardOf(key, shards);
        keyShards.set(key, shard);
        perShard[shard]?.push({ at, customer, events: Math.min(maxRecordEvents, events - index * maxRecordEvents) });
      }
      at += simulated.requestEverySeconds;
    }
  }
  return perShard.map((list) => list.toSorted((one, other) => one.at - other.at));
};

const bytesInWindow = (events: number): number => (zstdBytesOf(events) * 4) / 3 + simulated.envelopeBytes;

interface ClosedWindow {
  readonly openedAt: number;
  readonly closedAt: number;
  readonly records: readonly Arrival[];
}

/** Cuts a shard's records into windows. */
const windowsOf = (records: readonly Arrival[]): readonly ClosedWindow[] => {
  const windows: ClosedWindow[] = [];
  let freeAt = 0;
  for (let start = 0; start < records.length;) {
    // Records are seen at the next look at the shard; a window opens with the first that is seen.
    const firstAt = records[start]?.at ?? 0;
    const openedAt = Math.max(freeAt, Math.ceil(firstAt / simulated.pollSeconds) * simulated.pollSeconds);
    let closedAt = openedAt + batchWindowSeconds;
    let bytes = 0;
    let end = start;
    for (; end < records.length; end += 1) {
      const record = records[end];
      if (record === undefined || record.at > closedAt) break;
      bytes += bytesInWindow(record.events);
      if (bytes > maxWindowBytes || end - start === maxWindowRecords) {
        closedAt = Math.max(openedAt, record.at);
        break;
      }
    }
    // The last windows would close by the end of the simulation.
    if (closedAt > simulatedSeconds) break;
    const taken = records.slice(start, end);
    windows.push({ openedAt, closedAt, records: taken });
    const events = taken.reduce((sum, record) => sum + record.events, 0);
    freeAt = closedAt + simulated.batchStartSeconds + events / simulated.batchEventsPerSecond;
    start = end;
  }
  return windows;
};

/** Runs the model for ten minutes. */
export const simulateWindows = (windowsCase: WindowsCase): WindowsResult => {
  const perShard = arrivals(windowsCase);
  const uses = perShard.map((records) => {
    const bytes = records.reduce((sum, { events }) => sum + zstdBytesOf(events), 0);
    return Math.max(
      bytes / simulated.shardBytesPerSecond / simulatedSeconds,
      records.length / simulated.shardRecordsPerSecond / simulatedSeconds,
    );
  });
  const windows = perShard.flatMap(windowsOf);
  const views = Array.from({ length: windowsCase.customers }, () => ({ batches: 0, events: 0, longestWait: 0 }));
  for (const { closedAt, records } of windows) {
    for (const [customer, own] of Map.groupBy(records, (record) => record.customer)) {
      const view = views[customer];
      if (view === undefined) continue;
      const events = own.reduce((sum, record) => sum + record.events, 0);
      view.events += events;
      view.batches += Math.ceil(events / maxBatchEvents);
      view.longestWait = Math.max(view.longestWait, closedAt - (own[0]?.at ?? closedAt));
    }
  }
  const batches = views.reduce((sum, view) => sum + view.batches, 0);
  const events = views.reduce((sum, view) => sum + view.events, 0);
  const lengths = windows.map(({ openedAt, closedAt }) => closedAt - openedAt);
  const shares = zipf(windowsCase.customers);
  const viewOf = (customer: number): WebhookView => {
    const view = views[customer] ?? { batches: 0, events: 0, longestWait: 0 };
    return {
      eventsPerSecond: windowsCase.eventsPerSecond * (shares[customer] ?? 0),
      eventsPerBatch: view.events / view.batches,
      batchesPerMinute: (view.batches * 60) / simulatedSeconds,
      longestWaitSeconds: view.longestWait,
    };
  };
  return {
    busiestShard: Math.max(...uses),
    windowSeconds: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
    invocationsPerSecond: windows.length / simulatedSeconds,
    batchesPerSecond: batches / simulatedSeconds,
    eventsPerBatch: events / batches,
    busiest: viewOf(0),
    median: viewOf(Math.floor(windowsCase.customers / 2)),
  };
};
