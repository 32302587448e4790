import { createRequire } from "node:module";
import kinesaliteDb, { type StreamStore } from "kinesalite/db/index.js";

interface IteratorRequest {
  readonly StreamName: string;
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  /** Unix seconds. */
  readonly Timestamp?: number;
}

type GetShardIterator = (store: StreamStore, request: IteratorRequest, done: (...answer: unknown[]) => void) => void;

/**
 * Makes kinesalite answer for iterators at a time behind the last record of a shard: it would never. Kinesis gives one
 * that reads what comes. To be called before kinesalite is loaded, which takes its actions then.
 */
export const completeShardIterators = (): void => {
  const require = createRequire(import.meta.url);
  const path = require.resolve("kinesalite/actions/getShardIterator.js");
  const getShardIterator = require(path) as GetShardIterator;
  const loaded = require.cache[path];
  if (loaded === undefined) throw new Error("kinesalite's action is not loaded");

  const complete: GetShardIterator = (store, request, done) => {
    const { Timestamp: timestamp, ...rest } = request;
    const shard = Number(/^shardId-(\d{12})$/.exec(request.ShardId)?.[1]);
    if (request.ShardIteratorType !== "AT_TIMESTAMP" || timestamp === undefined || Number.isNaN(shard)) {
      getShardIterator(store, request, done);
      return;
    }
    const range = { gt: kinesaliteDb.shardIxToHex(shard), lt: kinesaliteDb.shardIxToHex(shard + 1) };
    const records = store.getStreamDb(request.StreamName).createReadStream(range);
    let isThere = false;
    records.on("data", ({ value }) => {
      isThere ||= value.ApproximateArrivalTimestamp >= timestamp;
    });
    records.once("error", done);
    records.once("end", () => {
      getShardIterator(store, isThere ? request : { ...rest, ShardIteratorType: "LATEST" }, done);
    });
  };
  loaded.exports = complete;
};
